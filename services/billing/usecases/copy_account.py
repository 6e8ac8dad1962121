"""Keep billing's copy of an account; usage that came before it is its own from now on (spec, billing.md, "Usage")."""

from uuid import UUID

from services.billing.store.customers import copy_account as keep
from services.billing.store.customers import find_account
from services.billing.store.late_usage import mark_usage_of_account
from services.billing.store.usage import lock_accounts_against_reports, usage_of_identifier
from services.kit.envelope import Event
from services.kit.unit_of_work import Begin


def copy_account(begin: Begin, event: Event) -> None:
    """For ``account_opened`` and ``account_changed``.

    Daily sums are kept by the account's name: an account that turns up has them without anything being moved. What is left is to
    tell for whom usage came.
    """
    account = event.data
    customer_id = UUID(account["customer_id"])
    with begin(consuming=event) as work:
        lock_accounts_against_reports(work.session)
        known = find_account(work.session, UUID(account["id"]))
        turns_up = known is None or (known.identifier, known.customer_id) != (account["identifier"], customer_id)
        is_kept = keep(
            work.session,
            {
                "id": UUID(account["id"]),
                "identifier": account["identifier"],
                "product_id": UUID(account["product_id"]),
                "customer_id": customer_id,
                "signature": account["signature"],
                "status": account["status"],
                "version": event.aggregate_version,
            },
            changed_at=event.time,
        )
        if turns_up and is_kept:
            mark_usage_of_account(work.session, UUID(account["id"]), work.now)
        usage = usage_of_identifier(work.session, account["identifier"])
        if turns_up and is_kept and usage is not None:
            last_day, quantity = usage
            work.publish("usage_recorded", customer_id, {"customer_id": customer_id, "last_day": last_day, "quantity": quantity})
