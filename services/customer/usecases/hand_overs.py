"""Handing customers from one salesperson to another, however many: what a transfer and a leaver have in common.

A hand-over moves nobody in the funnel. ``tier since`` stays, so that a window goes on and a transfer is no way to keep a customer
from falling without a word with it.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from services.contracts.customer import NAMES_TOLD_MAX
from services.customer.store.owners import forget_warnings, give_to
from services.customer.store.tables import Customer, TierMove
from services.customer.usecases.moves import Owner, owner_of
from services.customer.usecases.snapshots import customer_snapshot
from services.kit.audit import AuditEntry
from services.kit.bulk import insert_rows
from services.kit.unit_of_work import Fact, UnitOfWork

TRANSFERRED: Final = "transferred"
HANDED_OVER: Final = "handed_over"
"""The rules that stand in the history: by somebody, and because the owner has left."""


def hand_over(work: UnitOfWork, customers: Sequence[Customer], taker: Owner, *, rule: str, reason: str = "") -> None:
    """Make customers the taker's: the rows, their history, events and audit entries, in one statement each.

    :param customers: locked, each with an owner other than the taker.
    :param rule: :data:`TRANSFERRED` or :data:`HANDED_OVER`.
    """
    if not customers:
        return
    former = {each.id: owner_of(each) for each in customers}  # before their rows are read anew
    forget_warnings(work.session, list(former), work.today)
    given = give_to(work.session, list(former), taker.id, taker.name, taker.department_id)
    insert_rows(work.session, TierMove.__table__, [_move(work, each, former[each.id], rule, reason) for each in given])
    changed = [Fact("customer_changed", each.id, customer_snapshot(each), each.version) for each in given]
    work.publish_all([*changed, *_facts_to_tell(work, given, former, taker, rule, reason)])
    work.audit_all(
        [
            AuditEntry(
                f"customer_{rule}",
                ("customer", each.id),
                before={"owner": former[each.id].name},
                after={"owner": taker.name},
                why=reason or rule,
            )
            for each in given
        ]
    )


def _move(work: UnitOfWork, customer: Customer, former: Owner, rule: str, reason: str) -> dict[str, Any]:
    return {
        "id": work.new_id(),
        "customer_id": customer.id,
        "moved_at": work.now,
        "from_tier": customer.tier,
        "to_tier": customer.tier,
        "rule": rule,
        "facts": {},
        "reason": reason,
        "owner_id": customer.owner_id,
        "owner_name": customer.owner_name,
        "former_owner_id": former.id,
        "former_owner_name": former.name,
        "by_name": work.caller.name,
    }


def _facts_to_tell(
    work: UnitOfWork, given: Sequence[Customer], former: dict[UUID, Owner], taker: Owner, rule: str, reason: str
) -> list[Fact]:
    """One for each former owner, so that people are told once of a transfer, not once of a customer."""
    by_owner: dict[UUID, list[Customer]] = {}
    for customer in sorted(given, key=lambda each: each.name):
        by_owner.setdefault(former[customer.id].id, []).append(customer)
    facts = []
    for owner_id, customers in by_owner.items():
        first = customers[0]
        told = {
            "rule": rule,
            "count": len(customers),
            "customer_id": first.id,
            "customer_name": first.name,
            "customer_names": [each.name for each in customers[:NAMES_TOLD_MAX]],
            "owner_id": taker.id,
            "owner_name": taker.name,
            "former_owner_id": owner_id,
            "former_owner_name": former[first.id].name,
            "by_name": work.caller.name,
            "reason": reason,
        }
        facts.append(Fact("customer_transferred", taker.id, told))
    return facts
