"""One-off sales are priced by a unified price and a quantity, and billed once (spec, billing.md, "Prices")."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from services.billing.usecases.freeze_statement import Seller
from services.billing.usecases.list_bill_refusals import list_bill_refusals
from services.billing.usecases.make_statement import make_statement
from services.billing.usecases.show_statement import find_statement_file
from services.kit.clock import Month
from services.kit.ids import new_id
from services.kit.jobs import open_job
from tests.integration.at_once import at_once
from tests.integration.billing.office import FINANCE, MARCH, SALES, Office, fields_of, selected, unified
from tests.integration.billing.sales import Software, sale_form

APRIL, MAY = MARCH.plus(1), MARCH.plus(2)


@pytest.fixture
def software(office: Office, customer: UUID) -> Software:
    return Software(office, customer)


# The form


def test_a_sale_has_a_unified_price_and_a_quantity(office: Office, software: Software) -> None:
    prepared = office.prepare("price_adjustment", new_id(), software.product, sale_form("380000", 2))
    assert prepared["form"]["quantity"] == 2
    assert prepared["form"]["prices"] == unified("380000.000000")


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        pytest.param(sale_form("100", None), {"quantity": ["required"]}, id="no quantity"),
        pytest.param(sale_form("100", 0), {"quantity": ["range|1|1000000"]}, id="none of it"),
        pytest.param(sale_form("100", kind="tiered"), {"kind": ["one_off_is_unified"]}, id="tiers"),
        pytest.param(
            sale_form("1", prices=[{"segment": "CMCC", "tiers": unified("1")[0]["tiers"]}]),
            {"prices.0.segment": ["one_off_is_unified"]},
            id="by operator",
        ),
        pytest.param(sale_form("100", valid_to="2026-12-31"), {"valid_to": ["one_off_has_one_day"]}, id="over many days"),
        pytest.param(sale_form("1.0000001"), {"prices.0.tiers.0.unit_price": ["too_many_places|6"]}, id="seven decimals"),
        pytest.param(sale_form("999999", 1_000_000), {"quantity": ["order_too_large|999999999.99"]}, id="more than a bill holds"),
    ],
)
def test_what_cannot_be_sold_once_is_refused_by_field(
    office: Office, software: Software, form: dict[str, Any], fields: dict[str, list[str]]
) -> None:
    assert fields_of(lambda: office.prepare("price_adjustment", new_id(), software.product, form)) == fields


def test_messages_are_not_sold_by_quantity_nor_at_the_price_of_software(office: Office, customer: UUID) -> None:
    messages = office.product(customer)
    wrong = fields_of(lambda: office.prepare("price_adjustment", new_id(), messages, sale_form("10000.01")))
    assert wrong == {"quantity": ["only_of_one_off"], "prices.0.tiers.0.unit_price": ["range|0|10000"]}


def test_a_sale_of_a_month_that_is_billed_may_start(office: Office, software: Software) -> None:
    software.sell("100")
    software.bill(MARCH)
    office.prepare("price_adjustment", new_id(), software.product, sale_form("50"))


# Billing


def test_a_sale_is_billed_once_with_the_month_of_its_first_day(office: Office, software: Software) -> None:
    process = software.sell("1280.055", 3)
    (applied,) = office.applied("price_adjustment")
    assert applied["summary_zh"] == "短信管理平台 一次性销售 3 件，单价 1280.055 元，随 2026-03 起的下一张账单计费一次"
    software.bill(MARCH.plus(-1), MARCH, APRIL, MARCH)
    (bill_id,) = software.bills
    bill = software.shown(bill_id)
    assert (bill["month"], bill["quantity"], bill["amount"], bill["accounts"]) == ("2026-03", 3, "3840.17", [])
    (line,) = bill["lines"]
    assert (line["kind"], line["quantity"], line["unit_price"], line["amount"]) == ("unified", 3, "1280.055", "3840.17")
    assert (line["process_id"], line["segment"], line["shares"]) == (str(process), None, [])
    assert software.refusals() == [("2026-02", "no_usage"), ("2026-04", "no_usage")], "only where nothing is due"


def test_where_nothing_was_sold_the_refusal_says_so_and_leads_to_selling_it(office: Office, software: Software) -> None:
    software.bill(MARCH)
    page: dict[str, Any] = {"month": None, "reason": None, "resolved": False, "page_size": 50, "sort": "", "cursor": ""}
    (refusal,) = list_bill_refusals(office.begin(SALES), customer_id=software.customer, **page).items
    assert (refusal["reason"], refusal["words_zh"]) == ("no_usage", "当月没有应计费的一次性销售。")
    subject = str(software.product)
    assert refusal["action"] == {"kind": "start_process", "code": "price_adjustment", "subject_id": subject}


def test_sales_that_are_due_at_once_are_lines_of_one_bill(software: Software) -> None:
    software.sell("100", 2, "2026-03-20")
    software.sell("30", 1, "2026-03-10")
    software.bill(MARCH)
    assert software.billed == [("2026-03", 1, "30.00"), ("2026-03", 2, "200.00")]
    assert software.shown(software.bills[0])["amount"] == "230.00"


def test_what_became_due_in_a_month_already_billed_is_billed_with_the_next(software: Software) -> None:
    software.sell("100")
    software.bill(MARCH)
    software.sell("50")
    software.bill(MARCH, APRIL)
    assert software.billed == [("2026-03", 1, "100.00"), ("2026-04", 1, "50.00")]


def test_what_was_due_before_its_product_was_heard_of_is_billed_all_the_same(office: Office, software: Software) -> None:
    office.product(software.customer, "短信网关", "software", time=datetime(2026, 5, 2, tzinfo=UTC))
    software.product = office.value("SELECT id FROM products WHERE name = '短信网关'")
    software.sell("100")
    software.bill(MARCH)
    assert software.billed == [("2026-03", 1, "100.00")]


def test_a_sale_told_of_twice_is_one(software: Software) -> None:
    process = software.sell("100")
    form = {**sale_form("100"), "product_id": str(software.product)}
    software.office.archive("price_adjustment", process, form, version=12)
    software.bill(MARCH)
    assert software.billed == [("2026-03", 1, "100.00")]


def test_of_many_runs_at_once_one_bills_it(office: Office, software: Software) -> None:
    software.sell("100")

    def run(number: int) -> None:
        office.run_billing(MARCH.plus(number % 2), attempt=number + 1, shards=1)

    at_once(6, run)
    assert [line[1:] for line in software.billed] == [(1, "100.00")]


def test_the_database_lets_no_sale_onto_a_second_bill(office: Office, software: Software) -> None:
    software.sell("100")
    software.bill(MARCH)
    software.sell("50", day="2026-04-01")
    software.bill(APRIL)
    first, second = software.bills
    for change, words in (
        (f"UPDATE one_off_sales SET bill_id = '{second}' WHERE bill_id = '{first}'", "on a bill already"),
        ("UPDATE one_off_sales SET bill_id = NULL", "on a bill already"),
        ("UPDATE one_off_sales SET due_month = '2026-01-01'", "only its bill changes"),
        ("DELETE FROM one_off_sales", "never deleted"),
    ):
        with pytest.raises(Exception, match=words):
            office.rows(f"{change} RETURNING 1")


def test_a_sale_is_billed_with_its_own_product(office: Office, software: Software, bills: list[UUID]) -> None:
    software.sell("100")
    with pytest.raises(Exception, match="with its own product"):
        office.rows(f"UPDATE one_off_sales SET bill_id = '{bills[0]}' RETURNING 1")


def test_what_was_on_a_void_bill_is_billed_when_its_month_is_made_again_and_not_with_the_next(software: Software) -> None:
    software.sell("100")
    software.bill(MARCH)
    software.void(software.bills[0])
    software.bill(APRIL)
    assert software.billed == [], "whoever voided it may have meant that it was never sold"
    software.sell("80")
    software.bill(APRIL)
    assert software.billed == [("2026-04", 1, "80.00")]
    software.bill(MARCH)
    assert software.billed == [("2026-03", 1, "100.00"), ("2026-04", 1, "80.00")]


def test_a_product_that_is_no_software_any_more_owes_what_was_sold_of_it(office: Office, software: Software) -> None:
    software.sell("100")
    software.becomes("industry_sms")
    software.bill(MARCH)
    assert software.billed == [("2026-03", 1, "100.00")]


def test_usage_that_comes_late_to_such_a_products_bill_stands_above_what_was_sold(office: Office, software: Software) -> None:
    software.sell("100")
    software.bill(MARCH)
    software.becomes("industry_sms")
    office.account(software.product, software.customer, "yunfan01")
    office.price(software.product, unified("0.05"), kind="unified")
    office.report([("yunfan01", date(2026, 3, 20), "CMCC", 1000)])
    office.rerate()
    assert software.billed == [("2026-03", 1000, "50.00"), ("2026-03", 1, "100.00")]
    assert software.shown(software.bills[0])["amount"] == "150.00"


def test_a_sale_that_failed_its_check_is_named_where_nothing_else_is_due(office: Office, software: Software) -> None:
    software.sell("100", None)
    (applied,) = office.applied("price_adjustment")
    assert "未通过校验" in applied["summary_zh"]
    software.bill(MARCH)
    assert software.refusals() == [("2026-03", "price_table_invalid")]
    software.sell("100", 1)
    software.bill(MARCH)
    assert (software.refusals(), software.billed) == ([], [("2026-03", 1, "100.00")])


def test_the_time_line_says_of_a_sale_what_it_came_to_and_on_which_bill_it_is(software: Software) -> None:
    software.sell("0.125", 3)
    (price,) = software.prices()["items"]
    assert (price["in_force"], price["valid_to"]) == ([], "2026-03-15")
    due = {"quantity": 3, "amount": "0.38", "due_month": "2026-03", "bill_id": None, "bill_number": None, "bill_state": None}
    assert price["sold_once"] == due
    software.bill(MARCH)
    (bill,) = software.bills
    (price,) = software.prices()["items"]
    assert (price["sold_once"]["bill_id"], price["sold_once"]["bill_state"]) == (str(bill), "open")
    assert software.prices()["timeline"] == [], "it prices no usage"


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, int]]:
    """Sales with a first day in a month, runs of a month, and the voiding of a month's bill; months counted from January."""
    steps = st.tuples(st.sampled_from(("sell", "sell", "bill", "bill", "void")), st.integers(0, 4))
    return draw(st.lists(steps, min_size=1, max_size=12))


