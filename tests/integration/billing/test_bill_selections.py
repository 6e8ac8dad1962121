"""What a salesperson sees to reconcile, and what he or she has selected of it (spec, billing.md, "Reconciliation")."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from services.billing.usecases.list_reconcilable_bills import list_reconcilable_bills
from services.billing.usecases.save_bill_selection import clear_bill_selection, save_bill_selection
from services.billing.usecases.show_bill_selection import show_bill_selection
from services.contracts.billing_reconciliation_calls import BillSelection, ReconcilableBills
from services.kit.caller import Caller
from services.kit.clock import Month
from services.kit.errors import Conflict, InvalidInput, NotFound
from services.kit.ids import new_id
from tests.integration.at_once import at_once
from tests.integration.billing.office import (
    LEAD,
    OTHER_SALES,
    SALES,
    YUNFAN,
    Office,
    fields_of,
    selected,
    unified,
)


def _listed(office: Office, customer: UUID, caller: Caller = SALES, **query: Any) -> dict[str, Any]:
    """As the call answers."""
    wanted = {"page_size": 50, "sort": "", "cursor": "", **query}
    listed: dict[str, Any] = ReconcilableBills().dump(list_reconcilable_bills(office.begin(caller), customer, **wanted))
    return listed


def _select(office: Office, customer: UUID, *bills: UUID, version: int | None = None, caller: Caller = SALES) -> dict[str, Any]:
    saved = save_bill_selection(office.begin(caller), customer, bill_ids=list(bills), version=version)
    shown: dict[str, Any] = BillSelection().dump(saved)
    return shown


def _selection(office: Office, customer: UUID, caller: Caller = SALES) -> dict[str, Any]:
    shown: dict[str, Any] = BillSelection().dump(show_bill_selection(office.begin(caller), customer))
    return shown


def _ids(bills: list[dict[str, Any]]) -> set[UUID]:
    return {UUID(bill["id"]) for bill in bills}


# What there is to reconcile


def test_sales_sees_all_bills_of_the_last_period_and_any_earlier_open_ones(office: Office, customer: UUID) -> None:
    product = office.product(customer)
    office.account(product, customer, "yunfan01")
    office.price(product, unified("0.05"), kind="unified", valid_from="2025-12-01")
    billed = {}
    for month in (Month(2025, 12), Month(2026, 1), Month(2026, 2), Month(2026, 3)):
        office.report([("yunfan01", month.first_day, "CMCC", 1000)])
        office.run_billing(month)
        billed[month] = office.value("SELECT id FROM bills WHERE month = :day", day=month.first_day)
    for month in (Month(2025, 12), Month(2026, 3)):
        process = new_id()
        office.prepare("reconciliation", process, customer, selected(billed[month]))
        office.archive("reconciliation", process, selected(billed[month]))
    listed = _listed(office, customer)
    assert listed["month"] == "2026-03"
    assert [(bill["month"], bill["state"], bill["selectable"]) for bill in listed["items"]] == [
        ("2026-03", "reconciled", False),
        ("2026-02", "open", True),
        ("2026-01", "open", True),
    ]
    assert [(bill["agreed_amount"], bill["expected_due_on"]) for bill in listed["items"]] == [
        ("50.00", "2026-04-30"),
        ("50.00", "2026-03-31"),
        ("50.00", "2026-02-28"),
    ]
    assert listed["open"] == {"bill_count": 2, "quantity": 2000, "amount": "100.00", "covered": "0.00", "owed": "100.00"}


def test_the_last_period_is_the_month_over_in_shanghai(office: Office, customer: UUID) -> None:
    office.now = datetime(2026, 4, 30, 15, 59, tzinfo=UTC)
    assert _listed(office, customer)["month"] == "2026-03"
    office.now = datetime(2026, 4, 30, 16, 0, tzinfo=UTC)
    assert _listed(office, customer)["month"] == "2026-04"


def test_an_orders_bill_of_this_month_can_be_reconciled_at_once(office: Office, customer: UUID) -> None:
    item = {"name": "服务器", "quantity": 2, "purchase_price": "1.00", "sale_price": "2.00"}
    office.archive("ecommerce_order", new_id(), {"supplier": "供应商", "items": [item]}, customer)
    (bill,) = _listed(office, customer)["items"]
    assert (bill["month"], bill["selectable"], bill["why_not"]) == ("2026-04", True, None)


def test_a_bill_that_cannot_be_selected_says_why(office: Office, customer: UUID, bills: list[UUID]) -> None:
    office.prepare("reconciliation", new_id(), customer, selected(bills[0]))
    office.prepare("reversal", new_id(), customer, {"kind": "bill", "target_id": str(bills[1]), "reason": "错误"})
    by_amount = sorted(_listed(office, customer)["items"], key=lambda bill: Decimal(bill["amount"]))
    number = f"账单-2026-03-{YUNFAN}"
    assert [bill["why_not"] for bill in by_amount] == [
        f"bill_in_process|{number}-行业短信-001",
        f"bill_being_voided|{number}-营销短信-001",
        None,
    ]
    assert by_amount[0]["why_not_zh"] == f"账单 {number}-行业短信-001 已在另一对账流程中。"
    assert by_amount[1]["why_not_en"] == f"A reversal of bill {number}-营销短信-001 is under way."
    assert _listed(office, customer)["open"]["amount"] == "500.00"


def test_what_is_missing_stands_beside_with_its_remedy(office: Office, customer: UUID) -> None:
    product = office.product(customer)
    office.account(product, customer, "yunfan01")
    office.report([("yunfan01", date(2026, 3, 1), "CMCC", 1000)])
    office.run_billing()
    (refusal,) = _listed(office, customer)["refusals"]
    assert (refusal["reason"], refusal["words_zh"]) == ("no_price", "2026-03-01 没有价格，请发起销售调价。")
    assert refusal["action"] == {"kind": "start_process", "code": "price_adjustment", "subject_id": str(product)}
    office.price(product, unified("0.05"), kind="unified")
    office.run_billing(attempt=2)
    listed = _listed(office, customer)
    assert (listed["refusals"], listed["more_refusals"], len(listed["items"])) == ([], False, 1)


def test_pages_are_bounded_and_the_totals_are_of_all(office: Office, customer: UUID, bills: list[UUID]) -> None:
    first = _listed(office, customer, page_size=2)
    rest = _listed(office, customer, page_size=2, cursor=first["next_cursor"])
    assert [len(first["items"]), len(rest["items"])] == [2, 1]
    assert _ids([*first["items"], *rest["items"]]) == set(bills)
    assert first["open"]["amount"] == rest["open"]["amount"] == "1200.00"


# The selection


def test_the_selection_is_kept_across_visits_with_its_totals(office: Office, customer: UUID, bills: list[UUID]) -> None:
    assert _selection(office, customer)["version"] == 0
    _select(office, customer, bills[2], bills[0])
    kept = _selection(office, customer)
    assert _ids(kept["bills"]) == {bills[0], bills[2]}
    assert (kept["dropped"], kept["version"]) == ([], 1)
    assert kept["totals"] == {"bill_count": 2, "quantity": 16_000, "amount": "800.00", "covered": "0.00", "owed": "800.00"}
    clear_bill_selection(office.begin(SALES), customer)
    cleared = _selection(office, customer)
    assert (cleared["bills"], cleared["totals"]["amount"], cleared["version"]) == ([], "0.00", 2)


def test_each_has_a_selection_of_his_or_her_own_and_nobody_one_of_a_customer_not_seen(
    office: Office, customer: UUID, bills: list[UUID]
) -> None:
    _select(office, customer, bills[0])
    _select(office, customer, bills[1], caller=LEAD)
    assert _ids(_selection(office, customer)["bills"]) == {bills[0]}
    assert _ids(_selection(office, customer, LEAD)["bills"]) == {bills[1]}
    for call in (
        lambda: _listed(office, customer, OTHER_SALES),
        lambda: _selection(office, customer, OTHER_SALES),
        lambda: _select(office, customer, bills[0], caller=OTHER_SALES),
        lambda: clear_bill_selection(office.begin(OTHER_SALES), customer),
        lambda: _listed(office, new_id()),
    ):
        with pytest.raises(NotFound, match="customer_not_found"):
            call()


def test_a_selection_that_was_changed_elsewhere_is_not_overwritten(office: Office, customer: UUID, bills: list[UUID]) -> None:
    _select(office, customer, bills[0])
    _select(office, customer, bills[1], version=1)
    with pytest.raises(Conflict, match="bill_selection_changed_meanwhile") as refusal:
        _select(office, customer, bills[2], version=1)
    assert refusal.value.params == {"version": 2}
    assert _select(office, customer, bills[1], version=1)["version"] == 2  # the same again, whose answer was lost
    clear_bill_selection(office.begin(SALES), customer)
    with pytest.raises(Conflict, match="bill_selection_changed_meanwhile"):  # emptied is not as if it had never been
        _select(office, customer, bills[2])


def test_of_six_who_select_at_once_one_wins(office: Office, customer: UUID, bills: list[UUID]) -> None:
    lost: list[int] = []

    def choose(number: int) -> None:
        try:
            _select(office, customer, *(bills[: 1 + number % 3] if number < 3 else bills[::-1][: 1 + number % 3]))
        except Conflict:
            lost.append(number)

    at_once(6, choose)
    kept = _selection(office, customer)
    assert kept["version"] == 1
    assert len(lost) == 5


def test_only_the_customers_own_bills_are_selected_each_once(office: Office, customer: UUID, bills: list[UUID]) -> None:
    other = office.customer("深圳市海蓝科技有限公司")
    assert fields_of(lambda: _select(office, other, bills[0])) == {"bill_ids.0": ["bill_not_found"]}
    assert fields_of(lambda: _select(office, customer, bills[0], new_id(), bills[0])) == {
        "bill_ids.1": ["bill_not_found"],
        "bill_ids.2": ["bill_repeated"],
    }
    assert office.value("SELECT count(*) FROM bill_selections") == 0


def test_what_can_be_selected_no_more_is_shown_as_dropped_with_why_and_is_back_when_it_is_open_again(
    office: Office, customer: UUID, bills: list[UUID]
) -> None:
    _select(office, customer, *bills, caller=LEAD)
    process = new_id()
    office.prepare("reconciliation", process, customer, selected(bills[0]))  # by sales
    kept = _selection(office, customer, LEAD)
    assert _ids(kept["bills"]) == set(bills[1:])
    (dropped,) = kept["dropped"]
    assert (UUID(dropped["id"]), dropped["process_id"]) == (bills[0], str(process))
    assert dropped["why_not"] == f"bill_in_process|账单-2026-03-{YUNFAN}-行业短信-001"
    assert kept["totals"]["amount"] == "900.00"
    office.reject("reconciliation", process)
    assert _ids(_selection(office, customer, LEAD)["bills"]) == set(bills)


# The selection and 对账


def test_a_reconciliation_that_starts_takes_its_bills_out_of_the_selection(
    office: Office, customer: UUID, bills: list[UUID]
) -> None:
    _select(office, customer, *bills)
    office.prepare("reconciliation", new_id(), customer, selected(*bills[:2]))
    kept = _selection(office, customer)
    assert (_ids(kept["bills"]), kept["dropped"], kept["version"]) == ({bills[2]}, [], 2)
    with pytest.raises(Conflict, match="bill_selection_changed_meanwhile"):
        _select(office, customer, *bills, version=1)  # by a page that has not seen it


def test_one_that_does_not_start_leaves_the_selection_as_it_is(office: Office, customer: UUID, bills: list[UUID]) -> None:
    office.prepare("reconciliation", new_id(), customer, selected(bills[0]))
    _select(office, customer, *bills)
    with pytest.raises(InvalidInput):
        office.prepare("reconciliation", new_id(), customer, selected(bills[1], bills[0]))
    kept = _selection(office, customer)
    assert (_ids(kept["bills"]), _ids(kept["dropped"]), kept["version"]) == (set(bills[1:]), {bills[0]}, 1)


@pytest.mark.parametrize("end", ["reject", "withdraw"])
def test_rejected_or_withdrawn_its_bills_are_selected_again_beside_what_was_selected_since(
    office: Office, customer: UUID, bills: list[UUID], end: str
) -> None:
    _select(office, customer, *bills[:2])
    process = new_id()
    office.prepare("reconciliation", process, customer, selected(*bills[:2]))
    assert _selection(office, customer)["bills"] == []
    _select(office, customer, bills[2], version=2)
    getattr(office, end)("reconciliation", process)
    kept = _selection(office, customer)
    assert (_ids(kept["bills"]), kept["version"]) == (set(bills), 4)


def test_sent_again_it_takes_its_bills_out_again(office: Office, customer: UUID, bills: list[UUID]) -> None:
    process = new_id()
    office.prepare("reconciliation", process, customer, selected(*bills[:2]))
    office.reject("reconciliation", process, version=3)
    assert _ids(_selection(office, customer)["bills"]) == set(bills[:2])
    office.prepare("reconciliation", process, customer, selected(bills[0]), phase="resubmit", version=5)
    assert _ids(_selection(office, customer)["bills"]) == {bills[1]}
    office.archive("reconciliation", process, selected(bills[0]))
    assert _ids(_selection(office, customer)["bills"]) == {bills[1]}


def test_who_never_selected_has_no_selection_from_a_start(office: Office, customer: UUID, bills: list[UUID]) -> None:
    office.prepare("reconciliation", new_id(), customer, selected(*bills))
    assert office.value("SELECT count(*) FROM bill_selections") == 0
