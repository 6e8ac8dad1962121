"""销售充值, 后付款申请 and the refund of a prepay balance, from the form to the ledger."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from services.billing.store.bills import lock_bills
from services.billing.usecases.change_recharge import change_recharge, show_recharge
from services.billing.usecases.consume_balances import reverse_consumption
from services.billing.usecases.show_bill import show_bill
from services.billing.usecases.show_ledger import show_ledger
from services.billing.usecases.snapshots import change_bills
from services.kit.clock import Month
from services.kit.errors import Conflict, NotFound
from services.kit.ids import new_id
from tests.integration.billing.office import FINANCE, OTHER_SALES, SALES, YUNFAN, Office, fields_of, selected, unified
from tests.integration.billing.prepaid import PAGE, Prepaid, recharge_form


@pytest.fixture
def prepaid(office: Office, customer: UUID) -> Prepaid:
    return Prepaid(office, customer)


# Recharge


def test_a_recharge_credits_the_accounts_balance_once_when_archived(office: Office, prepaid: Prepaid) -> None:
    process_id = new_id()
    prepared = prepaid.prepare("recharge", recharge_form("3250.00"), process_id=process_id)
    assert prepared["form"]["present_balance"] == "0.00"
    assert prepared["title"] == f"销售充值：{YUNFAN} prepaid01 预付 3250.00 元"
    assert prepared["product_ids"] == [str(prepaid.product)]
    assert prepaid.balance == "0.00"
    for version in (8, 9):
        office.archive("recharge", process_id, prepared["form"], version=version)
    assert prepaid.balance == "3250.00"
    (said,) = office.events("account_recharged")
    assert (said["amount"], said["balance"], said["messages"]) == ("3250.00", "3250.00", 325_000)
    (applied,) = [event for event in office.events("process_applied") if event["process_id"] == str(process_id)]
    assert applied["summary_zh"] == "prepaid01 已充值 3250.00 元，余额 3250.00 元"
    assert applied["summary_en"] == "prepaid01 credited with 3250.00 CNY; its balance is 3250.00 CNY"
    again = prepaid.prepare("recharge", recharge_form("1.00"))
    assert again["form"]["present_balance"] == "3250.00"


def test_the_amount_must_equal_messages_times_unit_price_to_the_fen(prepaid: Prepaid) -> None:
    form = recharge_form("33.33", unit_price="0.033333", messages=1_000)
    assert prepaid.prepare("recharge", form)["facts"] == {"amount": "33.33"}
    wrong = fields_of(lambda: prepaid.prepare("recharge", {**form, "amount": "33.34"}))
    assert wrong == {"amount": ["amount_differs|33.33"]}


def test_a_recharge_of_nothing_and_deadlines_that_are_past_are_refused_by_field(prepaid: Prepaid) -> None:
    form = recharge_form("1.00", invoice_deadline="2026-03-31", payment_deadline="2026-04-01")
    assert fields_of(lambda: prepaid.prepare("recharge", form)) == {"invoice_deadline": ["before|2026-04-01"]}
    nothing = recharge_form("0.00", messages=1, unit_price="0")
    assert fields_of(lambda: prepaid.prepare("recharge", nothing)) == {"amount": ["above|0"]}


def test_finance_enters_when_it_was_really_invoiced_and_paid(office: Office, prepaid: Prepaid) -> None:
    process_id, form = new_id(), recharge_form("10.00")
    prepaid.prepare("recharge", form, process_id=process_id)
    entered = {**form, "invoiced_on": "2026-04-01", "paid_on": "2026-04-02"}
    wrong = fields_of(lambda: prepaid.prepare("recharge", entered, process_id=process_id, phase="node", node="finance"))
    assert wrong == {"paid_on": ["after|2026-04-01"]}
    entered["paid_on"] = "2026-03-31"
    prepared = prepaid.prepare(
        "recharge", entered, process_id=process_id, phase="node", node="finance", caller=FINANCE, version=2
    )
    office.archive("recharge", process_id, prepared["form"])
    (entry,) = prepaid.ledger()["items"]
    assert (entry["invoiced_on"], entry["paid_on"], entry["unit_price"]) == ("2026-04-01", "2026-03-31", "0.01")


def test_finance_enters_later_when_a_recharge_was_really_invoiced_and_paid(office: Office, prepaid: Prepaid) -> None:
    process_id = prepaid.recharge("10.00")
    finance = office.begin(FINANCE)
    changed = change_recharge(finance, process_id, version=1, paid_on=date(2026, 3, 31))
    assert (changed["paid_on"], changed["invoiced_on"], changed["version"], changed["amount"]) == (date(2026, 3, 31), None, 2, 10)
    with pytest.raises(Conflict, match="recharge_changed_meanwhile"):
        change_recharge(finance, process_id, version=1, paid_on=None)
    wrong = fields_of(lambda: change_recharge(finance, process_id, version=2, invoiced_on=date(2026, 4, 2)))
    assert wrong == {"invoiced_on": ["after|2026-04-01"]}
    assert show_recharge(office.begin(SALES), process_id) == changed
    with pytest.raises(NotFound, match="recharge_not_found"):
        show_recharge(office.begin(OTHER_SALES), process_id)


def test_others_accounts_closed_ones_and_those_paid_afterwards_are_not_recharged(
    office: Office, customer: UUID, prepaid: Prepaid
) -> None:
    form = recharge_form("10.00")
    hidden = fields_of(lambda: prepaid.prepare("recharge", form, caller=OTHER_SALES))
    assert hidden == {"subject_id": ["account_not_found"]}
    afterwards = office.account(office.product(customer), customer, "postpaid01")
    wrong = fields_of(lambda: office.prepare("recharge", new_id(), afterwards, form))
    assert wrong == {"subject_id": ["account_not_prepaid|postpaid01"]}
    office.rows("UPDATE accounts SET status = 'closed' WHERE id = :id RETURNING id", id=prepaid.account)
    assert fields_of(lambda: prepaid.prepare("recharge", form)) == {"subject_id": ["account_closed|prepaid01"]}


# The ledger


def test_the_ledger_shows_the_balance_after_each_entry_the_latest_first(office: Office, prepaid: Prepaid) -> None:
    for amount, kind in (("100.00", "prepay"), ("20.00", "prepurchase"), ("3.00", "prepay")):
        prepaid.recharge(amount, kind)
    shown = prepaid.ledger()
    assert [(entry["amount"], entry["type"], entry["balance_after"]) for entry in shown["items"]] == [
        ("3.00", "prepay", "123.00"),
        ("20.00", "prepurchase", "120.00"),
        ("100.00", "prepay", "100.00"),
    ]
    balance = shown["balance"]
    assert (balance["total"], balance["prepay"], balance["prepurchase"]) == ("123.00", "103.00", "20.00")
    first = prepaid.ledger(page_size=2)
    rest = prepaid.ledger(page_size=2, cursor=first["next_cursor"])
    assert [entry["position"] for entry in first["items"] + rest["items"]] == [3, 2, 1]
    assert rest["next_cursor"] is None
    with pytest.raises(NotFound, match="account_not_found"):
        show_ledger(office.begin(OTHER_SALES), prepaid.account, **PAGE)


# Consumption by bill


def test_a_bill_takes_the_balance_when_it_is_made_and_what_it_lacks_stays_owed(office: Office, prepaid: Prepaid) -> None:
    prepaid.recharge("30.00", "prepurchase")
    prepaid.recharge("50.00")
    prepaid.use("100.00")
    assert prepaid.balance == "0.00"
    entries = [(entry["kind"], entry["type"], entry["amount"]) for entry in prepaid.ledger()["items"]]
    assert entries[:2] == [("consumption", "prepay", "-50.00"), ("consumption", "prepurchase", "-30.00")]
    bill = show_bill(office.begin(SALES), office.value("SELECT id FROM bills"))
    assert (bill["amount"], bill["covered"], bill["accounts"][0]["covered"]) == (100, 80, 80)
    (low,) = office.events("balance_low")
    assert (low["balance"], low["not_covered"], low["bill_id"]) == ("0.00", "20.00", str(bill["id"]))
    process_id = new_id()
    office.prepare("reconciliation", process_id, prepaid.customer, selected(bill["id"]))
    office.archive("reconciliation", process_id, selected(bill["id"]))
    (receivable,) = office.events("bills_reconciled")[0]["bills"]
    assert (receivable["amount"], receivable["quantity"]) == ("20.00", 2_000), "what balances paid is owed by nobody"
    assert receivable["shares"] == [
        {"account_id": str(prepaid.account), "identifier": "prepaid01", "quantity": 2_000, "amount": "20.00"}
    ]
    assert office.value("SELECT outstanding FROM bills") == Decimal("20.00")


def test_a_bill_that_balances_pay_in_full_is_closed_by_its_reconciliation_and_invoice(office: Office, customer: UUID) -> None:
    product = office.product(customer, payment_mode="prepaid", needs_invoice=False)
    account = office.account(product, customer, "prepaid02")
    office.price(product, unified("0.01"), kind="unified")
    process_id, form = new_id(), recharge_form("5000.00")
    office.archive("recharge", process_id, office.prepare("recharge", process_id, account, form)["form"])
    office.report([("prepaid02", date(2026, 3, 1), "CMCC", 10_000)])
    office.run_billing(shards=1)
    bill_id, reconciliation = office.value("SELECT id FROM bills"), new_id()
    office.prepare("reconciliation", reconciliation, customer, selected(bill_id))
    office.archive("reconciliation", reconciliation, selected(bill_id))
    assert office.states() == ["closed"]
    assert office.events("balance_low") == []


def test_a_bill_is_paid_once_however_often_the_run_is_repeated(prepaid: Prepaid) -> None:
    prepaid.recharge("500.00")
    prepaid.use("100.00")
    prepaid.office.run_billing(attempt=99)
    assert prepaid.balance == "400.00"


def test_bills_of_products_paid_afterwards_take_nothing(office: Office, bills: list[UUID]) -> None:
    assert [row.covered for row in office.rows("SELECT covered FROM bills")] == [0, 0, 0]
    assert office.events("balance_low") == []


def test_a_voided_bill_gives_back_what_it_took_once(office: Office, prepaid: Prepaid) -> None:
    prepaid.recharge("30.00", "prepurchase")
    prepaid.recharge("50.00")
    prepaid.use("70.00")
    for expected in ("70.00", "0.00"):
        with office.begin()() as work:
            (bill,) = lock_bills(work.session, [office.value("SELECT id FROM bills")]).values()
            change_bills(work, [(bill, {"covered": Decimal(0)})], why="作废")
            assert reverse_consumption(work, bill, why="作废") == Decimal(expected)
    balance = prepaid.ledger()["balance"]
    assert (balance["prepay"], balance["prepurchase"]) == ("50.00", "30.00")
    corrections = [entry for entry in prepaid.ledger()["items"] if entry["kind"] == "correction"]
    assert sorted(entry["amount"] for entry in corrections) == ["30.00", "40.00"]


def test_who_falls_below_the_threshold_is_told_of(office: Office, prepaid: Prepaid) -> None:
    prepaid.recharge("1500.00")
    prepaid.use("400.00")
    assert office.events("balance_low") == []
    prepaid.use("200.00", Month(2026, 2))  # no price holds in February
    prepaid.refund("600.00")
    (low,) = office.events("balance_low")
    assert (low["identifier"], low["balance"], low["threshold"]) == ("prepaid01", "500.00", "1000.00")
    assert (low["bill_id"], low["not_covered"]) == (None, "0.00")


# 后付款申请


def test_a_balance_falls_below_zero_only_by_an_archived_deferral_up_to_its_limit(prepaid: Prepaid) -> None:
    prepaid.recharge("10.00")
    process_id, form = new_id(), {"limit": "50.00", "until": "2026-04-01", "reason": "客户要求"}
    prepared = prepaid.prepare("deferred_payment", form, process_id=process_id)
    assert (prepared["form"]["present_balance"], prepared["form"]["present_limit"]) == ("10.00", "0.00")
    prepaid.office.archive("deferred_payment", process_id, prepared["form"])
    prepaid.use("100.00")
    assert prepaid.balance == "-50.00"
    assert prepaid.office.value("SELECT covered FROM bills") == Decimal("60.00")


def test_after_its_date_no_bill_takes_a_balance_below_zero(prepaid: Prepaid) -> None:
    prepaid.recharge("10.00")
    prepaid.defer("50.00", until="2026-04-01")
    prepaid.office.now = datetime(2026, 4, 1, 16, tzinfo=UTC)  # midnight of the 2nd in Shanghai
    prepaid.use("100.00")
    assert prepaid.balance == "0.00"


def test_a_newer_deferral_replaces_the_older_whichever_is_heard_of_first(prepaid: Prepaid) -> None:
    prepaid.defer("500.00", time=datetime(2026, 4, 1, 1, tzinfo=UTC))
    prepaid.defer("20.00", time=datetime(2026, 4, 1, 2, tzinfo=UTC))
    prepaid.defer("900.00", time=datetime(2026, 4, 1, 0, tzinfo=UTC))
    balance = prepaid.ledger()["balance"]
    assert (balance["limit"], balance["until"]) == ("20.00", "2026-12-31")
    prepaid.use("100.00")
    assert prepaid.balance == "-20.00"


def test_a_deferral_is_checked_by_field(prepaid: Prepaid) -> None:
    form = {"limit": "0.00", "until": "2026-03-31", "reason": "x"}
    wrong = fields_of(lambda: prepaid.prepare("deferred_payment", form))
    assert wrong == {"limit": ["above|0"], "until": ["before|2026-04-01"]}


# Refunds


def test_a_prepay_balance_can_be_refunded_and_a_prepurchase_cannot(office: Office, prepaid: Prepaid) -> None:
    prepaid.recharge("20.00", "prepurchase")
    assert fields_of(lambda: prepaid.ask_refund("10.00")) == {"amount": ["prepurchase_not_refundable|20.00"]}
    prepaid.recharge("100.00")
    assert fields_of(lambda: prepaid.ask_refund("100.01")) == {"amount": ["over_refundable|100.00"]}
    assert fields_of(lambda: prepaid.ask_refund("0.00")) == {"amount": ["above|0"]}
    prepaid.refund("60.00")
    balance = prepaid.ledger()["balance"]
    assert (balance["prepay"], balance["prepurchase"], balance["held"]) == ("40.00", "20.00", "0.00")
    applied = office.events("process_applied")[-1]
    assert applied["summary_en"] == "60.00 CNY of prepaid01 refunded; its balance is 60.00 CNY"


def test_what_a_running_refund_has_reserved_is_not_spent_twice(prepaid: Prepaid) -> None:
    prepaid.recharge("100.00")
    prepaid.defer("1000.00")
    first = prepaid.ask_refund("80.00")
    assert fields_of(lambda: prepaid.ask_refund("20.01")) == {"amount": ["over_refundable|20.00"]}
    prepaid.use("50.00")
    assert prepaid.balance == "80.00", "the bill took what was not reserved"
    prepaid.office.archive("reversal", first, prepaid.refund_form("80.00"))
    assert prepaid.balance == "0.00"


@pytest.mark.parametrize("turn", ["reject", "withdraw"])
def test_a_refund_that_comes_back_frees_its_amount(prepaid: Prepaid, turn: str) -> None:
    prepaid.recharge("100.00")
    process_id = prepaid.ask_refund("80.00")
    getattr(prepaid.office, turn)("reversal", process_id)
    assert prepaid.ledger()["balance"]["held"] == "0.00"
    prepaid.ask_refund("100.00")


def test_a_resubmitted_refund_holds_its_new_amount_alone(prepaid: Prepaid) -> None:
    prepaid.recharge("100.00")
    process_id = prepaid.ask_refund("80.00")
    prepaid.ask_refund("90.00", process_id, phase="resubmit", version=2)
    assert prepaid.ledger()["balance"]["held"] == "90.00"


def test_a_refund_concerns_an_account_of_its_customer(office: Office, prepaid: Prepaid) -> None:
    prepaid.recharge("100.00")
    other = office.customer("别的公司")
    wrong = fields_of(lambda: office.prepare("reversal", new_id(), other, prepaid.refund_form("1.00")))
    assert wrong == {"target_id": ["not_of_customer"]}
