"""List contracts, what ends first standing first; and show one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.customer.store.contracts import ContractFilters, page_of_contracts, products_by_contract, visible_contract
from services.customer.usecases.views import view_under
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin, UnitOfWork


def list_contracts(begin: Begin, *, page_size: int, sort: str, cursor: str, **filters: Any) -> Page:
    """A page of the contracts of the customers that the caller sees, each with its state today.

    :param filters: of :class:`~services.customer.store.contracts.ContractFilters`.
    """
    with begin() as work:
        request = PageRequest(page_size, sort, cursor)
        page = page_of_contracts(work.session, work.caller, ContractFilters(**filters), request, work.today)
        return Page(contract_views(work, page.items), page.next_cursor)


def show_contract(begin: Begin, contract_id: UUID) -> dict[str, Any]:
    """
    :raises NotFound: also for a contract whose customer the caller may not see.
    """
    with begin() as work:
        found = visible_contract(work.session, work.caller, contract_id, work.today)
        return contract_views(work, [found])[0]


def contract_views(work: UnitOfWork, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows of contracts as they are shown, with their products."""
    products = products_by_contract(work.session, [contract.id for contract, *_ in rows])
    return [
        view_under(customer, contract, state=state, owner_name=customer.owner_name, products=products.get(contract.id, []))
        for contract, customer, state, *_ in rows
    ]
