"""One list out of several: in order, nothing twice, nothing lost, whoever was away meanwhile."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.merged_pages import merged_page, read_places, write_places
from services.kit.errors import InvalidInput

Entries = dict[str, list[tuple[int, int]]]
"""Source → the second and the id of each entry."""


def _entry(second: int, number: int) -> dict[str, Any]:
    # Whole seconds and fractions: as texts they would sort otherwise.
    return {"at": f"2026-03-02T00:00:{second // 2:02}{'.5' if second % 2 else ''}Z", "id": f"{number:08}"}


def _ask(entries: list[dict[str, Any]], place: str, page_size: int) -> dict[str, Any]:
    """What a service answers: the entries older than its place."""
    at = next((index + 1 for index, each in enumerate(entries) if place == f"{each['at']} {each['id']}"), 0)
    items = entries[at : at + page_size]
    more = len(entries) > at + page_size
    return {"items": items, "next_cursor": "more" if more else None}


def _walk(sources: dict[str, list[dict[str, Any]]], page_size: int, away: set[tuple[int, str]]) -> list[dict[str, Any]]:
    places, seen = dict.fromkeys(sources, ""), []
    for number in range(1000):
        pages = {name: _ask(sources[name], places[name], page_size) for name in places if (number, name) not in away}
        shown, later = merged_page(pages, places, page_size)
        assert len(shown) <= page_size
        seen += shown
        places = {name: after if isinstance(after, str) else " ".join(after) for name, after in later.items()}
        cursor = write_places(places)
        if cursor is None:
            return seen
        assert read_places(cursor, sources) == places
    raise AssertionError("it never ended")


_SOURCES = st.dictionaries(
    st.sampled_from(["customer", "billing", "gateway"]),
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 10_000)), unique=True, max_size=30),
    min_size=1,
)


def _sources(entries: Entries) -> dict[str, list[dict[str, Any]]]:
    return {name: [_entry(*each) for each in sorted(each_source, reverse=True)] for name, each_source in entries.items()}


@given(_SOURCES, st.integers(1, 12))
def test_all_entries_come_newest_first_and_once(entries: Entries, page_size: int) -> None:
    seen = [(each["at"], each["id"], each["service"]) for each in _walk(_sources(entries), page_size, away=set())]
    assert sorted(seen) == sorted((*_entry(*each).values(), name) for name, source in entries.items() for each in source)
    ages = [(float(at[17:-1]), number) for at, number, _ in seen]
    assert ages == sorted(ages, reverse=True)


@given(_SOURCES, st.integers(1, 12), st.sets(st.tuples(st.integers(0, 5), st.sampled_from(["customer", "billing"]))))
def test_what_was_away_for_a_while_loses_nothing(entries: Entries, page_size: int, away: set[tuple[int, str]]) -> None:
    seen = [(each["at"], each["id"], each["service"]) for each in _walk(_sources(entries), page_size, away)]
    assert sorted(seen) == sorted((*_entry(*each).values(), name) for name, source in entries.items() for each in source)


@pytest.mark.parametrize("cursor", ["made up", "W10", "eyJlbHNld2hlcmUiOiAiIn0", "eyJnYXRld2F5IjogMX0", "é"])
def test_a_cursor_of_another_list_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_places(cursor, ["gateway"])
    assert refused.value.fields == {"cursor": ["invalid"]}
