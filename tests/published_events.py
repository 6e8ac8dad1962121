"""Events as they were really published, and whether the AsyncAPI document's examples are of the same shape.

The examples (``services/contracts/event_examples/``) are of two origins, and both are held against what is published anew in
every run of the tests: what the story and the demo tell, and what only the tests of one service make happen.

``python -m tests.published_events <folder of data>`` writes those of the first kind, from what a running embedded system
(``l2c run --embedded --demo --story``) has published. ``L2C_RECORD_EVENTS=lines pytest tests/integration/…`` and then
``python -m tests.published_events lines`` add those of the second. The diff is a change of what other systems read.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import psycopg

from deploy.postgresql import running_url
from deploy.story.usage import usage_event
from gateway.asyncapi import EXAMPLES, asyncapi, examples_of
from services.kit.settings import SERVICES

SOURCES: Final = (*SERVICES, "gateway")

Envelope = dict[str, Any]
Connect = Callable[[str], psycopg.Connection[tuple[object, ...]]]

_REMEDY: Final = "if it shall be so, write the examples anew as tests/published_events.py says, and read the diff"
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_MONTH: Final = re.compile(r"\d{4}-\d\d")
_TRACE: Final = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


def published(connect: Connect) -> Iterator[Envelope]:
    """Every event that has left, or waits to leave, through the outboxes.

    :param connect: to a service's database.
    """
    for source in SOURCES:
        with connect(source) as connection:
            for (envelope,) in connection.execute("SELECT envelope FROM outbox ORDER BY id").fetchall():
                assert isinstance(envelope, dict)
                yield envelope


def assert_of_the_shape_of_its_example(event: Envelope, channel: str | None = None) -> None:
    """Pass over types that have no example: a contract test misses that.

    :param channel: if it is not its source that it is named by.
    :raises AssertionError: the event differs from it in its fields, or in what kind of value one has.
    """
    channel = channel or event["source"]
    example = examples_of(channel).get(event["type"])
    schema = _payloads().get(f"{channel}_{event['type']}")
    if example is not None and schema is not None:
        differing = sorted(set(_differences(example, event, schema, "")))
        assert not differing, f"{channel}.{event['type']}: {differing}; {_REMEDY}"


@cache
def _payloads() -> dict[str, dict[str, Any]]:
    return {name: message["payload"] for name, message in asyncapi()["components"]["messages"].items()}


def _differences(example: Any, event: Any, schema: Mapping[str, Any], at: str) -> Iterator[str]:
    if isinstance(example, dict) and isinstance(event, dict):
        if not schema.get("properties"):
            return  # what stands in it is up to the process, the rule or the message
        optional = schema["properties"].keys() - set(schema.get("required", ()))
        for name in (example.keys() ^ event.keys()) - optional:
            yield f"{at}.{name} is in {'the example' if name in example else 'the event'} alone"
        for name in example.keys() & event.keys():
            yield from _differences(example[name], event[name], schema["properties"].get(name, {}), f"{at}.{name}")
    elif isinstance(example, list) and isinstance(event, list):
        for each in event:
            if example:
                yield from _differences(example[0], each, schema.get("items", {}), f"{at}[]")
    elif event is not None and example is not None and type(example) is not type(event):
        yield f"{at} is {type(event).__name__} and not {type(example).__name__}"


def usage_from_outside() -> Envelope:
    """What the story's messaging platform publishes."""
    return usage_event("2026-03-31", "yunfan-notice-01", [(date(2026, 3, 31), "CMCC", 812_345)])


def fullest(events: Iterable[Envelope]) -> dict[str, dict[str, Envelope]]:
    """Of every source and type the event that says most, scrubbed."""
    best: dict[tuple[str, str], tuple[int, Envelope]] = {}
    for event in events:
        key, weight = (event["source"], event["type"]), _weight(event)
        if key not in best or weight > best[key][0]:
            best[key] = (weight, event)
    examples: dict[str, dict[str, Envelope]] = {}
    for (source, event_type), (_, event) in sorted(best.items()):
        examples.setdefault(source, {})[event_type] = scrubbed(event)
    return examples


def scrubbed(event: Envelope) -> Envelope:
    """The event with ids by the order in which they come, and days and instants that are always the same."""
    ids: dict[str, str] = {}

    def id_of(match: re.Match[str]) -> str:
        return ids.setdefault(match[0], f"0195e0a5-0000-7000-8000-{len(ids) + 1:012x}")

    def text(value: str) -> str:
        value = _UUID.sub(id_of, value)
        if _INSTANT.fullmatch(value):
            return "2026-04-01T02:00:00Z"
        if _TRACE.fullmatch(value):
            return "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        if _DAY.fullmatch(value):
            return "2026-03-31"
        return "2026-03" if _MONTH.fullmatch(value) else value

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {text(name): walk(each) for name, each in value.items()}
        if isinstance(value, list):
            return [walk(each) for each in value[:_ENTRIES_MAX]]
        return text(value) if isinstance(value, str) else value

    scrubbed_event: Envelope = walk(event)
    return scrubbed_event


_ENTRIES_MAX: Final = 2
_LEAVES_MAX: Final = 60
"""What says more than that is no example any more."""


def _weight(value: Any) -> int:
    if isinstance(value, dict):
        leaves = sum(map(_weight, value.values()))
    elif isinstance(value, list):
        leaves = sum(map(_weight, value[:_ENTRIES_MAX]))
    else:
        leaves = int(value not in (None, ""))
    return leaves if leaves <= _LEAVES_MAX else 1


def main() -> None:
    """Write the examples anew from what a system has published; or, from a file of lines, those of types that have none yet."""
    origin = Path(sys.argv[1])
    if origin.is_dir():
        url = running_url(origin / "postgresql")
        assert url is not None, "no embedded system runs there"
        found = fullest(published(lambda service: psycopg.connect(url.format(service=service).replace("+psycopg", ""))))
        found["external"] = {"usage_reported": scrubbed(usage_from_outside())}
    else:
        found = fullest(json.loads(line) for line in origin.read_text("utf-8").splitlines())
    EXAMPLES.mkdir(exist_ok=True)
    for source, events in found.items():
        known = examples_of(source)
        examples = {**known, **events} if origin.is_dir() else {**events, **known}
        text = json.dumps(dict(sorted(examples.items())), ensure_ascii=False, indent=1)
        (EXAMPLES / f"{source}.json").write_text(f"{text}\n", "utf-8")


if __name__ == "__main__":
    main()
