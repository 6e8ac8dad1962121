"""Undo a receipt's match, while nothing of it is used (spec, payments.md, "Matching")."""

from collections.abc import Sequence
from uuid import UUID

from services.kit.errors import Conflict
from services.kit.unit_of_work import Begin
from services.payments.store.customers import lock_customers, lock_names
from services.payments.store.receipts import find_visible_receipt
from services.payments.store.tables import Receipt, WriteOff
from services.payments.store.write_offs import holding_write_offs
from services.payments.usecases.cancel_write_offs import cancel_write_offs
from services.payments.usecases.find_matches import customers_concerned
from services.payments.usecases.match_receipts import match_again
from services.payments.usecases.show_receipt import ReceiptView, view_of_receipt
from services.payments.usecases.snapshots import match_undone
from services.payments.usecases.start_write_offs import start_write_offs
from services.payments.usecases.withdraw_alias import forget_alias


def unmatch_receipt(begin: Begin, receipt_id: UUID, *, why: str, withdraw_alias: bool) -> ReceiptView:
    """Put a receipt back into the pool as nobody's. It never goes to the same customer by itself again.

    Automatic write-offs that hold it and wait for confirmation end with the match: a wrong match has mostly started one already.

    :param withdraw_alias: whether the payer's name is also no longer remembered as the customer's alias.
    :raises NotFound: ``receipt_not_found``.
    :raises Conflict: ``receipt_not_matched``; ``receipt_in_use`` with what is used; ``receipt_held_by_hand``, naming the
        write-offs of people that hold it.
    """
    with begin() as work:
        payer = find_visible_receipt(work.session, work.caller, receipt_id).normalised_payer
        lock_names(work.session, [payer])
        customer_id = find_visible_receipt(work.session, work.caller, receipt_id).customer_id
        if customer_id is None:
            raise Conflict("receipt_not_matched")
        customer = lock_customers(work.session, customers_concerned(work, [payer]) | {customer_id})[customer_id]
        receipt = find_visible_receipt(work.session, work.caller, receipt_id)  # as it is under both locks
        holding = holding_write_offs(work.session, receipt.id)
        _require_undoable(receipt, holding)
        if holding:
            cancel_write_offs(work, customer, receipt, holding, why)
            receipt = find_visible_receipt(work.session, work.caller, receipt_id)  # of which nothing is held any more
        receipt.match, receipt.customer_id, receipt.matched_by = "unmatched", None, None
        receipt.undone_customer_id = customer.id
        receipt.reason = {"code": "match_undone", "params": {}}
        receipt.version += 1
        work.session.flush()
        undone = match_undone(receipt, customer, work.caller.name, why)
        work.publish("receipt_unmatched", receipt.id, undone, version=receipt.version)
        after = {"alias_withdrawn": withdraw_alias}
        if withdraw_alias:
            forget_alias(work, customer.id, payer, why=why)
        work.audit("receipt_unmatched", ("receipt", receipt.id), before={"customer": customer.name}, after=after, why=why)
        paid = match_again(work, [payer]) if withdraw_alias else set()  # the alias may have made others ambiguous
        start_write_offs(work, {customer.id} | paid)  # the reasons of what it might have covered change
        return view_of_receipt(work, receipt)


def _require_undoable(receipt: Receipt, holding: Sequence[WriteOff]) -> None:
    if receipt.used:
        raise Conflict("receipt_in_use", used=f"{receipt.used:.2f}")
    by_hand = [write_off for write_off in holding if not write_off.automatic]
    if by_hand:
        named = "、".join(f"{write_off.started_by_name} {write_off.amount:.2f}" for write_off in by_hand)
        raise Conflict("receipt_held_by_hand", write_offs=named, write_off_ids=[str(write_off.id) for write_off in by_hand])