@given(histories())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_archived_when_and_however_often_runs_are_repeated_each_is_on_one_bill(
    office: Office, history: list[tuple[str, int]]
) -> None:
    software = Software(office, office.customer(f"客户{new_id()}"))
    months = [Month(2026, 1).plus(number) for number in range(5)]
    sold = 0
    for step, number in history:
        if step == "sell":
            software.sell("10", 1, months[number].first_day.replace(day=2).isoformat())
            sold += 1
        elif step == "bill":
            software.bill(months[number])
        else:
            sql = "SELECT id FROM bills WHERE product_id = :product AND month = :month AND state <> 'void'"
            for row in office.rows(sql, product=software.product, month=months[number].first_day):
                software.void(row.id)
        assert_on_one_bill_at_most(software)
    # What hung on a month voided meanwhile comes with that month, what was sold after its month was billed with the one after.
    software.bill(*months, months[-1].plus(1))
    assert_on_one_bill_at_most(software)
    assert sum(quantity for _, quantity, _ in software.billed) == sold


def assert_on_one_bill_at_most(software: Software) -> None:
    sql = """SELECT l.price_id FROM bill_lines l JOIN bills b ON b.id = l.bill_id
        WHERE b.product_id = :product AND b.state <> 'void'"""
    lines = [row.price_id for row in software.office.rows(sql, product=software.product)]
    assert len(set(lines)) == len(lines)


