"""A recharge that was entered wrongly is reversed by process: a correction mirrors it, as if the money had never come."""

from decimal import Decimal
from uuid import UUID

import pytest

from services.billing.usecases.change_recharge import show_recharge
from services.kit.clock import Month
from services.kit.errors import Conflict, InvalidInput
from services.kit.ids import new_id
from tests.integration.at_once import at_once
from tests.integration.billing.office import MARCH, OTHER_SALES, SALES, YUNFAN, Office, fields_of, selected
from tests.integration.billing.prepaid import Prepaid

FEBRUARY = Month(2026, 2)


@pytest.fixture
def prepaid(office: Office, customer: UUID) -> Prepaid:
    return Prepaid(office, customer, priced_from="2026-02-01")


def covered(office: Office) -> list[str]:
    """What is covered of each bill, the oldest first."""
    return [f"{row.covered:.2f}" for row in office.rows("SELECT covered FROM bills ORDER BY month, number")]


@pytest.mark.parametrize("kind", ["prepay", "prepurchase"])
def test_a_recharge_is_undone_by_a_correction_that_mirrors_it(office: Office, prepaid: Prepaid, kind: str) -> None:
    prepaid.recharge("5.00")
    recharge = prepaid.recharge("30.00", kind)
    process_id = new_id()
    prepared = office.prepare("reversal", process_id, prepaid.customer, prepaid.reversal_form(recharge))
    assert prepared["title"] == f"冲销申请：{YUNFAN} prepaid01 充值 30.00 元"
    assert (prepaid.balance, prepared["facts"]) == ("35.00", {"amount": "30.00"})
    for version in (8, 9):
        office.archive("reversal", process_id, prepaid.reversal_form(recharge), version=version)
    newest = prepaid.ledger()["items"][0]
    assert (newest["kind"], newest["type"], newest["amount"]) == ("correction", kind, "-30.00")
    assert (newest["balance_after"], newest["reason"]) == ("5.00", "录错账号")
    shown = show_recharge(office.begin(SALES), recharge)
    assert (shown["is_reversed"], shown["reversal_process_id"]) == (True, process_id)
    (applied,) = office.applied("reversal")
    assert applied["summary_zh"] == "prepaid01 的充值 30.00 元已冲销，余额 5.00 元"
    assert fields_of(lambda: prepaid.ask_reversal(recharge)) == {"target_id": ["recharge_reversed"]}


def test_from_its_start_a_recharge_is_in_no_other_reversal(office: Office, prepaid: Prepaid) -> None:
    recharge = prepaid.recharge("30.00")
    process_id = prepaid.ask_reversal(recharge)
    prepaid.ask_reversal(recharge, process_id)
    assert fields_of(lambda: prepaid.ask_reversal(recharge)) == {"target_id": ["recharge_in_reversal"]}
    office.reject("reversal", process_id)
    prepaid.ask_reversal(recharge)
    assert not show_recharge(office.begin(SALES), recharge)["is_reversed"]


def test_a_reversal_sent_again_for_another_recharge_frees_the_first(office: Office, prepaid: Prepaid) -> None:
    first, second = prepaid.recharge("30.00"), prepaid.recharge("40.00")
    process_id = prepaid.ask_reversal(first)
    prepaid.ask_reversal(second, process_id, phase="resubmit", version=3)
    prepaid.ask_reversal(first)
    office.archive("reversal", process_id, prepaid.reversal_form(second))
    assert prepaid.balance == "30.00"


def test_anothers_recharge_is_like_one_that_does_not_exist(office: Office, prepaid: Prepaid) -> None:
    recharge, mine = prepaid.recharge("30.00"), office.customer("别的公司", OTHER_SALES)
    form = prepaid.reversal_form(recharge)
    wrong = fields_of(lambda: office.prepare("reversal", new_id(), mine, form, caller=OTHER_SALES))
    assert wrong == {"target_id": ["recharge_not_found"]}
    other = office.customer("还有一家公司")
    wrong = fields_of(lambda: office.prepare("reversal", new_id(), other, form))
    assert wrong == {"target_id": ["recharge_not_found"]}
    assert fields_of(lambda: prepaid.ask_reversal(new_id())) == {"target_id": ["recharge_not_found"]}


def test_bills_that_are_no_receivables_give_back_what_they_took_of_it_the_newest_first(office: Office, prepaid: Prepaid) -> None:
    prepaid.recharge("50.00")
    prepaid.use("40.00", FEBRUARY)
    prepaid.use("40.00", MARCH)
    wrong = prepaid.recharge("35.00")
    assert (covered(office), prepaid.balance) == (["40.00", "40.00"], "5.00")
    prepaid.reverse_recharge(wrong)
    assert (covered(office), prepaid.balance) == (["40.00", "10.00"], "0.00")
    (changed,) = [event for event in office.events("bill_changed") if event["covered"] == "10.00"][-1:]
    assert changed["month"] == "2026-03"
    assert office.events("balance_low")[-1]["not_covered"] == "30.00"


