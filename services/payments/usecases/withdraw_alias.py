"""Withdraw an alias: its payer is no longer remembered as the customer's (spec, payments.md, "Matching")."""

from typing import Any
from uuid import UUID

from services.kit.errors import Conflict
from services.kit.unit_of_work import Begin, UnitOfWork
from services.payments.store.customers import lock_customers, lock_names, withdraw_name
from services.payments.store.payer_assignments import find_visible_alias, note_withdrawal
from services.payments.usecases.find_matches import customers_concerned
from services.payments.usecases.list_aliases import alias_view
from services.payments.usecases.match_receipts import match_again
from services.payments.usecases.start_write_offs import start_write_offs


def withdraw_alias(begin: Begin, alias_id: UUID, *, why: str) -> dict[str, Any]:
    """From now on the payer's receipts match without it. Those that it matched stay whose they are: each match is undone for
    itself, while nothing of it is used. What the alias made ambiguous is looked at again.

    :raises NotFound: ``payer_alias_not_found``.
    :raises Conflict: ``payer_alias_withdrawn``, saying by whom.
    """
    with begin() as work:
        alias, _ = find_visible_alias(work.session, work.caller, alias_id)
        lock_names(work.session, [alias.normalised_payer])
        concerned = customers_concerned(work, [alias.normalised_payer])
        lock_customers(work.session, concerned | {alias.customer_id})
        alias, customer_name = find_visible_alias(work.session, work.caller, alias_id)  # as it is under both locks
        if alias.withdrawn_at is not None:
            raise Conflict("payer_alias_withdrawn", payer=alias.payer_name, by=alias.withdrawn_by_name)
        forget_alias(work, alias.customer_id, alias.normalised_payer, why=why)
        subject = ("customer", alias.customer_id)
        work.audit("payer_alias_withdrawn", subject, before={"payer_name": alias.payer_name}, why=why.strip())
        start_write_offs(work, match_again(work, [alias.normalised_payer]))
        work.session.refresh(alias)
        return alias_view(alias, customer_name)


def forget_alias(work: UnitOfWork, customer_id: UUID, normalised_payer: str, *, why: str) -> None:
    """Let a payer's name be the customer's alias no longer; keep who said so, when and why. The caller has locked the name."""
    withdraw_name(work.session, customer_id, normalised_payer)
    signed = {
        "withdrawn_at": work.now,
        "withdrawn_by_id": UUID(work.caller.user_id),
        "withdrawn_by_name": work.caller.name,
        "withdrawn_why": why.strip(),
    }
    note_withdrawal(work.session, customer_id, normalised_payer, signed)
