"""What the processes that billing owns reserve, release and put into force, whoever else is at it at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from services.billing.usecases.list_invoices import list_invoices, show_invoice
from services.billing.usecases.list_product_prices import list_product_prices
from services.billing.usecases.quote_price import quote_price
from services.kit.errors import Conflict, InvalidInput, NotFound
from services.kit.ids import new_id
from tests.integration.billing.office import (
    FINANCE,
    INFORMATION,
    OTHER_SALES,
    SALES,
    YUNFAN,
    Office,
    unified,
)

PRICE = {"valid_from": "2026-03-01", "valid_to": None, "kind": "unified", "prices": unified("0.034500")}


@pytest.fixture
def customer(office: Office) -> UUID:
    return office.customer()


@pytest.fixture
def bills(office: Office, customer: UUID) -> list[UUID]:
    """Three open bills of March: 300.00, 400.00 and 500.00."""
    for number, (name, kind) in enumerate((("行业短信", "industry_sms"), ("营销短信", "marketing_sms"), ("彩信", "mms"))):
        product = office.product(customer, name, kind, cycle=1 + number)
        office.account(product, customer, f"account{number}")
        office.price(product, unified("0.05"), kind="unified")
        office.report([(f"account{number}", date(2026, 3, 1), "CMCC", 6000 + 2000 * number)])
    office.run_billing(shards=1)
    return [row.id for row in office.rows("SELECT id FROM bills ORDER BY amount")]


def _states(office: Office) -> list[str]:
    return [row.state for row in office.rows("SELECT state FROM bills ORDER BY amount")]


def _selected(*bills: UUID) -> dict[str, Any]:
    return {"bill_ids": [str(bill) for bill in bills]}


def _fields(call: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidInput) as refusal:
        call()
    return refusal.value.fields


# 销售调价


def test_a_price_adjustment_is_completed_and_told_from_the_floor(office: Office, customer: UUID) -> None:
    product = office.product(customer)
    prepared = office.prepare("price_adjustment", new_id(), product, PRICE)
    assert prepared["facts"] == {"below_floor": False}
    assert (prepared["subject"]["id"], prepared["customer_id"]) == (str(product), str(customer))
    assert prepared["form"]["prices"] == unified("0.034500")
    cheap = office.prepare("price_adjustment", new_id(), product, {**PRICE, "prices": unified("0.029999")})
    assert cheap["facts"] == {"below_floor": True}


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"prices": unified("0.0345001")}, {"prices.0.tiers.0.unit_price": ["too_many_places|6"]}),
        ({"prices": unified("-0.03")}, {"prices.0.tiers.0.unit_price": ["range|0|"]}),
        ({"valid_to": "2026-02-28"}, {"valid_to": ["before|2026-03-01"]}),
        ({"prices": [{"segment": "US", "tiers": unified("1")[0]["tiers"]}]}, {"prices.0.segment": ["segment_unknown|US"]}),
    ],
    ids=["seven decimals", "negative", "ends before it begins", "a country for a domestic product"],
)
def test_a_wrong_price_is_refused_by_field(office: Office, customer: UUID, change: Any, fields: Any) -> None:
    product = office.product(customer)
    assert _fields(lambda: office.prepare("price_adjustment", new_id(), product, {**PRICE, **change})) == fields


def test_nobody_prices_anothers_product(office: Office, customer: UUID) -> None:
    product = office.product(customer)
    fields = _fields(lambda: office.prepare("price_adjustment", new_id(), product, PRICE, OTHER_SALES))
    assert fields == {"product_id": ["product_not_found"]}


def test_the_price_of_a_month_that_is_billed_stays(office: Office, bills: list[UUID]) -> None:
    product = office.value("SELECT product_id FROM bills ORDER BY amount LIMIT 1")
    assert _fields(lambda: office.prepare("price_adjustment", new_id(), product, PRICE)) == {
        "valid_from": ["month_billed|2026-03"]
    }
    office.prepare("price_adjustment", new_id(), product, {**PRICE, "valid_from": "2026-04-01"})


def test_an_archived_adjustment_counts_once_and_the_time_line_shows_which_price_holds_when(
    office: Office, customer: UUID
) -> None:
    product = office.product(customer)
    old = office.price(product, unified("0.034500"), kind="unified", time=datetime(2026, 2, 1, tzinfo=UTC))
    new = new_id()
    form = {**PRICE, "product_id": str(product), "valid_from": "2026-03-10", "valid_to": "2026-03-20"}
    office.archive("price_adjustment", new, form)
    office.archive("price_adjustment", new, form, version=10)
    shown = list_product_prices(office.begin(SALES), product)
    ranges = {item["process_id"]: [tuple(map(str, held.values())) for held in item["in_force"]] for item in shown["items"]}
    assert ranges == {new: [("2026-03-10", "2026-03-20")], old: [("2026-03-01", "2026-03-09"), ("2026-03-21", "None")]}
    assert len(office.events("price_in_force")) == len(office.events("process_applied")) == 2


def test_a_price_waits_for_its_product_to_be_known(office: Office, customer: UUID) -> None:
    product, process = new_id(), new_id()
    form = {**PRICE, "product_id": str(product)}
    with pytest.raises(Conflict, match="product_not_known_yet"):
        office.archive("price_adjustment", process, form)
    office.product(customer, id=product)
    office.archive("price_adjustment", process, form)
    assert len(office.events("price_in_force")) == 1


def test_a_quote_says_line_by_line_what_a_volume_would_cost(office: Office, customer: UUID) -> None:
    product = office.product(customer)
    tiers = [{"up_to": 100, "unit_price": Decimal("0.05")}, {"up_to": None, "unit_price": Decimal("0.029999")}]
    volumes = [{"segment": None, "quantity": 101}]
    asked: dict[str, Any] = {"product_id": product, "day": None, "kind": None, "prices": None, "volumes": volumes}
    with pytest.raises(NotFound, match="price_not_found"):
        quote_price(office.begin(SALES), **asked)
    proposed = quote_price(office.begin(SALES), **{**asked, "kind": "tiered", "prices": [{"segment": None, "tiers": tiers}]})
    assert [(line["quantity"], line["amount"]) for line in proposed["lines"]] == [(100, Decimal("5.00")), (1, Decimal("0.03"))]
    assert (proposed["amount"], proposed["below_floor"]) == (Decimal("5.03"), True)
    office.price(product, unified("0.1"), kind="unified")
    assert quote_price(office.begin(SALES), **asked)["amount"] == Decimal("10.10")


# 对账


def test_bills_are_in_one_reconciliation_at_a_time(office: Office, customer: UUID, bills: list[UUID]) -> None:
    first = new_id()
    prepared = office.prepare("reconciliation", first, customer, _selected(*bills[:2]))
    assert prepared["form"]["total"] == "700.00"
    assert _states(office) == ["reconciling", "reconciling", "open"]
    office.prepare("reconciliation", first, customer, _selected(*bills[:2]))
    fields = _fields(lambda: office.prepare("reconciliation", new_id(), customer, _selected(bills[2], bills[1])))
    assert fields == {"bill_ids.1": [f"bill_in_process|账单-2026-03-{YUNFAN}-营销短信-001"]}
    assert _states(office)[2] == "open"


def test_of_many_reconciliations_of_the_same_bills_at_once_one_holds_them(
    office: Office, customer: UUID, bills: list[UUID]
) -> None:
    def start(number: int) -> bool:
        selected = bills if number % 2 else bills[::-1]
        try:
            office.prepare("reconciliation", new_id(), customer, _selected(*selected))
        except InvalidInput:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(start, range(10))) == 1
    assert office.value("SELECT count(DISTINCT process_id) FROM bills WHERE state = 'reconciling'") == 1


def test_processes_that_exchange_their_bills_do_not_lock_each_other_out(
    office: Office, customer: UUID, bills: list[UUID]
) -> None:
    first, second = new_id(), new_id()
    office.prepare("reconciliation", first, customer, _selected(bills[0]))
    office.prepare("reconciliation", second, customer, _selected(bills[1]))

    def swap(process: UUID, wanted: UUID) -> None:
        with pytest.raises(InvalidInput):
            office.prepare("reconciliation", process, customer, _selected(wanted), phase="resubmit")

    for _ in range(5):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(swap, (first, second), (bills[1], bills[0])))


def test_a_resubmitted_selection_releases_what_is_no_longer_in_it(office: Office, customer: UUID, bills: list[UUID]) -> None:
    process = new_id()
    office.prepare("reconciliation", process, customer, _selected(*bills[:2]))
    office.prepare("reconciliation", process, customer, _selected(*bills[1:]), phase="resubmit", version=4)
    assert _states(office) == ["open", "reconciling", "reconciling"]


@pytest.mark.parametrize("end", ["reject", "withdraw"])
def test_rejected_or_withdrawn_each_bill_is_open_again(office: Office, customer: UUID, bills: list[UUID], end: str) -> None:
    process = new_id()
    office.prepare("reconciliation", process, customer, _selected(*bills))
    getattr(office, end)("reconciliation", process)
    assert _states(office) == ["open", "open", "open"]
    office.prepare("reconciliation", new_id(), customer, _selected(*bills))


def test_a_rejection_that_comes_late_releases_nothing_that_was_reserved_since(
    office: Office, customer: UUID, bills: list[UUID]
) -> None:
    process = new_id()
    office.prepare("reconciliation", process, customer, _selected(*bills), version=1)
    office.prepare("reconciliation", process, customer, _selected(*bills), phase="resubmit", version=5)
    office.reject("reconciliation", process, version=5)
    assert _states(office) == ["reconciling"] * 3
    office.reject("reconciliation", process, version=6)
    assert _states(office) == ["open"] * 3


def test_a_start_that_comes_after_its_withdrawal_reserves_nothing(office: Office, customer: UUID, bills: list[UUID]) -> None:
    process = new_id()
    office.withdraw("reconciliation", process, version=2)
    with pytest.raises(Conflict, match="process_withdrawn"):
        office.prepare("reconciliation", process, customer, _selected(*bills))
    assert _states(office) == ["open"] * 3


def test_archived_bills_become_receivables_with_due_date_and_shares(office: Office, customer: UUID, bills: list[UUID]) -> None:
    process = new_id()
    office.prepare("reconciliation", process, customer, _selected(*bills))
    office.archive("reconciliation", process, _selected(*bills))
    (told,) = office.events("bills_reconciled")
    by_amount = sorted(told["bills"], key=lambda bill: Decimal(bill["amount"]))
    assert [(bill["amount"], bill["due_on"]) for bill in by_amount] == [
        ("300.00", "2026-04-30"),
        ("400.00", "2026-05-31"),
        ("500.00", "2026-06-30"),
    ]
    assert all(sum(Decimal(share["amount"]) for share in bill["shares"]) == Decimal(bill["amount"]) for bill in by_amount)
    assert _states(office) == ["reconciled"] * 3
    office.archive("reconciliation", process, _selected(*bills), version=10)
    assert len(office.events("bills_reconciled")) == 1
    assert [applied["process_id"] for applied in office.events("process_applied")].count(str(process)) == 1
    fields = _fields(lambda: office.prepare("reconciliation", new_id(), customer, _selected(bills[0])))
    assert fields == {"bill_ids.0": [f"bill_not_open|账单-2026-03-{YUNFAN}-行业短信-001|reconciled"]}


def test_others_bills_are_not_found(office: Office, customer: UUID, bills: list[UUID]) -> None:
    mine = office.customer("深圳市海蓝科技有限公司", OTHER_SALES)
    fields = _fields(lambda: office.prepare("reconciliation", new_id(), mine, _selected(bills[0]), OTHER_SALES))
    assert fields == {"bill_ids.0": ["bill_not_found"]}
    fields = _fields(lambda: office.prepare("reconciliation", new_id(), customer, _selected(bills[0]), OTHER_SALES))
    assert fields == {"subject_id": ["customer_not_found"]}


# 账单开票


@pytest.fixture
def receivables(office: Office, customer: UUID, bills: list[UUID]) -> list[UUID]:
    process = new_id()
    office.prepare("reconciliation", process, customer, _selected(*bills))
    office.archive("reconciliation", process, _selected(*bills))
    return bills


def _asked(*amounts: tuple[UUID, str], kind: str = "special", **more: Any) -> dict[str, Any]:
    return {"bills": [{"bill_id": str(bill), "amount": amount} for bill, amount in amounts], "invoice_type": kind, **more}


def _number(office: Office, customer: UUID, process: UUID, form: dict[str, Any], number: str, day: str = "2026-04-01") -> Any:
    entered = {**form, "invoice_number": number, "issued_on": day}
    return office.prepare("bill_invoice", process, customer, entered, FINANCE, "node", "finance")


def test_an_invoice_takes_exactly_what_its_bills_lack(office: Office, customer: UUID, receivables: list[UUID]) -> None:
    first, second, _ = receivables
    over = _asked((first, "300.01"), (second, "399.99"))
    assert _fields(lambda: office.prepare("bill_invoice", new_id(), customer, over)) == {
        "bills.0.amount": ["over_what_bill_lacks|300.00"]
    }
    short = _asked((first, "300.00"), (second, "399.99"))
    assert _fields(lambda: office.prepare("bill_invoice", new_id(), customer, short)) == {
        "bills": ["total_differs|699.99|700.00"]
    }
    prepared = office.prepare("bill_invoice", new_id(), customer, _asked((first, "300.00"), (second, "400.00")))
    assert prepared["form"]["invoice_information"] == INFORMATION
    assert prepared["form"]["total"] == "700.00"
    again = _fields(lambda: office.prepare("bill_invoice", new_id(), customer, _asked((first, "300.00"))))
    assert again["bills.0.amount"] == ["over_what_bill_lacks|0.00"]


def test_what_an_invoice_type_needs_is_named_at_the_start(office: Office, receivables: list[UUID], customer: UUID) -> None:
    office.customer(id=customer, version=2, information={"company_name": YUNFAN, "tax_number": "", "bank": "工商银行"})
    ordinary = _asked((receivables[0], "300.00"), kind="ordinary")
    missing = _fields(lambda: office.prepare("bill_invoice", new_id(), customer, ordinary))
    assert missing == {"invoice_information.tax_number": ["required"]}
    special = _asked((receivables[0], "300.00"), invoice_information={"tax_number": "91310115MA1K3XQ771"})
    missing = _fields(lambda: office.prepare("bill_invoice", new_id(), customer, special))
    assert sorted(missing) == [f"invoice_information.{field}" for field in ("address", "bank_account", "telephone")]


def test_an_open_bill_is_not_invoiced(office: Office, customer: UUID, bills: list[UUID]) -> None:
    fields = _fields(lambda: office.prepare("bill_invoice", new_id(), customer, _asked((bills[0], "300.00"))))
    assert fields == {"bills.0.bill_id": [f"bill_not_reconciled|账单-2026-03-{YUNFAN}-行业短信-001|open"]}


def test_of_many_invoices_for_one_bill_at_once_one_has_its_amount(
    office: Office, customer: UUID, receivables: list[UUID]
) -> None:
    def ask(_number: int) -> bool:
        try:
            office.prepare("bill_invoice", new_id(), customer, _asked((receivables[0], "300.00")))
        except InvalidInput:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(ask, range(10))) == 1
    assert office.value("SELECT invoice_reserved FROM bills WHERE id = :id", id=receivables[0]) == Decimal("300.00")


def test_the_database_itself_keeps_more_than_the_bill_from_being_invoiced(office: Office, receivables: list[UUID]) -> None:
    with pytest.raises(IntegrityError, match="ck_bills_invoiced"):
        office.rows("UPDATE bills SET invoiced = 200, invoice_reserved = 100.01 WHERE id = :id RETURNING id", id=receivables[0])


def test_an_invoices_number_is_unique_even_between_two_at_once(office: Office, customer: UUID, receivables: list[UUID]) -> None:
    processes, forms = (
        [new_id() for _ in receivables],
        [_asked((bill, f"{300 + 100 * number}.00")) for number, bill in enumerate(receivables)],
    )
    for process, form in zip(processes, forms, strict=True):
        office.prepare("bill_invoice", process, customer, form)

    def enter(number: int) -> bool:
        try:
            _number(office, customer, processes[number], forms[number], "25317000000000000001")
        except InvalidInput as refusal:
            return refusal.fields != {"invoice_number": ["invoice_number_taken|25317000000000000001"]}
        return True

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(enter, range(3))) == 1


def test_an_invoice_is_not_issued_tomorrow(office: Office, customer: UUID, receivables: list[UUID]) -> None:
    process, form = new_id(), _asked((receivables[0], "300.00"))
    office.prepare("bill_invoice", process, customer, form)
    assert _fields(lambda: _number(office, customer, process, form, "1", "2026-04-02")) == {"issued_on": ["after|2026-04-01"]}


def test_a_rejected_invoice_gives_back_its_amounts_and_its_number(
    office: Office, customer: UUID, receivables: list[UUID]
) -> None:
    process, form = new_id(), _asked((receivables[0], "300.00"))
    office.prepare("bill_invoice", process, customer, form)
    _number(office, customer, process, form, "25317000")
    office.reject("bill_invoice", process, version=5)
    assert office.value("SELECT sum(invoice_reserved) FROM bills") == 0
    office.prepare("bill_invoice", process, customer, form, phase="resubmit", version=6)
    other, other_form = new_id(), _asked((receivables[1], "400.00"))
    office.prepare("bill_invoice", other, customer, other_form)
    _number(office, customer, other, other_form, "25317000")
    assert office.value("SELECT sum(invoice_reserved) FROM bills") == Decimal("700.00")


def test_an_archived_invoice_is_issued_once_and_shown(office: Office, customer: UUID, receivables: list[UUID]) -> None:
    process, form = new_id(), _asked((receivables[0], "300.00"))
    office.prepare("bill_invoice", process, customer, form)
    _number(office, customer, process, form, "25317000")
    for version in (8, 9):
        office.archive(
            "bill_invoice", process, {**form, "invoice_number": "25317000", "issued_on": "2026-04-01"}, version=version
        )
    (issued,) = office.events("invoice_issued")
    assert (issued["number"], issued["amount"], issued["company_name"]) == ("25317000", "300.00", YUNFAN)
    page: dict[str, Any] = {"customer_id": customer, "state": None, "number": "", "page_size": 50, "sort": "", "cursor": ""}
    (row,) = list_invoices(office.begin(SALES), **page).items
    assert (row.state, row.number) == ("issued", "25317000")
    assert show_invoice(office.begin(SALES), row.id)["bills"][0]["amount"] == Decimal("300.00")
    assert list_invoices(office.begin(OTHER_SALES), **page).items == []
    with pytest.raises(NotFound):
        show_invoice(office.begin(OTHER_SALES), row.id)


# The end of the billing cycle


def _invoice(office: Office, customer: UUID, bill: UUID, amount: str, number: str) -> None:
    process, form = new_id(), _asked((bill, amount))
    office.prepare("bill_invoice", process, customer, form)
    _number(office, customer, process, form, number)
    office.archive("bill_invoice", process, form)


@pytest.mark.parametrize("invoiced_first", [True, False])
def test_a_bill_is_closed_once_it_is_written_off_and_invoiced_in_full(
    office: Office, customer: UUID, receivables: list[UUID], invoiced_first: bool
) -> None:
    bill = receivables[0]
    steps: list[Callable[[], object]] = [
        lambda: _invoice(office, customer, bill, "300.00", "25317000"),
        lambda: office.settle(bill, "0.00", version=2),
    ]
    office.settle(bill, "100.00", version=1)
    for step in steps if invoiced_first else steps[::-1]:
        assert office.events("bill_closed") == []
        step()
    assert [closed["bill_id"] for closed in office.events("bill_closed")] == [str(bill)]
    assert _states(office)[0] == "closed"


def test_a_settlement_that_comes_late_changes_nothing(office: Office, receivables: list[UUID]) -> None:
    office.settle(receivables[0], "0.00", version=2)
    office.settle(receivables[0], "100.00", version=1)
    assert office.value("SELECT outstanding FROM bills WHERE id = :id", id=receivables[0]) == Decimal("0.00")


def test_a_product_that_needs_no_invoice_closes_by_the_write_off_alone(office: Office, customer: UUID) -> None:
    product = office.product(customer, needs_invoice=False)
    office.account(product, customer, "yunfan01")
    office.price(product, unified("0.05"), kind="unified")
    office.report([("yunfan01", date(2026, 3, 1), "CMCC", 6000)])
    office.run_billing()
    bill, process = office.value("SELECT id FROM bills"), new_id()
    with pytest.raises(Conflict, match="bill_not_reconciled"):
        office.settle(bill, "0.00")
    office.prepare("reconciliation", process, customer, _selected(bill))
    office.archive("reconciliation", process, _selected(bill))
    office.settle(bill, "0.00")
    assert _states(office) == ["closed"]


def test_processes_of_other_owners_are_let_pass(office: Office) -> None:
    office.archive("claim_customer", new_id(), {})
    office.reject("write_off", new_id())
    assert office.value("SELECT count(*) FROM inbox WHERE consumer <> 'on_customer_added'") == 0
    with pytest.raises(NotFound, match="process_code_unknown"):
        office.prepare("claim_customer", new_id(), new_id(), {})
