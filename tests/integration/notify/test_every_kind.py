"""Every kind of message there is, from an event as its contract has it: filled in both languages, and sent once."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import pytest
from marshmallow import Schema, fields, validate

from services.contracts.people import ROLES
from services.kit.caller import Caller
from services.kit.clock import Month
from services.kit.inbox import AlreadyConsumed
from services.kit.schema import Id, Instant, Money, MonthField, UnitPrice
from services.notify.domain.templates import draft_messages
from services.notify.store.tables import CustomerCopy
from services.notify.store.templates import templates, words
from tests.integration.notify.mailroom import CONTRACTS, NOON, Mailroom

SOMEBODY: Final = UUID(int=7)
"""Every id is this one: everybody, every customer's owner, every department's lead."""
READER: Final = Caller(str(SOMEBODY), "张伟", str(SOMEBODY), (str(SOMEBODY),), (str(SOMEBODY),), frozenset(ROLES))
EVENTS: Final = sorted(event for event in templates() if not event.startswith("notify."))
_SAMPLES: Final[dict[type, Callable[[], Any]]] = {
    Id: lambda: SOMEBODY,
    Money: lambda: Decimal("12.00"),
    UnitPrice: lambda: Decimal("0.035"),
    MonthField: lambda: Month(2026, 3),
    Instant: lambda: NOON,
    fields.Date: lambda: date(2026, 3, 2),
    fields.Integer: lambda: 3,
    fields.Boolean: lambda: True,
    fields.Decimal: lambda: Decimal("0.1"),
    fields.Dict: dict,
    fields.String: lambda: "云帆",
}


def _sample(schema: Schema) -> dict[str, Any]:
    return {name: _value(field) for name, field in schema.fields.items()}


def _value(field: fields.Field[Any]) -> Any:
    if isinstance(field, fields.List):
        return [_value(field.inner)]
    if isinstance(field, fields.Nested):
        inner = _sample(field.schema)
        return [inner] if field.many else inner
    choices = [each.choices for each in field.validators if isinstance(each, validate.OneOf)]
    # The last: what a template asks for, where it asks for one (``handed_over``, ``silent_quiet``).
    return list(choices[0])[-1] if choices else _SAMPLES[type(field)]()


@pytest.fixture
def knowing(mailroom: Mailroom) -> Mailroom:
    """Notify, which knows whose the customer is."""
    with mailroom.begin()() as work:
        work.session.add(CustomerCopy(id=SOMEBODY, owner_id=SOMEBODY, owner_department_id=SOMEBODY, version=1))
    return mailroom


def _cases(name: str) -> list[dict[str, Any]]:
    """The event's fields so that each of its templates tells once, of each value that it asks for."""
    service, _, event_type = name.partition(".")
    sample = _sample(CONTRACTS[service][event_type].schema())
    cases = [sample]
    for template in templates()[name]:
        for path, wanted in template.when.items():
            choices = wanted if isinstance(wanted, list) else [wanted]
            # A field of money is loaded from a string, and dumped as one.
            cases += [{**sample, path: Decimal(each) if isinstance(sample[path], Decimal) and each else each} for each in choices]
    # What is told once a month, in months of their own.
    return [{**each, "month": Month(2026, number)} if "month" in each else each for number, each in enumerate(cases, 1)]


def test_every_template_is_filled_into_texts_without_holes_and_a_replay_adds_nothing(knowing: Mailroom) -> None:
    """Spec, notify.md: "so a replayed event or a second sweep adds nothing"."""
    for name in EVENTS:
        service, _, event_type = name.partition(".")
        silent = list(templates()[name])
        for fields_of_it in _cases(name):
            before = knowing.counts(READER)["total"]
            event = knowing.hear(service, event_type, **fields_of_it)
            told = knowing.counts(READER)["total"] - before
            if told:
                silent = [each for each in silent if not draft_messages(each, {**event.data, "event_id": ""}, words())]
            with pytest.raises(AlreadyConsumed):
                knowing.hear_again(event)
            assert knowing.counts(READER)["total"] == before + told, name
        assert not silent, f"{name} tells nobody: {silent}"
    for message in knowing.whole(READER, 200):
        for text in (*message["title"].values(), *message["text"].values(), message["link"], message["place"]):
            assert text, message
            assert text == text.strip(), message
            assert not re.search(r"[{}]|None|  ", text), message


def test_a_second_sweep_adds_nothing_to_what_is_promised_by_a_key_of_its_own(knowing: Mailroom) -> None:
    promised = [name for name in EVENTS if all("{event_id}" not in template.key for template in templates()[name])]
    assert len(promised) > 10
    for name in promised:
        service, _, event_type = name.partition(".")
        fields_of_it = _sample(CONTRACTS[service][event_type].schema())
        knowing.hear(service, event_type, version=1, **fields_of_it)
        before = [message["id"] for message in knowing.whole(READER, 200)]
        knowing.hear(service, event_type, version=1, **fields_of_it)
        assert [message["id"] for message in knowing.whole(READER, 200)] == before, name
