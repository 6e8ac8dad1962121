"""What is shown of a row beside its own columns: the names it refers to."""

from typing import Any

from services.customer.domain.completeness import share
from services.customer.store.tables import Customer, Product, Tables
from services.kit.paging import Page


def columns_of(row: Tables) -> dict[str, Any]:
    """A row's columns by name."""
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def customer_view(customer: Customer) -> dict[str, Any]:
    return {**columns_of(customer), "completeness": share(customer.filled_items)}


def view_under(customer: Customer, row: Tables, **names: Any) -> dict[str, Any]:
    """A row that hangs on a customer."""
    return {**columns_of(row), "customer_name": customer.name, **names}


def product_view(customer: Customer, product: Product, account_count: int) -> dict[str, Any]:
    """A product with who looks after its customer, and how many accounts it has."""
    owner = {"owner_id": customer.owner_id, "owner_name": customer.owner_name}
    return view_under(customer, product, **owner, account_count=account_count)


def page_under(customer: Customer, page: Page, *names: str) -> Page:
    """A page of such rows.

    :param names: of the columns that stand beside the row in the page, in their order.
    """

    def view(item: Any) -> dict[str, Any]:
        row, *beside = item if names else (item,)
        return view_under(customer, row, **dict(zip(names, beside, strict=False)))

    return Page([view(item) for item in page.items], page.next_cursor)
