"""What billing brings to the page of a customer: the first of the bills and invoices, and how many there are."""

from typing import Any
from uuid import UUID

import pytest

from services.billing.usecases.list_bills import list_bills
from services.billing.usecases.list_invoices import list_invoices
from services.billing.usecases.show_customer_sections import show_customer_bills, show_customer_invoices
from services.contracts import billing_calls as calls
from services.contracts import billing_invoice_calls as invoice_calls
from services.kit import sections
from services.kit.caller import Caller
from services.kit.ids import new_id
from services.kit.schema import dump, load
from tests.integration.billing.office import FINANCE, LEAD, OTHER_SALES, SALES, Office


def _bills(office: Office, customer: UUID, caller: Caller = SALES, first: int = 5) -> dict[str, Any]:
    shown: dict[str, Any] = dump(calls.BillSection, show_customer_bills(office.begin(caller), customer, first=first))
    return shown


def _invoices(office: Office, customer: UUID, caller: Caller = SALES, first: int = 5) -> dict[str, Any]:
    shown: dict[str, Any] = dump(
        invoice_calls.InvoiceSection, show_customer_invoices(office.begin(caller), customer, first=first)
    )
    return shown


@pytest.mark.usefixtures("receivables")
def test_the_first_of_each_are_the_beginning_of_the_whole_list_and_all_are_counted(office: Office, customer: UUID) -> None:
    whole = list_bills(office.begin(SALES), **load(calls.BillQuery, {"customer_id": str(customer)}))
    rows = dump(calls.BillPage, whole)["items"]
    assert len(rows) > 2
    for first in (1, 2, 50):
        assert _bills(office, customer, first=first) == {"total": len(rows), "is_more": False, "items": rows[:first]}


def test_released_invoices_do_not_count(office: Office, customer: UUID, receivables: list[UUID]) -> None:
    form = {"bills": [{"bill_id": str(receivables[0]), "amount": "300.00"}], "invoice_type": "ordinary"}
    process = new_id()
    office.prepare("bill_invoice", process, customer, form)
    whole = list_invoices(office.begin(SALES), **load(invoice_calls.InvoiceQuery, {"customer_id": str(customer)}))
    assert _invoices(office, customer)["items"] == dump(invoice_calls.InvoicePage, whole)["items"]
    assert _invoices(office, customer)["total"] == 1
    office.withdraw("bill_invoice", process)
    assert _invoices(office, customer) == {"total": 0, "is_more": False, "items": []}


@pytest.mark.usefixtures("receivables")
def test_a_customer_that_one_does_not_see_has_neither(office: Office, customer: UUID) -> None:
    seen = {caller.name: bool(_bills(office, customer, caller)["total"]) for caller in (SALES, LEAD, FINANCE, OTHER_SALES)}
    assert seen == {SALES.name: True, LEAD.name: True, FINANCE.name: True, OTHER_SALES.name: False}
    assert _bills(office, customer, OTHER_SALES) == {"total": 0, "is_more": False, "items": []}
    assert _invoices(office, customer, OTHER_SALES)["total"] == 0


@pytest.mark.usefixtures("receivables")
def test_counting_ends_where_nobody_would_count(office: Office, customer: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "COUNTED_MAX", 2)
    assert (_bills(office, customer)["total"], _bills(office, customer)["is_more"]) == (2, True)
