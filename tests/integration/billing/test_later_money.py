"""Money that comes in later first pays older bills (spec, billing.md, "Recharges"), whoever else is at them at that moment."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from uuid import UUID

import pytest

from services.billing.store.customers import lock_next_customers
from services.billing.store.tables import Customer
from services.billing.usecases.alike_accounts import UnknownAccounts
from services.billing.usecases.bill_customers import bill_customers
from services.kit.clock import Month
from services.kit.ids import new_id
from tests.integration.at_once import at_once
from tests.integration.billing.office import MARCH, Office, selected
from tests.integration.billing.prepaid import Prepaid, recharge_form

JANUARY, FEBRUARY = Month(2026, 1), Month(2026, 2)


@pytest.fixture
def prepaid(office: Office, customer: UUID) -> Prepaid:
    return Prepaid(office, customer, priced_from="2025-01-01")


def covered(office: Office) -> list[str]:
    """What is covered of each bill, the oldest first."""
    return [f"{row.covered:.2f}" for row in office.rows("SELECT covered FROM bills ORDER BY month, number")]


def reconcile(prepaid: Prepaid, *bills: UUID, process_id: UUID | None = None) -> UUID:
    process_id = process_id or new_id()
    prepaid.office.prepare("reconciliation", process_id, prepaid.customer, selected(*bills))
    prepaid.office.archive("reconciliation", process_id, selected(*bills))
    return process_id


def bill_of(office: Office, month: Month) -> UUID:
    found: UUID = office.value("SELECT id FROM bills WHERE month = :month", month=month.first_day)
    return found


def test_a_recharge_pays_what_open_bills_lack_the_oldest_first(office: Office, prepaid: Prepaid) -> None:
    for month in (MARCH, JANUARY, FEBRUARY):
        prepaid.use("40.00", month)
    prepaid.recharge("50.00")
    assert covered(office) == ["40.00", "10.00", "0.00"]
    prepaid.recharge("100.00")
    assert covered(office) == ["40.00", "40.00", "40.00"]
    assert prepaid.balance == "30.00"
    newest = prepaid.ledger()["items"][:3]
    assert [(entry["kind"], entry["amount"], entry["bill_number"]) for entry in newest] == [
        ("consumption", "-40.00", newest[0]["bill_number"]),
        ("consumption", "-30.00", newest[1]["bill_number"]),
        ("recharge", "100.00", None),
    ]
    assert newest[0]["reason"] == f"{newest[0]['bill_number']} 后续到款冲抵"
    said = office.events("account_recharged")[-1]
    assert (said["amount"], said["paid_bills"], said["balance"]) == ("100.00", "70.00", "30.00")
    applied = office.applied("recharge")[-1]
    assert applied["summary_zh"] == "prepaid01 已充值 100.00 元，其中 70.00 元冲抵 2 张未付清账单，余额 30.00 元"
    assert applied["summary_en"].startswith("prepaid01 credited with 100.00 CNY, of which 70.00 CNY pays 2 older bill(s);")


def test_each_bill_that_is_paid_says_so_in_its_event_and_in_the_audit(office: Office, prepaid: Prepaid) -> None:
    prepaid.use("40.00")
    prepaid.recharge("15.00")
    (changed,) = office.events("bill_changed")
    assert (changed["covered"], changed["amount"], changed["state"]) == ("15.00", "40.00", "open")
    (audited,) = office.rows("SELECT before, after, why FROM audit_entries WHERE action = 'bill_changed'")
    assert (audited.before, audited.after, audited.why) == ({"covered": "0.00"}, {"covered": "15.00"}, "recharge")


def test_a_deferral_lets_older_bills_be_paid_at_once_up_to_its_limit(office: Office, prepaid: Prepaid) -> None:
    prepaid.use("40.00")
    prepaid.defer("25.00")
    assert (covered(office), prepaid.balance) == (["25.00"], "-25.00")
    assert office.applied("deferred_payment")[-1]["summary_zh"].endswith("25.00 元，其中 25.00 元冲抵 1 张未付清账单")
    prepaid.recharge("30.00")
    assert (covered(office), prepaid.balance) == (["40.00"], "-10.00"), "what is owed may be owed still"


def test_money_pays_no_account_but_its_own(office: Office, prepaid: Prepaid) -> None:
    other = Prepaid(office, prepaid.customer, "prepaid02")
    prepaid.use("40.00")
    other.recharge("500.00")
    assert (covered(office), other.balance) == (["0.00"], "500.00")


def test_a_bill_that_is_being_reconciled_is_paid_and_the_rest_is_the_receivable(office: Office, prepaid: Prepaid) -> None:
    prepaid.use("40.00")
    bill, process_id = bill_of(office, MARCH), new_id()
    office.prepare("reconciliation", process_id, prepaid.customer, selected(bill))
    prepaid.recharge("30.00")
    assert covered(office) == ["30.00"]
    office.archive("reconciliation", process_id, selected(bill))
    (receivable,) = office.events("bills_reconciled")[0]["bills"]
    assert (receivable["amount"], receivable["shares"][0]["amount"], receivable["quantity"]) == ("10.00", "10.00", 1_000)
    assert office.value("SELECT outstanding FROM bills") == Decimal("10.00")


def test_a_receivable_is_paid_by_receipts_alone(office: Office, prepaid: Prepaid) -> None:
    prepaid.use("40.00")
    reconcile(prepaid, bill_of(office, MARCH))
    prepaid.recharge("100.00")
    assert (covered(office), prepaid.balance) == (["0.00"], "100.00")
    assert office.value("SELECT outstanding FROM bills") == Decimal("40.00")


def test_that_an_old_bill_is_not_paid_in_full_is_said_once(office: Office, prepaid: Prepaid) -> None:
    prepaid.use("40.00")
    prepaid.recharge("15.00")
    assert [low["not_covered"] for low in office.events("balance_low")] == ["40.00"]


def test_what_a_refund_has_reserved_pays_no_older_bill(office: Office, prepaid: Prepaid) -> None:
    prepaid.recharge("80.00")
    prepaid.ask_refund("80.00")
    prepaid.use("40.00")
    prepaid.recharge("10.00")
    assert (covered(office), prepaid.balance) == (["10.00"], "80.00")


# At once


def test_of_recharges_at_once_each_fen_pays_one_bill_once(office: Office, prepaid: Prepaid) -> None:
    for month in (JANUARY, FEBRUARY, MARCH):
        prepaid.use("40.00", month)

    def recharge(_number: int) -> None:
        prepaid.recharge("10.00")

    at_once(16, recharge)
    assert (covered(office), prepaid.balance) == (["40.00", "40.00", "40.00"], "40.00")
    assert office.value("SELECT sum(amount) FROM ledger_entries WHERE account_id IS NOT NULL") == Decimal("40.00")


def test_money_that_comes_in_waits_for_the_run_that_makes_a_bill_and_pays_it(office: Office, prepaid: Prepaid) -> None:
    prepaid.recharge("1.00")
    office.report([("prepaid01", MARCH.first_day, "CMCC", 1_000)])
    with ThreadPoolExecutor(1) as pool:
        with office.begin()() as work:
            customers = lock_next_customers(work.session, Customer.id == prepaid.customer, None, 1)
            assert bill_customers(work, MARCH, customers, UnknownAccounts(MARCH)) == (1, 0)
            later = pool.submit(prepaid.recharge, "20.00")
            office.wait_until_blocked()
        later.result()
    assert (covered(office), prepaid.balance) == (["10.00"], "11.00")


def test_a_bill_that_is_made_while_money_comes_in_is_paid_by_it(office: Office, prepaid: Prepaid) -> None:
    """Whichever is first: no bill stands unpaid beside a balance that could pay it."""
    for month in (Month(2025, number) for number in range(1, 7)):
        office.report([("prepaid01", month.first_day, "CMCC", 1_000)])

        def work(number: int, month: Month = month) -> None:
            if number:
                prepaid.recharge("5.00")
            else:
                office.run_billing(month, prepaid.customer, attempt=77, shards=1)

        at_once(3, work)
    assert covered(office) == ["10.00"] * 6
    assert prepaid.balance == "0.00"


def test_a_bill_is_reconciled_or_voided_while_money_comes_in_and_no_fen_is_lost(office: Office, prepaid: Prepaid) -> None:
    months = [Month(2025, number) for number in range(1, 9)]
    for month in months:
        prepaid.use("10.00", month)

    def work(number: int) -> None:
        bill = bill_of(office, months[number // 2])
        if number % 2:
            prepaid.recharge("10.00")
        elif number % 4:
            reconcile(prepaid, bill)
        else:
            process_id, form = new_id(), {"kind": "bill", "target_id": str(bill), "reason": "x"}
            office.prepare("reversal", process_id, prepaid.customer, form)
            office.archive("reversal", process_id, form)

    at_once(16, work)
    held = office.value("SELECT sum(covered) FROM bills")
    assert Decimal(prepaid.balance) == 80 - held
    owed = sum(Decimal(bill["amount"]) for told in office.events("bills_reconciled") for bill in told["bills"])
    assert owed == office.value("SELECT sum(amount - covered) FROM bills WHERE state IN ('reconciled', 'closed')")
    assert office.value("SELECT bool_and(covered = 0) FROM bills WHERE state = 'void'")


def test_recharges_of_accounts_that_share_their_bills_do_not_lock_each_other_out(office: Office, prepaid: Prepaid) -> None:
    other_account = office.account(prepaid.product, prepaid.customer, "prepaid02")
    for month in (JANUARY, FEBRUARY, MARCH):
        office.report([(name, month.first_day, "CMCC", 1_000) for name in ("prepaid01", "prepaid02")])
        office.run_billing(month, prepaid.customer, attempt=99, shards=1)
    form = recharge_form("5.00")

    def work(number: int) -> None:
        account = prepaid.account if number % 2 else other_account
        process_id = new_id()
        prepared = office.prepare("recharge", process_id, account, form)
        office.archive("recharge", process_id, prepared["form"])

    at_once(12, work)
    assert covered(office) == ["20.00", "20.00", "20.00"]
    assert office.value("SELECT sum(prepay) FROM balances") == 0
