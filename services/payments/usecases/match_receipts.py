"""Match receipts to customers by the payer's name (spec, payments.md, "Matching")."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.kit.unit_of_work import Fact, UnitOfWork
from services.payments.domain.allocation import Reason
from services.payments.domain.matching import Match, Payer
from services.payments.store.customers import lock_customers
from services.payments.store.receipts import ReceiptRow, unmatched_of_payers
from services.payments.store.tables import Customer, Receipt
from services.payments.usecases.find_matches import find_matches
from services.payments.usecases.snapshots import receipt_matched, receipt_unmatched


@dataclass(frozen=True)
class Matched:
    """What came of matching.

    :param facts: what is to be published.
    :param customers: those found, locked.
    """

    facts: list[Fact]
    customers: dict[UUID, Customer]


def match_again(work: UnitOfWork, payers: Collection[str]) -> set[UUID]:
    """Look again at the receipts that are nobody's yet, of these payers. The caller has locked their names.

    :param payers: normalised names.
    :returns: the customers who got a receipt; their receivables may now be met.
    """
    receipts = unmatched_of_payers(work.session, payers)
    work.publish_all(match_receipts(work, receipts).facts)
    work.session.flush()
    return {receipt.customer_id for receipt in receipts if receipt.customer_id is not None}


def match_receipts(work: UnitOfWork, receipts: Sequence[Receipt | ReceiptRow], *, new: bool = False) -> Matched:
    """Match what can be matched. The caller has locked the payers' names; the customers found are locked here.

    :param new: whether they are about to be added, so that having no match is news too.
    """
    matches = find_matches(work, {payer_of(receipt) for receipt in receipts})
    customers = lock_customers(work.session, {customer_id for match in matches.values() for customer_id in _concerned(match)})
    facts: list[Fact] = []
    for receipt in receipts:
        match = matches[payer_of(receipt)]
        if match.customer_id is not None and match.customer_id == receipt.undone_customer_id:
            continue  # somebody said that it is not this customer's
        if match.customer_id is not None and match.matched_by is not None:
            facts.append(attach(receipt, customers[match.customer_id], match.matched_by))
        elif new or receipt.match != match.outcome or _has_other_candidates(receipt, match):
            facts.append(_leave(receipt, match, customers))
    return Matched(facts, customers)


def attach(receipt: Receipt | ReceiptRow, customer: Customer, matched_by: str) -> Fact:
    """Make a receipt a customer's. The caller holds the locks of both.

    :returns: what is to be published.
    """
    receipt.match, receipt.customer_id, receipt.matched_by, receipt.reason = "matched", customer.id, matched_by, None
    receipt.version += 1
    return Fact("receipt_matched", receipt.id, receipt_matched(receipt, customer), receipt.version)


def _leave(receipt: Receipt | ReceiptRow, match: Match, customers: dict[UUID, Customer]) -> Fact:
    receipt.match, receipt.reason = match.outcome, _as_json(reason_of(match))
    receipt.version += 1
    owners = {customers[candidate].owner_id for candidate in match.candidates} - {None}
    return Fact("receipt_unmatched", receipt.id, receipt_unmatched(receipt, owners), receipt.version)


def _has_other_candidates(receipt: Receipt | ReceiptRow, match: Match) -> bool:
    """Whether more, or fewer, are offered an ambiguous receipt than were told of it."""
    return match.outcome == "ambiguous" and receipt.reason != _as_json(reason_of(match))


def reason_of(match: Match) -> Reason:
    """Why a receipt that is nobody's starts nothing."""
    return Reason("ambiguous", {"count": len(match.candidates)}) if match.outcome == "ambiguous" else Reason("unmatched")


def payer_of(receipt: Receipt | ReceiptRow) -> Payer:
    """Who paid it."""
    return Payer(receipt.normalised_payer, receipt.payer_account)


def _concerned(match: Match) -> tuple[UUID, ...]:
    return match.candidates if match.customer_id is None else (match.customer_id,)


def _as_json(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "params": reason.params}
