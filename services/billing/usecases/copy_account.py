"""Keep billing's copy of an account; usage that came under its name before is its own from now on (spec, billing.md, "Usage")."""

from uuid import UUID

from services.billing.store import account_names
from services.billing.store.customers import copy_account as keep
from services.billing.store.customers import find_account
from services.billing.store.late_usage import mark_usage_of_names
from services.billing.store.usage import usage_of_name
from services.kit.envelope import Event
from services.kit.unit_of_work import Begin, UnitOfWork


def copy_account(begin: Begin, event: Event) -> None:
    """For ``account_opened`` and ``account_changed``.

    Daily sums are kept by the account's name: an account that turns up has them without anything being moved. What is left is to
    tell for whom usage came.
    """
    account = event.data
    account_id, customer_id, identifier = UUID(account["id"]), UUID(account["customer_id"]), account["identifier"]
    with begin(consuming=event) as work:
        account_names.lock_names(work.session)
        known = find_account(work.session, account_id)
        before = known and (known.identifier, known.customer_id)
        values = {
            "id": account_id,
            "identifier": identifier,
            "product_id": UUID(account["product_id"]),
            "customer_id": customer_id,
            "signature": account["signature"],
            "status": account["status"],
            "version": event.aggregate_version,
        }
        if not keep(work.session, values, changed_at=event.time):
            return
        _settle_names(work, before[0] if before else None, identifier)
        if before != (identifier, customer_id):
            tell_whose_usage(work, customer_id, identifier)


def tell_whose_usage(work: UnitOfWork, customer_id: UUID, name: str) -> None:
    """Tell for whom the usage is that came under a name before it was known whose that is."""
    usage = usage_of_name(work.session, name)
    if usage is not None:
        last_day, quantity = usage
        work.publish("usage_recorded", customer_id, {"customer_id": customer_id, "last_day": last_day, "quantity": quantity})


def _settle_names(work: UnitOfWork, given_up: str | None, identifier: str) -> None:
    """The account's identifier is its name in usage; a name that was assigned by hand gives way to the account that has it."""
    names = sorted({identifier, given_up or identifier})
    mark_usage_of_names(work.session, names, work.now)  # of whoever had them
    named = account_names.find_name(work.session, identifier)
    assigned = {"account_id": str(named.account_id), "reason": named.reason} if named and named.assigned_at else None
    holder = account_names.settle_identifier(work.session, identifier)
    if assigned is not None:
        subject = ("account_name", identifier)
        work.audit("account_name_superseded", subject, before=assigned, after={"account_id": str(holder)}, why="account_opened")
    if given_up is not None and given_up != identifier:
        account_names.settle_identifier(work.session, given_up)
    mark_usage_of_names(work.session, names, work.now)
