"""List contracts, what ends first standing first."""

from datetime import date
from typing import Any
from uuid import UUID

from services.customer.store.products import page_of_contracts, products_by_contract
from services.customer.store.tables import Contract
from services.customer.usecases.views import view_under
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin


def list_contracts(
    begin: Begin,
    *,
    customer_id: UUID | None,
    ends_from: date | None,
    ends_to: date | None,
    page_size: int,
    sort: str,
    cursor: str,
) -> Page:
    """A page of the contracts of the customers that the caller sees."""
    with begin() as work:
        request = PageRequest(page_size, sort, cursor)
        page = page_of_contracts(
            work.session, work.caller, request, customer_id=customer_id, ends_from=ends_from, ends_to=ends_to
        )
        products = products_by_contract(work.session, [row[0].id for row in page.items])
        views: list[dict[str, Any]] = []
        for contract, customer, *_ in page.items:
            names = {"owner_name": customer.owner_name, "products": products.get(contract.id, [])}
            views.append(view_under(customer, contract, state=_state(contract, work.today), **names))
        return Page(views, page.next_cursor)


def _state(contract: Contract, on: date) -> str:
    if on < contract.valid_from:
        return "coming"
    return "in_force" if on <= contract.valid_to else "over"
