"""Numbers by which an index finds a part of a text (decision 0012)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.grams import fold, grams, key_of, keys_asked


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("ＨＴ－２０２６", "ht-2026", id="full-width"),
        pytest.param("Yun FAN", "yunfan", id="case and white space"),
        pytest.param("云帆\u3000网络\n", "云帆网络", id="white space of all kinds"),
        pytest.param("50% _", "50%_", id="signs stay"),
        pytest.param(" \t", "", id="nothing else"),
    ],
)
def test_texts_that_mean_the_same_are_folded_into_one(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_grams_are_the_parts_of_these_lengths() -> None:
    assert list(grams("云帆网", (1, 2))) == ["云", "帆", "网", "云帆", "帆网"]
    assert list(grams("云", (2,))) == []


@given(st.text("云帆上海aB1 ％", min_size=1, max_size=12), st.data())
def test_a_text_has_the_keys_of_each_of_its_parts(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start : data.draw(st.integers(start + 1, len(text)))]
    kept = {key_of("n" + gram) for gram in grams(text, (1, 2))}
    asked = keys_asked(part, "n", 2)
    assert asked
    assert set(asked) <= kept


def test_a_text_asks_for_the_longest_grams_alone_and_an_empty_one_for_none() -> None:
    assert keys_asked("云帆网", "n", 2) == [key_of("n云帆"), key_of("n帆网")]
    assert keys_asked("云", "n", 2) == [key_of("n云")]
    assert keys_asked("", "n", 2) == []


def test_kinds_are_told_apart() -> None:
    assert key_of("nab") != key_of("iab")


@given(st.text(max_size=40))
def test_whatever_a_gram_is_its_key_fits_the_database(gram: str) -> None:
    assert -(2**31) <= key_of(gram) < 2**31
