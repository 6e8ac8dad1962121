"""Show the policy of notify, and the versions before it."""

from typing import Any

from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin
from services.notify.domain.policy import NotificationPolicy
from services.notify.store import reminder_tables as tables
from services.notify.store.policies import newest_policy, page_of_policies


def show_policy(begin: Begin) -> dict[str, Any]:
    """The policy in force; version 0 is the default, which nobody set."""
    with begin() as work:
        return policy_view(newest_policy(work.session))


def list_policies(begin: Begin, *, page_size: int, sort: str, cursor: str) -> Page:
    """A page of every version that was ever set, the newest first."""
    with begin() as work:
        page = page_of_policies(work.session, PageRequest(page_size, sort, cursor))
        return Page([policy_view(row) for row in page.items], page.next_cursor)


def policy_view(row: tables.NotificationPolicy | None) -> dict[str, Any]:
    """As the contract's ``NotificationPolicy`` dumps it."""
    if row is None:
        default = NotificationPolicy().content()
        return {**default, "version": 0, "reason": "", "set_by_id": None, "set_by_name": None, "set_at": None}
    signed = {name: getattr(row, name) for name in ("version", "reason", "set_by_id", "set_by_name", "set_at")}
    return {**row.content, **signed}
