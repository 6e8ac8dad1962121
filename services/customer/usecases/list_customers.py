"""List customers (spec, customer.md: lists filter, sort and page)."""

from typing import Any

from services.customer.store.customer_lists import CustomerFilters, page_of_customers
from services.customer.store.tables import Customer
from services.customer.usecases.list_falls import due_within
from services.customer.usecases.views import customer_view
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin, UnitOfWork


def list_customers(
    begin: Begin, *, page_size: int, sort: str, cursor: str, falls_within_days: int | None = None, **filters: Any
) -> Page:
    """A page of the customers that the caller sees.

    :param falls_within_days: only those that fall, by the policy in force, within so many days.
    :param filters: of :class:`~services.customer.store.customer_lists.CustomerFilters`.
    """
    with begin() as work:
        wanted = customer_filters(work, falls_within_days=falls_within_days, **filters)
        page = page_of_customers(work.session, work.caller, wanted, PageRequest(page_size, sort, cursor))
        return Page([listed_view(customer, department) for customer, department, *_ in page.items], page.next_cursor)


def listed_view(customer: Customer, department_name: str | None) -> dict[str, Any]:
    """A customer in a list, as the contract's ``ListedCustomer``."""
    return {**customer_view(customer), "owner_department_name": department_name}


def customer_filters(work: UnitOfWork, *, falls_within_days: int | None = None, **filters: Any) -> CustomerFilters:
    """What a list is narrowed to, as the contract's ``CustomerQuery`` has it."""
    falls_by = None if falls_within_days is None else due_within(work, falls_within_days)
    return CustomerFilters(falls_by=falls_by, **filters)
