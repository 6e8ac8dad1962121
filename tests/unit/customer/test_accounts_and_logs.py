"""Small rules of what hangs on a customer: an account's statuses, a log's day, a product's name."""

from datetime import UTC, datetime, timedelta

import pytest

from services.contracts.customer import ACCOUNT_STATES, PRODUCT_TYPES
from services.contracts.customer_forms import ProductToMake
from services.contracts.customer_parts_calls import FIRST_ACCOUNT_STATES
from services.customer.domain.accounts import MOVES, free_name, may_become, takes_accounts
from services.customer.domain.contact_logs import editable_until, is_editable
from services.kit.errors import InvalidInput
from services.kit.schema import load

MADE = datetime(2026, 3, 10, 4, tzinfo=UTC)

ALLOWED = {
    ("trial", "active"),
    ("trial", "blocked"),
    ("trial", "closed"),
    ("active", "blocked"),
    ("active", "closed"),
    ("blocked", "active"),
    ("blocked", "closed"),
}


@pytest.mark.parametrize("status", ACCOUNT_STATES)
@pytest.mark.parametrize("other", ACCOUNT_STATES)
def test_an_account_moves_as_the_table_says_and_may_always_stay(status: str, other: str) -> None:
    assert may_become(status, other) is (status == other or (status, other) in ALLOWED)


def test_every_status_is_in_the_table_and_closed_is_the_end() -> None:
    assert set(MOVES) == set(ACCOUNT_STATES)
    assert MOVES["closed"] == ()
    assert set(FIRST_ACCOUNT_STATES) <= set(ACCOUNT_STATES)


def test_software_alone_has_no_accounts() -> None:
    assert [each for each in PRODUCT_TYPES if not takes_accounts(each)] == ["software"]


@pytest.mark.parametrize("kind", PRODUCT_TYPES)
def test_a_test_account_is_for_what_takes_accounts(kind: str) -> None:
    form = {"product_type": kind, "payment_mode": "postpaid"}
    if takes_accounts(kind):
        assert load(ProductToMake, form) == form
    else:
        with pytest.raises(InvalidInput) as refused:
            load(ProductToMake, form)
        assert list(refused.value.fields) == ["product_type"]


@pytest.mark.parametrize(
    ("taken", "name"),
    [
        (set(), "语音"),
        ({"彩信"}, "语音"),
        ({"语音"}, "语音 2"),
        ({"语音", "语音 2", "语音 4"}, "语音 3"),
        ({"语音", "语音 2", "语音 3"}, "语音 4"),
    ],
)
def test_a_products_name_is_one_that_the_customer_has_not(taken: set[str], name: str) -> None:
    assert free_name("语音", taken) == name


@pytest.mark.parametrize(
    ("age", "editable"),
    [
        (timedelta(0), True),
        (timedelta(hours=24) - timedelta(microseconds=1), True),
        (timedelta(hours=24), False),
        (timedelta(hours=24, microseconds=1), False),
    ],
)
def test_a_log_is_edited_for_24_hours_which_are_over_when_they_are_full(age: timedelta, editable: bool) -> None:
    assert is_editable(MADE, MADE + age) is editable
    assert editable_until(MADE) == MADE + timedelta(hours=24)
