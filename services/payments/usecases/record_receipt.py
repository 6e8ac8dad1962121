"""Record receipts: typed in, posted by another system, or read from a bank's file (spec, payments.md, "Receipts")."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from services.kit.audit import AuditEntry
from services.kit.clock import business_date
from services.kit.errors import Conflict, InvalidInput
from services.kit.unit_of_work import Begin, Fact, UnitOfWork
from services.payments.domain.matching import Payer
from services.payments.domain.names import normalise_payer
from services.payments.store.receipts import find_by_reference, find_receipts, insert_new
from services.payments.store.tables import Receipt
from services.payments.usecases.find_matches import lock_payers
from services.payments.usecases.match_receipts import match_receipts
from services.payments.usecases.show_receipt import ReceiptView, view_of_receipt
from services.payments.usecases.snapshots import receipt_recorded
from services.payments.usecases.start_write_offs import start_write_offs


@dataclass(frozen=True)
class NewReceipt:
    """What came in, as the bank says it. ``reference`` is unique for its ``bank_account``."""

    bank_account: str
    reference: str
    received_at: datetime
    payer_name: str
    payer_account: str
    amount: Decimal
    remark: str

    @property
    def key(self) -> tuple[str, str]:
        return self.bank_account, self.reference

    def is_same_as(self, receipt: Receipt) -> bool:
        """Whether a receipt of the same reference is this very one. Remarks may be worded anew; money, payer and time may not."""
        return (receipt.amount, receipt.normalised_payer, receipt.received_at) == (
            self.amount,
            normalise_payer(self.payer_name),
            self.received_at,
        )


@dataclass(frozen=True)
class Recorded:
    """What became of one receipt.

    :param receipt: the one there is now under its reference.
    :param outcome: ``new``; ``known``: the same was there; ``taken``: another one has its reference.
    """

    receipt: Receipt
    outcome: str


def record_receipt(begin: Begin, receipt: NewReceipt) -> ReceiptView:
    """Record one, or find it, if the same was recorded before.

    :raises InvalidInput: for money that is still to come, which a bank's file could not tell of either.
    :raises Conflict: ``reference_taken``, if another receipt has its reference.
    """
    with begin() as work:
        if business_date(receipt.received_at) > work.today:
            raise InvalidInput(fields={"received_at": [f"after|{work.today}"]})
        (recorded,) = record(work, [receipt])
        if recorded.outcome == "taken":
            raise Conflict("reference_taken", bank_account=receipt.bank_account, reference=receipt.reference)
        return view_of_receipt(work, recorded.receipt)  # whoever recorded it sees what became of it


def record(work: UnitOfWork, receipts: Sequence[NewReceipt]) -> list[Recorded]:
    """Add what is new, match it, start the write-offs that follow: all in this one transaction.

    :returns: what became of each, in their order; of two with one reference the second is known, or finds it taken.
    """
    lock_payers(work, {Payer(normalise_payer(receipt.payer_name), receipt.payer_account) for receipt in receipts})
    first_of = {receipt.key: receipt for receipt in reversed(receipts)}
    rows = [_row(work, receipt) for receipt in first_of.values()]
    added = insert_new(work.session, rows)
    kept = find_by_reference(work.session, list(first_of))
    fresh = [receipt for receipt in kept.values() if receipt.id in added]
    work.publish_all([Fact("receipt_recorded", one.id, receipt_recorded(one), one.version) for one in fresh])
    work.audit_all([_audit_entry(one) for one in fresh])
    start_write_offs(work, match_receipts(work, fresh, new=True))
    current = {receipt.id: receipt for receipt in find_receipts(work.session, [receipt.id for receipt in kept.values()])}
    outcomes: list[Recorded] = []
    unsaid = set(added)
    for each in receipts:
        there = current[kept[each.key].id]
        if there.id in unsaid:
            unsaid.remove(there.id)
            outcomes.append(Recorded(there, "new"))
        else:
            outcomes.append(Recorded(there, "known" if each.is_same_as(there) else "taken"))
    return outcomes


def _audit_entry(receipt: Receipt) -> AuditEntry:
    after = {"bank_account": receipt.bank_account, "reference": receipt.reference, "amount": str(receipt.amount)}
    return AuditEntry("receipt_recorded", ("receipt", receipt.id), after=after)


def _row(work: UnitOfWork, receipt: NewReceipt) -> dict[str, object]:
    receipt_id: UUID = work.new_id()
    return {
        "id": receipt_id,
        "bank_account": receipt.bank_account,
        "reference": receipt.reference,
        "received_at": receipt.received_at,
        "payer_name": receipt.payer_name,
        "normalised_payer": normalise_payer(receipt.payer_name),
        "payer_account": receipt.payer_account,
        "amount": receipt.amount,
        "remark": receipt.remark,
        "match": "unmatched",
        "customer_id": None,
        "matched_by": None,
        "undone_customer_id": None,
        "reason": None,
        "created_at": work.now,
        "version": 1,
    }
