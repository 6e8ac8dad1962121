"""Show the first of a customer's bills and invoices, for the page of the customer (spec, gateway.md, "Console")."""

from typing import Any
from uuid import UUID

from services.billing.store.bills import bills_of_customer, page_of_bills
from services.billing.store.invoices import invoices_of_customer, page_of_invoices
from services.kit.paging import PageRequest
from services.kit.sections import count_each, section
from services.kit.unit_of_work import Begin


def show_customer_bills(begin: Begin, customer_id: UUID, *, first: int) -> dict[str, Any]:
    """The latest month's first; none of a customer that the caller may not see."""
    with begin() as work:
        filters = dict.fromkeys(("product_id", "month", "state", "number", "overdue_on"))
        page = page_of_bills(work.session, work.caller, PageRequest(first), customer_id=customer_id, **filters)
        counts = count_each(work.session, {"bills": bills_of_customer(work.caller, customer_id)})
        return section(page.items, counts["bills"])


def show_customer_invoices(begin: Begin, customer_id: UUID, *, first: int) -> dict[str, Any]:
    """The latest first, without those that were released; none of a customer that the caller may not see."""
    with begin() as work:
        filters: dict[str, Any] = {**dict.fromkeys(("kind", "state", "issued_from", "issued_to")), "number": ""}
        page = page_of_invoices(work.session, work.caller, PageRequest(first), customer_id=customer_id, **filters)
        counts = count_each(work.session, {"invoices": invoices_of_customer(work.caller, customer_id)})
        return section(page.items, counts["invoices"])
