"""Unit costs and commission rates are kept by people: from a day on, with who, when and why (spec, payments.md, "Commission")."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.contracts import payments_cost_calls as calls
from services.kit.errors import Conflict, InvalidInput
from services.kit.schema import load
from services.payments.store.tables import CommissionRate, UnitCost
from services.payments.usecases.set_dated_value import set_commission_rate, set_unit_cost
from services.payments.usecases.show_dated_values import list_dated_values, show_dated_values
from tests.integration.at_once import at_once
from tests.integration.payments.commission import reversed_, settled, statement
from tests.integration.payments.story import FINANCE, SALES, Story

PAGE: dict[str, Any] = {"product_type": None, "page_size": 50, "sort": "", "cursor": ""}


def set_cost(story: Story, unit_cost: str, *, valid_from: str = "2026-04-10", version: int = 0, **more: Any) -> Any:
    change = {
        "product_type": "industry_sms",
        "unit_cost": unit_cost,
        "valid_from": valid_from,
        "version": version,
        "reason": "通道涨价",
        **more,
    }
    return calls.UnitCosts().dump(set_unit_cost(story.begin(FINANCE), **load(calls.SetUnitCost, change)))


def costs(story: Story, product_type: str = "industry_sms") -> list[tuple[str, str, bool]]:
    shown = calls.UnitCosts().dump(show_dated_values(story.begin(SALES), UnitCost))
    return [
        (row["valid_from"], row["unit_cost"], row["in_force"]) for row in shown["items"] if row["product_type"] == product_type
    ]


def test_a_new_cost_counts_from_its_day_and_changes_nothing_that_was_earned(story: Story) -> None:
    customer_id = story.customer("甲")
    first = settled(story)
    set_cost(story, "0.03", valid_from="2026-04-11")
    settled(story)
    assert statement(story)["totals"]["cost"] == "5600.00"
    story.now = datetime(2026, 4, 11, 2, tzinfo=UTC)
    settled(story)
    shown = statement(story)
    assert [entry["cost"] for entry in shown["entries"]] == ["2800.00", "2800.00", "3000.00"]
    reversed_(story, customer_id, first)
    assert [entry["cost"] for entry in statement(story)["entries"] if entry["kind"] == "reversal"] == ["-2800.00"]


def test_a_new_rate_counts_from_its_day(story: Story) -> None:
    story.customer("甲")
    change = {"product_type": "industry_sms", "rate": "0.125", "valid_from": "2026-04-10", "version": 0, "reason": "年度政策"}
    shown = set_commission_rate(story.begin(), **load(calls.SetCommissionRate, change))
    rows = {row["product_type"]: row for row in calls.CommissionRates().dump(shown)["items"]}
    assert (rows["industry_sms"]["rate"], rows["ecommerce"]["rate"]) == ("0.125", "0.1")
    settled(story)
    (entry,) = statement(story)["entries"]
    assert (entry["rate"], entry["amount"]) == ("0.125", "87.50")


def test_the_list_shows_what_holds_today_and_what_will(story: Story) -> None:
    assert costs(story) == [("2020-01-01", "0.028", True)]
    assert set_cost(story, "0.03", valid_from="2026-05-01")["version"] == 1
    set_cost(story, "0.029", version=1)
    assert costs(story) == [("2026-04-10", "0.029", True), ("2026-05-01", "0.03", False)]
    story.now = datetime(2026, 5, 2, 2, tzinfo=UTC)
    assert costs(story) == [("2026-05-01", "0.03", True)]


def test_a_value_for_the_same_day_takes_the_place_of_the_other_which_stays_in_the_history(story: Story) -> None:
    set_cost(story, "0.3", valid_from="2026-05-01")
    set_cost(story, "0.03", valid_from="2026-05-01", version=1, reason="少了一个零")
    assert costs(story) == [("2020-01-01", "0.028", True), ("2026-05-01", "0.03", False)]
    page = calls.UnitCostPage().dump(list_dated_values(story.begin(SALES), UnitCost, **PAGE))
    assert [(row["version"], row["unit_cost"], row["reason"]) for row in page["items"]] == [
        (2, "0.03", "少了一个零"),
        (1, "0.3", "通道涨价"),
    ]
    row = page["items"][0]
    assert (row["set_by_name"], row["set_by_id"], row["set_at"]) == (FINANCE.name, FINANCE.user_id, "2026-04-10T02:00:00Z")
    assert (row["in_force"], row["valid_from"]) == (False, "2026-05-01")
    of_voice = list_dated_values(story.begin(SALES), UnitCost, **{**PAGE, "product_type": "voice"})
    assert of_voice.items == []


def test_it_leaves_an_audit_entry(story: Story) -> None:
    set_cost(story, "0.03")
    with story.database.engine.connect() as connection:
        entry = connection.execute(text("SELECT * FROM audit_entries WHERE action = 'unit_cost_set'")).one()
    assert (entry.user_name, entry.why, entry.subject_type, entry.subject_id) == (FINANCE.name, "通道涨价", "unit_costs", "1")
    assert entry.after == {"product_type": "industry_sms", "valid_from": "2026-04-10", "value": "0.03"}


def test_who_saw_an_older_list_learns_who_was_faster(story: Story) -> None:
    with pytest.raises(Conflict, match="dated_value_version_unknown"):
        set_cost(story, "0.03", version=7)
    set_cost(story, "0.03")
    with pytest.raises(Conflict, match="dated_value_changed_meanwhile") as refusal:
        set_cost(story, "0.04")
    assert refusal.value.params == {"version": 1, "by": FINANCE.name}


def test_of_six_who_set_one_at_once_one_does(story: Story) -> None:
    outcomes: list[str] = []

    def work(which: int) -> None:
        try:
            set_cost(story, f"0.0{which + 1}")
            outcomes.append("set")
        except Conflict as refusal:
            outcomes.append(refusal.code)

    at_once(6, work)
    assert sorted(outcomes) == ["dated_value_changed_meanwhile"] * 5 + ["set"]


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        pytest.param({"valid_from": "2026-04-09"}, {"valid_from": ["range|2026-04-10|"]}, id="a day that is past"),
        pytest.param({"unit_cost": "-0.01"}, {"unit_cost": ["range|0|"]}, id="below zero"),
        pytest.param({"unit_cost": "0.0000001"}, {"unit_cost": ["too_many_places|6"]}, id="seven decimals"),
        pytest.param({"unit_cost": "1000000"}, {"unit_cost": ["range|0|999999.999999"]}, id="more than a column holds"),
        pytest.param({"reason": "  "}, {"reason": ["required"]}, id="no reason"),
        pytest.param({"product_type": "ecommerce"}, None, id="an order brings its own cost"),
    ],
)
def test_what_is_wrong_is_said_by_field(story: Story, wrong: dict[str, Any], fault: dict[str, list[str]] | None) -> None:
    with pytest.raises(InvalidInput) as refusal:
        set_cost(story, **{"unit_cost": "0.03", **wrong})
    assert refusal.value.fields.keys() == wrong.keys()
    assert fault is None or refusal.value.fields == fault


def test_a_rate_is_a_part_of_the_profit(story: Story) -> None:
    change = {"product_type": "ecommerce", "rate": "1.01", "valid_from": "2026-04-10", "version": 0, "reason": "x"}
    with pytest.raises(InvalidInput) as refusal:
        load(calls.SetCommissionRate, change)
    assert refusal.value.fields == {"rate": ["range|0|1"]}


@pytest.mark.parametrize("table", ["unit_costs", "commission_rates"])
def test_hand_written_sql_cannot_change_what_was_set(story: Story, table: str) -> None:
    for change in (f"UPDATE {table} SET valid_from = valid_from + 1", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError, match="only ever added to"), story.database.engine.begin() as connection:
            connection.execute(text(change))


def test_what_the_migration_brings_can_be_told_from_what_people_set(story: Story) -> None:
    shown = calls.CommissionRates().dump(show_dated_values(story.begin(SALES), CommissionRate))
    assert shown["version"] == 0
    assert {(row["version"], row["set_by_name"], row["set_at"]) for row in shown["items"]} == {(0, None, None)}
    with story.database.session() as session:
        row = session.get_one(UnitCost, {"product_type": "mms", "valid_from": date(2020, 1, 1), "version": 0})
        assert row.unit_cost == Decimal("0.15")