# What comes after


def test_a_bill_without_accounts_is_reconciled_shown_to_the_customer_invoiced_and_closed(
    office: Office, software: Software
) -> None:
    software.sell("58000", 2)
    software.bill(MARCH)
    (bill,) = software.bills
    text = _statement(office, bill)
    for expected in ("短信管理平台", "58,000.00", "116,000.00", "统一价"):
        assert expected in text, expected

    process = new_id()
    office.prepare("reconciliation", process, software.customer, selected(bill))
    office.archive("reconciliation", process, selected(bill))
    (reconciled,) = office.events("bills_reconciled")
    (owed,) = reconciled["bills"]
    assert (owed["amount"], owed["quantity"], owed["shares"], owed["cost"]) == ("116000.00", 2, [], None)
    assert (owed["product_type"], owed["due_on"]) == ("software", "2026-04-30")

    invoicing = new_id()
    asked = {"bills": [{"bill_id": str(bill), "amount": "116000.00"}], "invoice_type": "special"}
    office.prepare("bill_invoice", invoicing, software.customer, asked)
    entered = {**asked, "invoice_number": "25312000000012345678", "issued_on": "2026-04-02"}
    office.prepare("bill_invoice", invoicing, software.customer, entered, FINANCE, "node", "finance")
    office.archive("bill_invoice", invoicing, entered)
    office.settle(bill, "0.00")
    assert software.shown(bill)["state"] == "closed"


