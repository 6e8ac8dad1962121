"""When two names are one, and which tax numbers can be one (spec, customer.md, "Data")."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.tax_numbers import ALPHABET, check_digit, problem_of_tax_number, tidy_tax_number
from services.kit.company_names import normalise_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("上海云帆（网络）科技", "上海云帆(网络)科技", id="full- and half-width brackets"),
        pytest.param("上海云帆【网络】科技", "上海云帆(网络)科技", id="square brackets"),
        pytest.param("ＡＢＣ网络", "abc网络", id="NFKC and case"),
        pytest.param(" 上海 云帆\u3000科技 ", "上海云帆科技", id="white space"),
    ],
)
def test_names_that_differ_in_form_only_are_one(one: str, other: str) -> None:
    assert normalise_name(one) == normalise_name(other)


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        # Published codes of well-known organisations.
        pytest.param("91350100M000100Y43", None, id="GB 32100's own example"),
        pytest.param("91440300708461136T", None, id="a listed company's"),
        pytest.param("91350100M000100Y44", "tax_number_check_digit", id="last character changed"),
        pytest.param("91350100M000010Y43", "tax_number_check_digit", id="two characters swapped"),
        pytest.param("9135010OM000100Y43", "tax_number_characters", id="the letter O for a nought"),
        pytest.param("310104123456789", None, id="15 older"),
        pytest.param("31010419800101123400", None, id="20 older"),
        pytest.param("31010412345678", "tax_number_length", id="14"),
        pytest.param("9131010456789", "tax_number_length", id="13"),
        pytest.param("31010412345678-", "tax_number_characters", id="15 with a dash"),
    ],
)
def test_a_tax_number_is_checked(number: str, problem: str | None) -> None:
    assert problem_of_tax_number(number) == problem


def test_a_tax_number_is_kept_tidy() -> None:
    assert tidy_tax_number(" ９1350100m000100y43 ") == "91350100M000100Y43"


@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(ALPHABET))
def test_a_mistyped_character_never_passes(first: str, place: int, typed: str) -> None:
    number = first + check_digit(first)
    assert problem_of_tax_number(number) is None
    mistyped = number[:place] + typed + number[place + 1 :]
    assert mistyped == number or problem_of_tax_number(mistyped) == "tax_number_check_digit"
