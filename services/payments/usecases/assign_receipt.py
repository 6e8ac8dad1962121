"""Assign a receipt to a customer by hand, and remember its payer as the customer's alias (spec, payments.md, "Matching")."""

from uuid import UUID

from services.kit.errors import Conflict
from services.kit.unit_of_work import Begin
from services.payments.store.customers import (
    add_names,
    hits_of,
    lock_customers,
    lock_names,
    lock_visible_customer,
    names_of,
)
from services.payments.store.receipts import find_visible_receipt
from services.payments.store.tables import Customer
from services.payments.usecases.match_receipts import attach, match_again
from services.payments.usecases.show_receipt import ReceiptView, view_of_receipt
from services.payments.usecases.start_write_offs import start_write_offs


def assign_receipt(begin: Begin, receipt_id: UUID, *, customer_id: UUID, why: str) -> ReceiptView:
    """With everything that follows from a match. Other receipts of that payer that are nobody's go the same way.

    :raises NotFound: ``receipt_not_found``, ``customer_not_found``.
    :raises Conflict: ``receipt_matched_already``, saying to whom.
    """
    with begin() as work:
        payer = find_visible_receipt(work.session, work.caller, receipt_id).normalised_payer
        lock_names(work.session, [payer])
        receipt = find_visible_receipt(work.session, work.caller, receipt_id)  # as it is now that nobody else may match it
        if receipt.customer_id is not None:
            owner = work.session.get_one(Customer, receipt.customer_id)
            raise Conflict("receipt_matched_already", customer=owner.name)
        namesakes = {hit.customer_id for hit in hits_of(work.session, [payer]).get(payer, [])}
        lock_customers(work.session, namesakes | {customer_id})  # all that follow may need, in their one order
        customer = lock_visible_customer(work.session, work.caller, customer_id)
        fact = attach(receipt, customer, "assignment")
        work.session.flush()
        work.publish_all([fact])
        if payer not in names_of(work.session, customer.id):
            add_names(work.session, customer.id, {"alias": receipt.payer_name}, work.now)
        work.audit("receipt_assigned", ("receipt", receipt.id), after={"customer": customer.name}, why=why)
        start_write_offs(work, {customer.id} | match_again(work, [payer]))
        return view_of_receipt(work, receipt)
