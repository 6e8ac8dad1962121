"""Names that must be found, names that must not be confused (spec, payments.md, "Matching")."""

import pytest

from services.contracts.payments_wording import SUGGESTIONS
from services.payments.domain.names import normalise_account, normalise_payer
from services.payments.domain.near_names import NameParts, how_near, keys_asked, keys_of
from services.payments.domain.suggestions import REASONS
from tests.unit.payments.payer_names import APART, NEAR, SAME


def share_a_key(payer: str, customer: str) -> bool:
    near, alike = keys_asked(NameParts.of(payer))
    return not {*near, *alike}.isdisjoint(keys_of(NameParts.of(customer)))


@pytest.mark.parametrize(("payer", "customer"), SAME)
def test_names_that_are_written_differently_are_one(payer: str, customer: str) -> None:
    assert normalise_payer(payer) == normalise_payer(customer)
    assert share_a_key(payer, customer), "a former name is found by its very name"


@pytest.mark.parametrize(("payer", "customer", "reason"), NEAR)
def test_names_that_are_near_never_match_and_are_suggested_for_a_reason(payer: str, customer: str, reason: str) -> None:
    assert normalise_payer(payer) != normalise_payer(customer)
    near = how_near(NameParts.of(payer), NameParts.of(customer))
    assert near is not None
    assert near.code == reason
    assert share_a_key(payer, customer), "an index finds it"


@pytest.mark.parametrize(("payer", "customer", "_reason"), NEAR)
def test_a_reason_is_said_in_words(payer: str, customer: str, _reason: str) -> None:
    near = how_near(NameParts.of(payer), NameParts.of(customer))
    assert near is not None
    for words in SUGGESTIONS[near.code]:
        said = words.format(name=customer, **near.params)
        assert "{" not in said
        assert "“”" not in said, "nothing is told of as an empty quotation"


@pytest.mark.parametrize(("payer", "customer"), APART)
def test_names_that_only_look_alike_are_not_even_suggested(payer: str, customer: str) -> None:
    assert normalise_payer(payer) != normalise_payer(customer)
    assert how_near(NameParts.of(payer), NameParts.of(customer)) is None


def test_every_reason_has_its_place_and_its_words() -> None:
    assert set(REASONS) == set(SUGGESTIONS)


@pytest.mark.parametrize(
    ("account", "compared"),
    [
        pytest.param("6222 0210 0100-1234", "6222021001001234", id="grouped with blanks and dashes"),
        pytest.param("６２２２０２１００", "622202100", id="full-width digits"),
        pytest.param("cn12abcd", "CN12ABCD", id="letters as capitals"),
        pytest.param("310", "", id="too short to be one"),
        pytest.param("无", "", id="a word"),
        pytest.param("", "", id="none"),
    ],
)
def test_accounts_are_compared_by_their_letters_and_digits(account: str, compared: str) -> None:
    assert normalise_account(account) == compared
