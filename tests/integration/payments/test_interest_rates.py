"""Management sets the monthly rate; sales administration keeps who is exempt (spec, payments.md, "Interest and penalty")."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from services.contracts.payments_interest_calls import InterestExemptionPage, InterestRates
from services.kit.clock import Month
from services.kit.errors import Conflict, InvalidInput
from services.kit.ids import new_id
from services.payments.usecases.keep_account import keep_account
from services.payments.usecases.list_interest_exemptions import list_interest_exemptions
from services.payments.usecases.show_interest_rates import show_interest_rates
from tests.integration.at_once import at_once
from tests.integration.payments.accruals import Accruals
from tests.integration.payments.story import FINANCE, SALES_ADMIN, YUNFAN, Story


@pytest.fixture
def house(story: Story) -> Accruals:
    """One without a rate, in January."""
    story.now = datetime(2026, 1, 5, 2, tzinfo=UTC)
    return Accruals(story)


def rates(house: Accruals) -> Any:
    return InterestRates().dump(show_interest_rates(house.story.begin(FINANCE), page_size=50, sort="", cursor=""))


def exemptions(house: Accruals, **wanted: Any) -> list[dict[str, Any]]:
    asked: dict[str, Any] = {"customer_id": None, "account_id": None, "q": "", "month": None, "all": False, **wanted}
    page = list_interest_exemptions(house.story.begin(SALES_ADMIN), page_size=50, sort="", cursor="", **asked)
    shown: list[dict[str, Any]] = InterestExemptionPage().dump(page)["items"]
    return shown


def audited(house: Accruals, action: str) -> list[Any]:
    with house.story.database.engine.connect() as connection:
        query = text("SELECT user_name, before, after, why FROM audit_entries WHERE action = :action ORDER BY at, id")
        return [tuple(row) for row in connection.execute(query, {"action": action})]


def account_of(house: Accruals, identifier: str, customer: str = YUNFAN) -> Any:
    """``account_opened``, as customer tells it."""
    account_id, customer_id = new_id(), house.story.customer(customer)
    data = {"id": str(account_id), "identifier": identifier, "product_id": str(new_id()), "customer_id": str(customer_id)}
    data |= {"signature": "", "interface": "cmpp", "status": "active"}
    house.story.hear(keep_account, "customer", "account_opened", account_id, data)
    return account_id, customer_id


# Rates


def test_a_rate_holds_from_its_month_until_the_next_month_that_one_is_set_for(house: Accruals) -> None:
    house.rate("0.005", "2026-01")
    shown = house.rate("0.01", "2026-03")
    assert (shown["version"], shown["rate"], len(shown["items"])) == (2, "0.005", 2)
    newest = shown["items"][0]
    assert (newest["from_month"], newest["rate"], newest["set_by_name"], newest["reason"]) == (
        "2026-03",
        "0.01",
        "周总",
        "总经理办公会",
    )
    customer_id = house.story.customer("甲")
    house.move(customer_id, new_id(), "1000.00", Month(2025, 12).first_day)
    house.run("2026-05-01")
    assert [(entry["month"], entry["rate"]) for entry in sorted(house.entries(), key=lambda one: one["month"])] == [
        ("2026-01", "0.005"),
        ("2026-02", "0.005"),
        ("2026-03", "0.01"),
        ("2026-04", "0.01"),
    ]
    assert audited(house, "interest_rate_set")[1] == (
        "周总",
        {"rate": "0.005000"},
        {"rate": "0.01", "from_month": "2026-03"},
        "总经理办公会",
    )


def test_a_month_once_accrued_keeps_its_rate(house: Accruals) -> None:
    house.rate("0.005", "2026-01")
    house.run("2026-04-01")
    for month in ("2026-03", "2026-01", "2025-12"):
        with pytest.raises(Conflict, match="interest_month_accrued") as refused:
            house.rate("0.01", month)
        assert refused.value.params == {"accrued_from": "2026-01", "accrued_through": "2026-03", "next_month": "2026-04"}
    shown = house.rate("0.01", "2026-04")
    assert (shown["rate"], shown["accrued_from"], shown["accrued_through"]) == ("0.01", "2026-01", "2026-03")


def test_a_planned_rate_is_replaced_by_one_set_later_for_the_same_month(house: Accruals) -> None:
    house.rate("0.005", "2026-01")
    house.rate("0.02", "2026-01")
    assert rates(house)["rate"] == "0.02"
    assert len(rates(house)["items"]) == 2, "the history keeps both"


def test_a_month_without_any_rate_is_not_accrued_and_is_made_up_for_once_there_is_one(house: Accruals) -> None:
    house.story.bill(house.story.customer("甲"), "1000.00", month="2026-01")
    assert house.run("2026-04-01") == [{"through": None, "accrued": 0, "corrected": 0}]
    assert rates(house) == {
        "version": 0,
        "rate": None,
        "accrued_from": None,
        "accrued_through": None,
        "items": [],
        "next_cursor": None,
    }
    house.rate("0.005", "2026-03")
    house.run("2026-05-01")
    assert house.told() == [("2026-03", "2026-04-30", "5.00"), ("2026-04", "2026-04-30", "5.00")]


def test_a_rate_is_set_by_whoever_saw_the_newest(house: Accruals) -> None:
    house.rate("0.005", "2026-01", version=0)
    for version in (0, 7):
        with pytest.raises(Conflict, match="interest_rates_changed_meanwhile") as refused:
            house.rate("0.01", "2026-02", version=version)
        assert refused.value.params == {"version": 1, "by": "周总"}


def test_of_two_who_set_the_rate_at_once_one_does(house: Accruals) -> None:
    outcomes: list[str] = []

    def set_it(number: int) -> None:
        try:
            house.rate(f"0.00{number + 1}", "2026-01", version=0)
            outcomes.append("set")
        except Conflict as conflict:
            outcomes.append(conflict.code)

    at_once(6, set_it)
    assert sorted(outcomes) == ["interest_rates_changed_meanwhile"] * 5 + ["set"]


def test_a_rate_is_not_set_for_a_month_far_back(house: Accruals) -> None:
    house.rate("0.005", "2025-01")
    with pytest.raises(InvalidInput) as refused:
        house.rate("0.005", "2024-12")
    assert refused.value.fields == {"from_month": ["months_back|2025-01"]}


# Exempt accounts


def test_an_account_is_found_by_its_identifier_or_customer_and_left_out(house: Accruals) -> None:
    account_id, customer_id = account_of(house, "yunfan01")
    account_of(house, "other02", "北京别家")
    assert exemptions(house) == []
    assert [each["identifier"] for each in exemptions(house, all=True)] == ["other02", "yunfan01"]
    for q in ("YUNFAN", "云帆网络"):
        (found,) = exemptions(house, all=True, q=q)
        assert (found["identifier"], found["customer_name"], found["version"], found["is_exempt"]) == (
            "yunfan01",
            YUNFAN,
            0,
            False,
        )
    assert exemptions(house, all=True, q="%") == []
    made = house.exempt(account_id, ("2026-01", None))
    assert (made["is_exempt"], made["version"], made["set_by_name"], made["reason"]) == (True, 1, "赵敏", "大客户协议")
    assert exemptions(house) == [made]
    assert exemptions(house, customer_id=customer_id, month=Month(2026, 1)) == [made]
    assert exemptions(house, month=Month(2025, 12)) == []
    assert audited(house, "interest_exemption_set") == [
        ("赵敏", {"periods": []}, {"periods": [{"from_month": "2026-01", "to_month": None}]}, "大客户协议")
    ]


def test_an_exemption_ends_and_begins_again_and_every_version_is_kept(house: Accruals) -> None:
    account_id, _ = account_of(house, "yunfan01")
    house.exempt(account_id, ("2026-01", None))
    ended = house.exempt(account_id, ("2026-01", "2026-03"), ("2026-07", None))
    assert (ended["version"], ended["is_exempt"]) == (2, True)
    assert [each["is_exempt"] for each in exemptions(house, account_id=account_id)] == [True]
    house.story.now = datetime(2026, 4, 5, tzinfo=UTC)
    assert [each["is_exempt"] for each in exemptions(house)] == [False]
    with house.story.database.engine.connect() as connection:
        versions = connection.execute(text("SELECT version FROM interest_exemptions ORDER BY version")).scalars().all()
    assert versions == [1, 2]


@pytest.mark.parametrize(
    ("periods", "field", "code"),
    [
        pytest.param([("2026-03", "2026-02")], "periods.0.to_month", "months_reversed", id="it ends before it begins"),
        pytest.param([("2026-01", None), ("2026-03", None)], "periods.1.from_month", "periods_overlap", id="they overlap"),
    ],
)
def test_wrong_periods_are_refused_by_their_field(
    house: Accruals, periods: list[tuple[str, str | None]], field: str, code: str
) -> None:
    account_id, _ = account_of(house, "yunfan01")
    with pytest.raises(InvalidInput) as refused:
        house.exempt(account_id, *periods)
    assert refused.value.fields == {field: [code]}


def test_an_exemption_is_set_by_whoever_saw_the_newest_for_an_account_that_is_known(house: Accruals) -> None:
    account_id, _ = account_of(house, "yunfan01")
    house.exempt(account_id, ("2026-01", None), version=0)
    with pytest.raises(Conflict, match="interest_exemption_changed_meanwhile"):
        house.exempt(account_id, version=0)
    with pytest.raises(InvalidInput) as refused:
        house.exempt(new_id(), ("2026-01", None))
    assert refused.value.fields == {"account_id": ["interest_account_not_found"]}


def test_accounts_are_known_from_bills_and_balances_before_their_own_event_comes(house: Accruals) -> None:
    customer_id, billed, prepaid = house.story.customer("甲"), new_id(), new_id()
    house.story.bill(customer_id, "100.00", shares={billed: "100.00"})
    house.move(customer_id, prepaid, "100.00", Month(2026, 1).first_day)
    assert {each["account_id"] for each in exemptions(house, all=True)} == {str(billed), str(prepaid)}


def test_an_exemption_during_a_run_is_in_the_run_or_corrected_by_the_next(house: Accruals) -> None:
    house.rate("0.005", "2026-01")
    accounts = []
    for number in range(8):
        customer_id, account_id = house.story.customer(f"客户{number}"), new_id()
        house.move(customer_id, account_id, "1000.00", Month(2025, 12).first_day)
        accounts.append(account_id)
    house.story.now = datetime(2026, 4, 1, tzinfo=UTC)

    def run_or_exempt(number: int) -> None:
        if number < 2:
            house.run_shard("2026-04-01", 0, 1)
        else:
            house.exempt(accounts[number], ("2026-02", None), version=0)

    at_once(8, run_or_exempt)
    house.run("2026-05-01")
    assert house.booked() == house.reference()
    assert Decimal("5.00") in house.booked().values()
