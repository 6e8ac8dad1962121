"""What a process is found by (spec, workflow.md, "Lists": search)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.workflow.domain.searched_texts import AskedText, SearchedTexts

LETTERS = "云帆网络申请aB ９％\u3000-"


@given(st.lists(st.text(LETTERS, min_size=1, max_size=10), min_size=4, max_size=4), st.integers(0, 3), st.data())
def test_a_process_has_the_text_and_the_keys_of_each_part_of_each_of_its_texts(
    texts: list[str], which: int, data: st.DataObject
) -> None:
    title, subject, customer, initiator = texts
    searched = SearchedTexts.of(title, subject, customer, initiator)
    start = data.draw(st.integers(0, len(texts[which]) - 1))
    asked = AskedText.of(texts[which][start : data.draw(st.integers(start + 1, len(texts[which])))])
    if asked is not None:
        assert asked.text in searched.text
        assert set(asked.keys) <= set(searched.keys)


def test_equal_texts_are_kept_once_and_what_is_missing_is_nothing() -> None:
    searched = SearchedTexts.of("云帆 申请", "云帆", None, "云帆")
    assert searched.text == "云帆申请\n云帆"
    assert len(searched.keys) == len({"云", "帆", "申", "请", "云帆", "帆申", "申请"})


@pytest.mark.parametrize("text", ["", "  ", "\u3000\n"])
def test_white_space_asks_for_nothing(text: str) -> None:
    assert AskedText.of(text) is None


def test_nothing_is_found_across_two_texts() -> None:
    searched = SearchedTexts.of("云帆", "网络", None, "张伟")
    for asked in ("帆网", "帆\n网", "络张"):
        found = AskedText.of(asked)
        assert found is not None
        assert found.text not in searched.text
        assert not set(found.keys) <= set(searched.keys)
