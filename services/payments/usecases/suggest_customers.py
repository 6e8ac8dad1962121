"""Suggest whose receipts may be that match nobody, each with its reasons (spec, payments.md, "Matching")."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

from services.kit.clock import business_date
from services.kit.unit_of_work import UnitOfWork
from services.payments.domain.names import normalise_account
from services.payments.domain.near_names import NOTHING, KeysAsked, NameParts, how_near
from services.payments.domain.suggestions import Because, Suggestion, rank
from services.payments.store.customers import find_visible_customers, hits_by_account, visible_to
from services.payments.store.known_names import FoundName, names_with_keys
from services.payments.store.matching_tables import PayerAssignment
from services.payments.store.payer_assignments import assignments_of
from services.payments.store.receivables import OWES_NOTHING, Owed, owed_by_customers
from services.payments.store.suggestions import PaidBefore, paid_from_accounts, undone_of_payers
from services.payments.store.tables import Customer, Receipt

SuggestionView = dict[str, Any]
"""A suggestion as the contract's ``Suggestion`` dumps it."""


def suggest_customers(work: UnitOfWork, receipts: Sequence[Receipt]) -> dict[UUID, list[SuggestionView]]:
    """For each receipt that is nobody's, at most ten customers that the caller sees; as many queries for many as for one.

    An ambiguous receipt has its candidates; suggested is only who else, or who of them, had money from that payer before.
    """
    nobodys = [receipt for receipt in receipts if receipt.customer_id is None]
    if not nobodys:
        return {}
    because: dict[UUID, list[Because]] = {receipt.id: [] for receipt in nobodys}
    said = assignments_of(work.session, _of_payers(nobodys))
    for reasons in (_by_account(work, nobodys), _by_what_was_said(work, nobodys, said), _by_name(work, nobodys, said)):
        for receipt_id, reason in reasons:
            because[receipt_id].append(reason)
    found = {reason.customer_id for reasons in because.values() for reason in reasons}
    customers = find_visible_customers(work.session, work.caller, found)
    unseen = found - customers.keys()
    ranked = {receipt_id: rank(reasons, besides=unseen) for receipt_id, reasons in because.items()}
    suggested = {suggestion.customer_id for suggestions in ranked.values() for suggestion in suggestions}
    owed = owed_by_customers(work.session, suggested)
    return {
        receipt_id: [_view(each, customers[each.customer_id], owed.get(each.customer_id, OWES_NOTHING)) for each in suggestions]
        for receipt_id, suggestions in ranked.items()
    }


def _by_account(work: UnitOfWork, receipts: Sequence[Receipt]) -> Iterator[tuple[UUID, Because]]:
    keys = {receipt.id: normalise_account(receipt.payer_account) for receipt in receipts}
    accounts = set(keys.values()) - {""}
    if not accounts:
        return
    paid: dict[str, list[PaidBefore]] = {}
    for before in paid_from_accounts(work.session, accounts):
        paid.setdefault(before.account, []).append(before)
    of_invoices = hits_by_account(work.session, accounts)
    for receipt_id, account in keys.items():
        for before in paid.get(account, ()):
            params = {"count": before.count, "last_on": str(business_date(before.last_at))}
            yield receipt_id, Because(before.customer_id, "account_before", params)
        for hit in of_invoices.get(account, ()):
            yield receipt_id, Because(hit.customer_id, "invoice_account", {})


def _by_what_was_said(
    work: UnitOfWork, receipts: Sequence[Receipt], said: Sequence[PayerAssignment]
) -> Iterator[tuple[UUID, Because]]:
    of_payer = _of_payers(receipts)
    newest: dict[tuple[str, UUID], PayerAssignment] = {}
    for each in said:
        newest.setdefault((each.normalised_payer, each.customer_id), each)
    for (payer, customer_id), last in newest.items():
        if (reason := _as_said(customer_id, last)) is not None:
            yield from ((receipt_id, reason) for receipt_id in of_payer[payer])
    for payer, customer_id in undone_of_payers(work.session, of_payer):
        yield from ((receipt_id, Because(customer_id, "match_undone", {})) for receipt_id in of_payer[payer])


def _as_said(customer_id: UUID, said: PayerAssignment) -> Because | None:
    if said.withdrawn_at is not None:
        withdrawn = {"on": str(business_date(said.withdrawn_at)), "by": said.withdrawn_by_name, "why": said.withdrawn_why}
        return Because(customer_id, "alias_withdrawn", withdrawn)
    if said.is_alias:
        return None  # in force: where it is no match by itself, the candidates or the undone match say more
    assigned = {"on": str(business_date(said.assigned_at)), "by": said.assigned_by_name, "why": said.why or NOTHING}
    return Because(customer_id, "name_before", assigned)


def _by_name(work: UnitOfWork, receipts: Sequence[Receipt], said: Sequence[PayerAssignment]) -> Iterator[tuple[UUID, Because]]:
    of_payer = _of_payers([receipt for receipt in receipts if receipt.match == "unmatched"])
    payers = [NameParts.of(payer) for payer in _names_as_written(receipts, of_payer)]
    if not payers:
        return
    aliases = {(each.normalised_payer, each.customer_id) for each in said if each.is_alias}
    asked = {number: KeysAsked.of(payer) for number, payer in enumerate(payers)}
    for number, names in names_with_keys(work.session, asked, visible_to(work.caller)).items():
        payer = payers[number]
        for name in names:
            if not name.in_force and (payer.normalised, name.customer_id) in aliases:
                continue  # withdrawn, and no former name of the customer's own
            if (reason := _as_called(payer, name)) is not None:
                yield from ((receipt_id, reason) for receipt_id in of_payer[payer.normalised])


def _as_called(payer: NameParts, name: FoundName) -> Because | None:
    known = NameParts.of(name.name)
    if not name.in_force:
        # What it was called is a hint only where it is the very name.
        return Because(name.customer_id, "former_name", {"name": name.name}) if known.normalised == payer.normalised else None
    near = how_near(payer, known)
    return None if near is None else Because(name.customer_id, near.code, {"name": name.name, **near.params})


def _of_payers(receipts: Sequence[Receipt]) -> dict[str, list[UUID]]:
    of_payer: dict[str, list[UUID]] = {}
    for receipt in receipts:
        if receipt.normalised_payer:
            of_payer.setdefault(receipt.normalised_payer, []).append(receipt.id)
    return of_payer


def _names_as_written(receipts: Sequence[Receipt], payers: Collection[str]) -> list[str]:
    """One way of writing each of these payers."""
    written = {receipt.normalised_payer: receipt.payer_name for receipt in receipts}
    return [written[payer] for payer in payers]


def _view(suggestion: Suggestion, customer: Customer, owed: Owed) -> SuggestionView:
    return {
        "rank": suggestion.rank,
        "customer_id": customer.id,
        "customer_name": customer.name,
        "owner_id": customer.owner_id,
        "owner_name": customer.owner_name,
        "owed": owed._asdict(),
        "reasons": [
            {"code": reason.code, "params": reason.params, "is_warning": reason.is_warning} for reason in suggestion.reasons
        ],
    }