def test_software_that_is_paid_in_advance_is_owed_as_no_account_holds_money_for_it(office: Office, software: Software) -> None:
    office.product(software.customer, "短信管理平台", "software", id=software.product, payment_mode="prepaid", version=2)
    software.sell("100")
    software.bill(MARCH)
    assert office.value("SELECT covered FROM bills") == Decimal("0.00")


def _statement(office: Office, bill: UUID) -> str:
    jobs: list[UUID] = []

    def start_job(name: str, as_of: Any, params: dict[str, Any]) -> UUID:
        with office.begin()() as work:
            jobs.append(open_job(work, name, params["statement_id"], as_of=as_of, params=params)[0])
        return jobs[0]

    statement = make_statement(office.begin(SALES), start_job, Seller("示范公司"), bill_ids=[bill])
    office.do_shard(jobs[0])
    content = b"".join(office.files.read(find_statement_file(office.begin(SALES), statement, "pdf")["file_key"]))
    return "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_what_late_usage_comes_to_leaves_out_what_was_sold_once(office: Office, software: Software) -> None:
    """The product sent messages until it became software, in the month in which it was sold."""
    office.account(software.product, software.customer, "yunfan01")
    software.becomes("industry_sms")
    office.price(software.product, unified("0.05"), kind="unified", valid_to="2026-03-31")
    office.report([("yunfan01", date(2026, 3, 10), "CMCC", 1_000)])
    office.product(software.customer, "短信管理平台", "software", id=software.product, version=3)
    software.sell("380000")
    software.bill(MARCH)
    (bill,) = software.bills
    assert software.shown(bill)["amount"] == "380050.00"
    process = new_id()
    office.prepare("reconciliation", process, software.customer, selected(bill))
    office.archive("reconciliation", process, selected(bill))
    office.report([("yunfan01", date(2026, 3, 31), "CMCC", 200)])
    assert office.rerate() == {"adjusted": 1}
    (rerating,) = software.shown(bill)["reratings"]
    assert (rerating["amount_before"], rerating["amount_after"]) == ("50.00", "60.00")
    (told,) = office.events("bill_rerated")
    assert (told["quantity"], told["amount"]) == (200, "10.00")


@pytest.mark.parametrize("difference", ["-10.00", "10.00"])
def test_a_difference_is_agreed_on_beside_a_sale_that_no_account_sent(
    office: Office, software: Software, difference: str
) -> None:
    """Even of a product that is paid in advance: no balance is any account's to pay it."""
    office.product(software.customer, "短信管理平台", "software", id=software.product, version=2, payment_mode="prepaid")
    software.sell("380000")
    software.bill(MARCH)
    (bill,) = software.bills
    process = new_id()
    prepared = office.prepare("reconciliation", process, software.customer, {**selected(bill), "agreed_difference": difference})
    office.archive("reconciliation", process, prepared["form"])
    told = software.shown(bill)
    assert (told["state"], told["covered"]) == ("reconciled", "0.00")
    assert Decimal(told["outstanding"]) == Decimal(380_000) + Decimal(difference)


@pytest.mark.parametrize("payment_mode", ["prepaid", "postpaid"])
def test_a_credit_is_borne_by_accounts_and_by_what_was_sold_once_alike(
    office: Office, software: Software, payment_mode: str
) -> None:
    """The product sent messages for 50.00 until it became software; a credit of 100.00 is agreed on for the whole bill."""
    office.account(software.product, software.customer, "yunfan01")
    office.product(software.customer, id=software.product, version=2, payment_mode=payment_mode)
    office.price(software.product, unified("0.05"), kind="unified", valid_to="2026-03-31")
    office.report([("yunfan01", date(2026, 3, 10), "CMCC", 1_000)])
    office.product(software.customer, "短信管理平台", "software", id=software.product, version=3, payment_mode=payment_mode)
    software.sell("380000")
    software.bill(MARCH)
    (bill,) = software.bills
    process = new_id()
    form = {**selected(bill), "agreed_difference": "-100.00"}
    prepared = office.prepare("reconciliation", process, software.customer, form)
    office.archive("reconciliation", process, prepared["form"])
    assert software.shown(bill)["outstanding"] == "379950.00"
    ((receivable,),) = [told["bills"] for told in office.events("bills_reconciled")]
    assert [share["amount"] for share in receivable["shares"]] == ["49.99"], "by 50.00 of 380,050.00"
