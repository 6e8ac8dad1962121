"""List the names in usage that nobody knows, and those that were assigned by hand (spec, billing.md, "Usage")."""

from dataclasses import asdict
from typing import Any

from services.billing.domain.identifiers import AlikeIndex
from services.billing.store import account_names
from services.billing.store.usage import page_of_unknown_accounts
from services.contracts.people import SEES_ALL_CUSTOMERS
from services.kit.clock import Month
from services.kit.errors import Forbidden
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin

ALIKE_SHOWN_MAX = 5


def list_unknown_accounts(begin: Begin, *, month: Month | None, page_size: int, sort: str, cursor: str) -> Page:
    """Names with usage that belong to no account, each with the known accounts that it is like.

    :raises Forbidden: unless the caller sees all customers: they are nobody's.
    """
    with begin() as work:
        if not work.caller.has_role(*SEES_ALL_CUSTOMERS):
            raise Forbidden
        page = page_of_unknown_accounts(work.session, PageRequest(page_size, sort, cursor), month=month)
        # The page's names are few and the known ones many: it is the few that are made an index of.
        unknown = AlikeIndex(row.name for row in page.items)
        alike: dict[str, list[str]] = {row.name: [] for row in page.items}
        for identifier in account_names.identifiers(work.session) if alike else ():
            for name in unknown.alike(identifier):
                alike[name].append(identifier)
        shown = {name: sorted(found)[:ALIKE_SHOWN_MAX] for name, found in alike.items()}
        wanted = {identifier for found in shown.values() for identifier in found}
        accounts = account_names.accounts_named(work.session, wanted)
    items = [
        {
            "name": row.name,
            "first_day": row.first_day,
            "last_day": row.last_day,
            "quantity": row.quantity,
            "alike": [asdict(accounts[identifier]) for identifier in shown[row.name]],
        }
        for row in page.items
    ]
    return Page(items, page.next_cursor)


def list_assigned_names(begin: Begin, *, page_size: int, sort: str, cursor: str) -> Page:
    """Names that were assigned by hand to accounts of customers the caller sees."""
    with begin() as work:
        page = account_names.page_of_assignments(work.session, work.caller, PageRequest(page_size, sort, cursor))
    return Page([_shown(row) for row in page.items], page.next_cursor)


def _shown(row: Any) -> dict[str, Any]:
    assigned = row.AccountName
    return {
        "name": assigned.name,
        "account_id": assigned.account_id,
        "identifier": row.identifier,
        "product_id": row.product_id,
        "customer_id": row.customer_id,
        "customer_name": row.customer_name,
        "assigned_at": assigned.assigned_at,
        "assigned_by": assigned.assigned_by_name,
        "reason": assigned.reason,
    }
