"""Usage for accounts that nobody knows is kept apart and can be assigned; nothing is dropped (spec, billing.md, "Usage")."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.billing.usecases.assign_usage_name import assign_usage_name, release_usage_name
from services.billing.usecases.list_unknown_accounts import list_assigned_names, list_unknown_accounts
from services.billing.usecases.list_usage import list_product_usage, list_usage
from services.kit.clock import Month
from services.kit.errors import Conflict, Forbidden, NotFound, Refusal
from services.kit.ids import new_id
from tests.integration.at_once import at_once
from tests.integration.billing.office import FINANCE, MARCH, OTHER_SALES, SALES, Office, unified

DAY = date(2026, 3, 30)
PAGE: dict[str, Any] = {"page_size": 50, "sort": "", "cursor": ""}


@pytest.fixture
def product(office: Office, customer: UUID) -> UUID:
    return office.product(customer)


@pytest.fixture
def account(office: Office, customer: UUID, product: UUID) -> UUID:
    return office.account(product, customer, "yunfan01")


def _unknown(office: Office, month: Month | None = None) -> list[dict[str, Any]]:
    return list_unknown_accounts(office.begin(), month=month, **PAGE).items


def _assign(office: Office, name: str, account_id: UUID) -> dict[str, Any]:
    return assign_usage_name(office.begin(), name=name, account_id=account_id, reason="平台录错账号")


def _seen(office: Office, customer: UUID) -> dict[str, int]:
    asked = {"month": MARCH, "customer_id": customer, "product_id": None, "unknown_accounts": False, **PAGE}
    return {row["account"]: row["quantity"] for row in list_usage(office.begin(SALES), **asked).items}


def _audited(office: Office, action: str) -> list[Any]:
    return office.rows(
        "SELECT before, after, why, user_name FROM audit_entries WHERE action = :action ORDER BY id", action=action
    )


def test_unknown_accounts_are_listed_with_what_came_and_which_known_ones_they_are_like(
    office: Office, customer: UUID, product: UUID, account: UUID
) -> None:
    office.report(
        [
            ("YunFan-01", DAY, "CMCC", 5),
            ("YunFan-01", date(2026, 4, 1), "CUCC", 2),
            ("stranger", DAY, "CMCC", 0),
            ("zz", DAY, "CMCC", 1),
        ]
    )
    assert [(each["name"], each["quantity"]) for each in _unknown(office)] == [("YunFan-01", 7), ("zz", 1)]
    (march, _) = _unknown(office, MARCH)
    assert (march["first_day"], march["last_day"], march["quantity"]) == (DAY, DAY, 5)
    assert [(each["account_id"], each["identifier"], each["product_id"]) for each in march["alike"]] == [
        (account, "yunfan01", product)
    ]
    first = list_unknown_accounts(office.begin(), month=None, page_size=1, sort="", cursor="")
    second = list_unknown_accounts(office.begin(), month=None, page_size=1, sort="", cursor=first.next_cursor or "")
    assert [each["name"] for each in (*first.items, *second.items)] == ["YunFan-01", "zz"]


def test_what_came_under_an_assigned_name_is_the_accounts_and_is_billed(
    office: Office, customer: UUID, product: UUID, account: UUID
) -> None:
    office.price(product, unified("0.05"), kind="unified")
    office.report([("yunfan01", DAY, "CMCC", 100), ("yunfanO1", DAY, "CMCC", 40)])
    assigned = _assign(office, "yunfanO1", account)
    assert (assigned["account_id"], assigned["customer_id"], assigned["assigned_by"]) == (account, customer, FINANCE.name)
    assert office.events("usage_recorded")[-1] == {"customer_id": str(customer), "last_day": "2026-03-30", "quantity": 40}
    assert (_unknown(office), _seen(office, customer)) == ([], {"yunfan01": 100, "yunfanO1": 40})
    office.report([("yunfanO1", DAY, "CMCC", 2)])
    assert office.events("usage_recorded")[-1]["quantity"] == 2, "what comes later is the account's, too"
    office.run_billing()
    assert office.rows("SELECT identifier, quantity FROM bill_accounts") == [("yunfan01", 142)]
    (audited,) = _audited(office, "account_name_assigned")
    assert (audited.after, audited.why, audited.user_name) == ({"account_id": str(account)}, "平台录错账号", FINANCE.name)


def test_an_assignment_is_taken_back_and_made_rightly(office: Office, customer: UUID, product: UUID, account: UUID) -> None:
    other_customer = office.customer("北京云通")
    other = office.account(office.product(other_customer), other_customer, "yuntong")
    office.report([("yuntonh", DAY, "CMCC", 40)])
    _assign(office, "yuntonh", account)
    release_usage_name(office.begin(), name="yuntonh", reason="归错客户")
    assert ([each["name"] for each in _unknown(office)], _seen(office, customer)) == (["yuntonh"], {})
    _assign(office, "yuntonh", other)
    told = [event["customer_id"] for event in office.events("usage_recorded")]
    assert told == [str(customer), str(other_customer)]
    (audited,) = _audited(office, "account_name_released")
    assert (audited.before["account_id"], audited.why) == (str(account), "归错客户")
    assert office.value("SELECT sum(quantity) FROM usage_lines") == 40, "nothing of usage itself is moved"


def test_of_two_who_assign_one_name_at_once_one_wins_and_the_other_hears_who_has_it(
    office: Office, customer: UUID, product: UUID, account: UUID
) -> None:
    accounts = [account, *(office.account(product, customer, f"account{number}") for number in range(5))]
    office.report([("nobody", DAY, "CMCC", 40)])

    said: list[str] = []

    def assign(number: int) -> None:
        try:
            said.append(str(_assign(office, "nobody", accounts[number])["identifier"]))
        except Conflict as refusal:
            said.append(f"{refusal.code} by {refusal.params['identifier']}")

    at_once(len(accounts), assign)
    (winner,) = [each for each in said if " by " not in each]
    assert set(said) == {winner, f"usage_name_taken by {winner}"}
    assert len(office.events("usage_recorded")) == 1


def test_a_report_and_the_assignment_of_its_name_at_once_tell_of_the_usage_once(
    office: Office, customer: UUID, product: UUID, account: UUID
) -> None:
    office.report([("nobody", DAY, "CMCC", 1)])

    def do(number: int) -> None:
        if number:
            office.report([("nobody", DAY, "CMCC", 10)], f"report-{number}")
        else:
            _assign(office, "nobody", account)

    at_once(5, do)
    assert sum(event["quantity"] for event in office.events("usage_recorded")) == 41


def test_an_account_that_turns_up_with_an_assigned_name_has_it(
    office: Office, customer: UUID, product: UUID, account: UUID
) -> None:
    office.report([("yunfan02", DAY, "CMCC", 40)])
    _assign(office, "yunfan02", account)
    late = office.account(product, customer, "yunfan02")
    assert office.value("SELECT account_id FROM account_names WHERE name = 'yunfan02'") == late
    (audited,) = _audited(office, "account_name_superseded")
    assert (audited.before["account_id"], audited.after["account_id"]) == (str(account), str(late))
    with pytest.raises(NotFound, match="usage_name_not_assigned"):
        release_usage_name(office.begin(), name="yunfan02", reason="不再手工归属")


def test_an_account_that_changes_its_identifier_gives_the_old_name_up(
    office: Office, customer: UUID, product: UUID, account: UUID
) -> None:
    office.report([("yunfan01", DAY, "CMCC", 5), ("yunfan09", DAY, "CMCC", 7)])
    office.account(product, customer, "yunfan09", id=account, version=2)
    assert ([each["name"] for each in _unknown(office)], _seen(office, customer)) == (["yunfan01"], {"yunfan09": 7})
    assert _assign(office, "yunfan01", account)["identifier"] == "yunfan09"
    office.account(product, customer, "yunfan09", id=account, version=3)
    assert _seen(office, customer) == {"yunfan01": 5, "yunfan09": 7}, "what was assigned stays while the account changes"


def test_of_two_accounts_with_one_identifier_the_later_has_the_name_until_it_gives_it_up(office: Office, customer: UUID) -> None:
    product = office.product(customer)
    first = office.account(product, customer, "shared", time=datetime(2026, 3, 1, tzinfo=UTC))
    second = office.account(product, customer, "shared", time=datetime(2026, 3, 2, tzinfo=UTC))
    holder = "SELECT account_id FROM account_names WHERE name = 'shared'"
    assert office.value(holder) == second
    office.account(product, customer, "mine", id=second, version=2, time=datetime(2026, 3, 3, tzinfo=UTC))
    assert office.value(holder) == first


@pytest.mark.parametrize(
    ("name", "refusal"),
    [("yunfan01", "usage_name_taken"), ("never came", "usage_name_not_found")],
    ids=["an account's identifier", "a name without usage"],
)
def test_only_names_that_nobody_knows_are_assigned(
    office: Office, customer: UUID, product: UUID, account: UUID, name: str, refusal: str
) -> None:
    other = office.account(product, customer, "other")
    office.report([("yunfan01", DAY, "CMCC", 5)])
    with pytest.raises(Refusal, match=refusal):
        _assign(office, name, other)


def test_whoever_does_not_see_all_customers_neither_lists_nor_assigns_unknown_names(office: Office, account: UUID) -> None:
    office.report([("nobody", DAY, "CMCC", 5)])
    begin = office.begin(SALES)
    with pytest.raises(Forbidden):
        list_unknown_accounts(begin, month=None, **PAGE)
    with pytest.raises(Forbidden):
        assign_usage_name(begin, name="nobody", account_id=account, reason="是我的")
    with pytest.raises(Forbidden):
        release_usage_name(begin, name="nobody", reason="不是我的")
    with pytest.raises(NotFound, match="account_not_found"):
        assign_usage_name(office.begin(), name="nobody", account_id=new_id(), reason="没有这个账号")


def test_assigned_names_are_listed_to_those_who_see_the_customer(office: Office, customer: UUID, account: UUID) -> None:
    office.report([("nobody", DAY, "CMCC", 5)])
    _assign(office, "nobody", account)
    own = list_assigned_names(office.begin(SALES), **PAGE).items
    assert [(each["name"], each["identifier"], each["customer_id"], each["reason"]) for each in own] == [
        ("nobody", "yunfan01", customer, "平台录错账号")
    ]
    assert list_assigned_names(office.begin(OTHER_SALES), **PAGE).items == []


def test_a_months_usage_is_summed_by_product_and_operator(office: Office, customer: UUID, product: UUID, account: UUID) -> None:
    mms = office.product(customer, "彩信", "mms")
    office.account(mms, customer, "yunfan-mms")
    lines = [("yunfan01", DAY, "CMCC", 5), ("yunfan01", date(2026, 3, 1), "CMCC", 6), ("yunfan01", DAY, "CUCC", 7)]
    office.report([*lines, ("yunfan-mms", DAY, "CMCC", 8), ("yunfan01", date(2026, 4, 1), "CMCC", 100)])
    rows = list_product_usage(office.begin(SALES), customer_id=customer, month=MARCH)
    assert sorted((row.product_id, row.product_name, row.operator, row.quantity) for row in rows) == sorted(
        [(product, "行业短信", "CMCC", 11), (product, "行业短信", "CUCC", 7), (mms, "彩信", "CMCC", 8)]
    )
    with pytest.raises(NotFound, match="customer_not_found"):
        list_product_usage(office.begin(OTHER_SALES), customer_id=customer, month=MARCH)


def test_a_report_marks_the_products_months_it_changed_also_those_it_takes_from(
    office: Office, customer: UUID, product: UUID, account: UUID
) -> None:
    mms = office.product(customer, "彩信", "mms")
    office.account(mms, customer, "yunfan-mms")
    office.now = datetime(2026, 5, 2, tzinfo=UTC)
    taken = "DELETE FROM late_usage RETURNING product_id, month"
    march, april = MARCH.first_day, MARCH.plus(1).first_day
    office.report([("yunfan01", DAY, "CMCC", 5), ("yunfan01", april, "CMCC", 5)], "first")
    assert {tuple(mark) for mark in office.rows(taken)} == {(product, march), (product, april)}
    office.report([("yunfan-mms", DAY, "CMCC", 5)], "second", replaces="first")
    assert {tuple(mark) for mark in office.rows(taken)} == {(mms, march), (product, march), (product, april)}
