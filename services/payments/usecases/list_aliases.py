"""List the payers' names that were remembered as customers' (spec, payments.md, "Matching")."""

from typing import Any

from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin
from services.payments.store.matching_tables import PayerAssignment
from services.payments.store.payer_assignments import AliasFilter, page_of_aliases

_SHOWN = (
    "id",
    "customer_id",
    "receipt_id",
    "payer_name",
    "assigned_at",
    "assigned_by_id",
    "assigned_by_name",
    "why",
    "withdrawn_at",
    "withdrawn_by_id",
    "withdrawn_by_name",
    "withdrawn_why",
)


def list_aliases(begin: Begin, wanted: AliasFilter, *, page_size: int, sort: str, cursor: str) -> Page:
    """A page of the aliases of the customers that the caller sees, with who assigned them and who withdrew them, and why."""
    with begin() as work:
        page = page_of_aliases(work.session, work.caller, PageRequest(page_size, sort, cursor), wanted)
        return Page([alias_view(row[0], row[1]) for row in page.items], page.next_cursor)


def alias_view(alias: PayerAssignment, customer_name: str) -> dict[str, Any]:
    """As the contract's ``PayerAlias`` dumps it."""
    return {name: getattr(alias, name) for name in _SHOWN} | {"customer_name": customer_name}
