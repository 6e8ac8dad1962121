"""Record receipts: typed in, posted by another system, or read from a bank's file (spec, payments.md, "Receipts")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from services.kit.audit import AuditEntry
from services.kit.clock import business_date
from services.kit.errors import Conflict, InvalidInput
from services.kit.ids import new_ids
from services.kit.unit_of_work import Begin, Fact, UnitOfWork
from services.payments.domain.matching import Payer
from services.payments.domain.names import normalise_payer
from services.payments.store.receipts import KeptReceipt, ReceiptRow, find_by_reference, insert_new
from services.payments.store.tables import Receipt
from services.payments.usecases.find_matches import lock_payers
from services.payments.usecases.match_receipts import match_receipts
from services.payments.usecases.show_receipt import ReceiptView, view_of_receipt
from services.payments.usecases.snapshots import receipt_recorded
from services.payments.usecases.start_write_offs import start_for


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

    @cached_property
    def normalised_payer(self) -> str:
        return normalise_payer(self.payer_name)

    def is_same_as(self, receipt: KeptReceipt) -> bool:
        """Whether a receipt of the same reference is this very one. Remarks may be worded anew; money, payer and time may not."""
        return (receipt.amount, receipt.normalised_payer, receipt.received_at) == (
            self.amount,
            self.normalised_payer,
            self.received_at,
        )


@dataclass(frozen=True)
class Recorded:
    """What became of one receipt.

    :param receipt: the one there is now under its reference.
    :param outcome: ``new``; ``known``: the same was there; ``taken``: another one has its reference.
    """

    receipt: KeptReceipt
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
        # Whoever recorded it sees what became of it.
        return view_of_receipt(work, work.session.get_one(Receipt, recorded.receipt.id))


def record(work: UnitOfWork, receipts: Sequence[NewReceipt]) -> list[Recorded]:
    """Add what is new, match it, start the write-offs that follow: all in this one transaction, by as many statements for five
    thousand as for one.

    Locked are first the payers' names, then the customers that are found, and what is added comes last.

    :returns: what became of each, in their order; of two with one reference the second is known, or finds it taken.
    """
    lock_payers(work, {Payer(receipt.normalised_payer, receipt.payer_account) for receipt in receipts})
    first_of = {receipt.key: receipt for receipt in reversed(receipts)}
    kept = find_by_reference(work.session, list(first_of))
    ids = iter(new_ids(len(first_of)))
    rows = [_row(work, receipt, next(ids)) for key, receipt in first_of.items() if key not in kept]
    matched = match_receipts(work, rows, new=True)
    added = insert_new(work.session, rows)
    fresh = [row for row in rows if row.id in added]
    if len(fresh) < len(rows):  # others, of other payers, came in between
        kept = find_by_reference(work.session, list(first_of))
    else:
        kept |= {(row.bank_account, row.reference): _kept(row) for row in fresh}
    work.publish_all([Fact("receipt_recorded", row.id, receipt_recorded(row), 1) for row in fresh])
    work.publish_all([fact for fact in matched.facts if fact.subject in added])
    work.audit_all([_audit_entry(row) for row in fresh])
    paid = {row.customer_id for row in fresh if row.customer_id is not None}
    start_for(work, {customer_id: matched.customers[customer_id] for customer_id in paid})
    return _outcomes(receipts, kept, added)


def _outcomes(receipts: Sequence[NewReceipt], kept: Mapping[tuple[str, str], KeptReceipt], added: set[UUID]) -> list[Recorded]:
    outcomes: list[Recorded] = []
    unsaid = set(added)
    for each in receipts:
        there = kept[each.key]
        if there.id in unsaid:
            unsaid.remove(there.id)
            outcomes.append(Recorded(there, "new"))
        else:
            outcomes.append(Recorded(there, "known" if each.is_same_as(there) else "taken"))
    return outcomes


def _audit_entry(receipt: ReceiptRow) -> AuditEntry:
    after = {"bank_account": receipt.bank_account, "reference": receipt.reference, "amount": str(receipt.amount)}
    return AuditEntry("receipt_recorded", ("receipt", receipt.id), after=after)


def _kept(row: ReceiptRow) -> KeptReceipt:
    return KeptReceipt(row.id, row.received_at, row.normalised_payer, row.amount, row.match)


def _row(work: UnitOfWork, receipt: NewReceipt, receipt_id: UUID) -> ReceiptRow:
    return ReceiptRow(
        id=receipt_id,
        bank_account=receipt.bank_account,
        reference=receipt.reference,
        received_at=receipt.received_at,
        payer_name=receipt.payer_name,
        normalised_payer=receipt.normalised_payer,
        payer_account=receipt.payer_account,
        amount=receipt.amount,
        remark=receipt.remark,
        created_at=work.now,
        version=1,
    )
