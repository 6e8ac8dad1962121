"""What a message is found by (decision 0028)."""

import pytest

from services.notify.domain.searched_texts import AskedText, SearchedTexts

MINE, YOURS = "user:1", "user:2"
TEXTS = ("新账单：上海云帆", "账单-2026-03，金额 24.00 元", "New bill: 上海云帆", "please reconcile it")


def _found(asked: str, addressee: str = MINE, texts: tuple[str, ...] = TEXTS) -> bool:
    wanted = AskedText.of(asked)
    assert wanted is not None
    (keys,) = wanted.keys_of([addressee])
    return set(keys) <= set(SearchedTexts.of(MINE, texts).keys) and wanted.text in SearchedTexts.of(MINE, texts).text


@pytest.mark.parametrize("asked", ["云帆", "海云", "上海云帆", "2026-03", "24.00", "２４．００", "额 24", "bill: 上", "l:"])
def test_any_part_of_a_text_finds_it_however_it_is_typed(asked: str) -> None:
    assert _found(asked)


@pytest.mark.parametrize("asked", ["云海", "帆账", "2027", "元new"])
def test_what_stands_in_no_text_or_across_two_does_not(asked: str) -> None:
    assert not _found(asked)


def test_keys_are_an_addressees_own() -> None:
    assert not _found("云帆", YOURS)
    assert not set(SearchedTexts.of(MINE, TEXTS).keys) & set(SearchedTexts.of(YOURS, TEXTS).keys)


@pytest.mark.parametrize("asked", ["帆", "reconcile", "it"])
def test_one_character_and_letters_alone_tell_an_index_nothing(asked: str) -> None:
    wanted = AskedText.of(asked)
    assert wanted is not None
    assert wanted.keys_of([MINE, YOURS]) == []


def test_two_letters_are_no_key_and_white_space_asks_for_nothing() -> None:
    assert SearchedTexts.of(MINE, ("please",)).keys == ()
    assert AskedText.of(" \n") is None


def test_keys_are_numbers_of_a_column() -> None:
    keys = SearchedTexts.of(MINE, TEXTS).keys
    assert all(-(2**31) <= key < 2**31 for key in keys)
    assert list(keys) == sorted(set(keys))