def test_a_bill_gives_back_no_more_than_the_money_that_never_came(office: Office, prepaid: Prepaid) -> None:
    other = Prepaid(office, prepaid.customer, "prepaid02", "2026-02-01")
    office.rows("UPDATE accounts SET product_id = :product RETURNING 1", product=prepaid.product)
    for each in (prepaid, other):
        each.recharge("10.00")
    wrong = prepaid.recharge("30.00", "prepurchase")
    office.report([(name, MARCH.first_day, "CMCC", 4_000) for name in ("prepaid01", "prepaid02")])
    office.run_billing(shards=1)
    assert covered(office) == ["50.00"]
    prepaid.reverse_recharge(wrong)
    assert (covered(office), prepaid.balance, other.balance) == (["20.00"], "0.00", "0.00")


def test_what_receivables_and_refunds_have_used_cannot_be_taken_back(office: Office, prepaid: Prepaid) -> None:
    recharge = prepaid.recharge("50.00")
    prepaid.use("40.00")
    bill, process_id = office.value("SELECT id FROM bills"), new_id()
    asked = prepaid.ask_reversal(recharge)
    office.prepare("reconciliation", process_id, prepaid.customer, selected(bill))
    office.archive("reconciliation", process_id, selected(bill))
    with pytest.raises(Conflict, match="recharge_not_reversible") as refusal:
        office.archive("reversal", asked, prepaid.reversal_form(recharge))
    assert refusal.value.fields == {"target_id": ["recharge_used|10.00"]}
    office.withdraw("reversal", asked)
    assert fields_of(lambda: prepaid.ask_reversal(recharge)) == {"target_id": ["recharge_used|10.00"]}
    assert prepaid.balance == "10.00"


def test_what_a_refund_has_reserved_is_not_taken_back(prepaid: Prepaid) -> None:
    recharge = prepaid.recharge("50.00")
    prepaid.ask_refund("20.00")
    assert fields_of(lambda: prepaid.ask_reversal(recharge)) == {"target_id": ["recharge_used|30.00"]}


def test_a_balance_falls_below_zero_by_it_only_as_far_as_a_deferral_allows(prepaid: Prepaid) -> None:
    recharge = prepaid.recharge("50.00")
    prepaid.refund("20.00")
    assert fields_of(lambda: prepaid.ask_reversal(recharge)) == {"target_id": ["recharge_used|30.00"]}
    prepaid.defer("20.00")
    prepaid.reverse_recharge(recharge)
    assert prepaid.balance == "-20.00"


def test_a_failed_reversal_is_retried_once_there_is_money(office: Office, prepaid: Prepaid) -> None:
    recharge = prepaid.recharge("50.00")
    process_id = prepaid.ask_reversal(recharge)
    prepaid.refund("20.00")
    with pytest.raises(Conflict):
        office.archive("reversal", process_id, prepaid.reversal_form(recharge))
    prepaid.recharge("20.00")
    office.archive("reversal", process_id, prepaid.reversal_form(recharge), version=11)
    assert prepaid.balance == "0.00"


def test_of_ten_who_would_reverse_a_recharge_at_once_one_does(office: Office, prepaid: Prepaid) -> None:
    recharge = prepaid.recharge("50.00")
    prepaid.recharge("500.00")
    refused: list[dict[str, list[str]]] = []

    def reverse(_number: int) -> None:
        try:
            prepaid.reverse_recharge(recharge)
        except InvalidInput as refusal:
            refused.append(refusal.fields)

    at_once(10, reverse)
    assert len(refused) == 9
    assert prepaid.balance == "500.00"


def test_recharges_come_and_go_while_their_bills_are_made_and_no_fen_is_lost(office: Office, prepaid: Prepaid) -> None:
    recharges = [prepaid.recharge("10.00") for _ in range(6)]
    prepaid.use("40.00", FEBRUARY)

    def work(number: int) -> None:
        if number < 6:
            prepaid.reverse_recharge(recharges[number])
        elif number < 9:
            prepaid.recharge("10.00")
        else:
            prepaid.use("20.00", MARCH)

    at_once(10, work)
    held = office.value("SELECT sum(covered) FROM bills")
    assert (held, prepaid.balance) == (Decimal("30.00"), "0.00")
