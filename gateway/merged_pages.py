"""One list out of several services' lists, newest first, page by page. A cursor holds the place of each of them.

Pure. A service that did not answer keeps its place: what it has is not lost, but comes on a later page.
"""

import base64
import json
from collections.abc import Collection, Mapping
from heapq import merge
from itertools import islice
from typing import Any

from services.kit.clock import parse_instant
from services.kit.errors import InvalidInput

Places = Mapping[str, str]
"""Source → the cursor of what it has not shown yet, empty at its beginning. One that has shown everything is not there."""


def merged_page(
    pages: Mapping[str, Mapping[str, Any]], places: Places, page_size: int
) -> tuple[list[dict[str, Any]], dict[str, tuple[str, str] | str]]:
    """The newest entries of all pages, and where each source goes on.

    :param pages: source → ``items``, each with ``at`` and ``id`` and newest first, and ``next_cursor``; of those that answered.
    :param places: of all that were asked.
    :returns: the entries, each with its ``service``; and by source what to go on after: an entry's ``at`` and ``id``, or the
        place that it had.
    """
    lines = [[{**entry, "service": source} for entry in page["items"]] for source, page in pages.items()]
    shown = list(islice(merge(*lines, key=_age, reverse=True), page_size))
    last = {entry["service"]: (entry["at"], entry["id"]) for entry in shown}
    later: dict[str, tuple[str, str] | str] = {}
    for source, place in places.items():
        page = pages.get(source)
        if page is None or page["next_cursor"] is not None or len(page["items"]) > _count(shown, source):
            later[source] = last.get(source, place)
    return shown, later


def write_places(places: Places) -> str | None:
    """The cursor; ``None`` where nobody has anything left."""
    return base64.urlsafe_b64encode(json.dumps(places).encode()).decode().rstrip("=") if places else None


def read_places(cursor: str, sources: Collection[str]) -> dict[str, str]:
    """The inverse of :func:`write_places`; of no cursor, every source's beginning.

    :raises InvalidInput: a cursor of another list.
    """
    if not cursor:
        return dict.fromkeys(sources, "")
    try:
        places = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not (isinstance(places, dict) and places.keys() <= set(sources)):
            raise ValueError("places of others")
        if not all(isinstance(place, str) for place in places.values()):
            raise ValueError("no places")
    except ValueError as error:
        raise InvalidInput(fields={"cursor": ["invalid"]}) from error
    return places


def _count(entries: Collection[Mapping[str, Any]], source: str) -> int:
    return sum(entry["service"] == source for entry in entries)


def _age(entry: Mapping[str, Any]) -> Any:
    return parse_instant(entry["at"]), entry["id"]
