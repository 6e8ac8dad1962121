"""Assign a receipt to a customer by hand, and remember its payer as the customer's alias (spec, payments.md, "Matching")."""

from uuid import UUID

from services.kit.errors import Conflict, InvalidInput
from services.kit.unit_of_work import Begin, UnitOfWork
from services.payments.store.customers import (
    add_names,
    lock_customers,
    lock_names,
    lock_visible_customer,
    names_of,
    own_names,
)
from services.payments.store.payer_assignments import insert_assignment
from services.payments.store.receipts import find_visible_receipt
from services.payments.store.tables import Customer, Receipt
from services.payments.usecases.find_matches import customers_concerned
from services.payments.usecases.match_receipts import attach, match_again
from services.payments.usecases.show_receipt import ReceiptView, view_of_receipt
from services.payments.usecases.start_write_offs import start_write_offs


def assign_receipt(begin: Begin, receipt_id: UUID, *, customer_id: UUID, why: str, remember: bool | None = None) -> ReceiptView:
    """With everything that follows from a match. Other receipts of that payer that are nobody's go the same way.

    :param remember: whether the payer's name becomes an alias of the customer's. ``None``: unless it is another customer's own
        name, whose receipts would all be ambiguous from then on. Two customers' alias makes them ambiguous, too: people have
        said both.
    :raises NotFound: ``receipt_not_found``, ``customer_not_found``.
    :raises Conflict: ``receipt_matched_already``, saying to whom.
    :raises InvalidInput: without a reason, where the payer is called exactly as another customer.
    """
    with begin() as work:
        payer = find_visible_receipt(work.session, work.caller, receipt_id).normalised_payer
        lock_names(work.session, [payer])
        receipt = find_visible_receipt(work.session, work.caller, receipt_id)  # as it is now that nobody else may match it
        if receipt.customer_id is not None:
            owner = work.session.get_one(Customer, receipt.customer_id)
            raise Conflict("receipt_matched_already", customer=owner.name)
        lock_customers(work.session, customers_concerned(work, [payer]) | {customer_id})  # all that follow may need
        customer = lock_visible_customer(work.session, work.caller, customer_id)
        is_new_name = payer != "" and payer not in names_of(work.session, customer.id)
        others = own_names(work.session, payer, besides=customer.id) if is_new_name else []
        if others and not why.strip():
            raise InvalidInput(fields={"why": [f"payer_is_another_customer|{others[0]}"]})
        is_alias = is_new_name and (not others if remember is None else remember)
        fact = attach(receipt, customer, "assignment")
        work.session.flush()
        work.publish_all([fact])
        if is_alias:
            add_names(work.session, customer.id, {"alias": receipt.payer_name}, work.now)
        _keep_what_was_said(work, receipt, customer, why=why.strip(), is_alias=is_alias)
        work.session.flush()
        start_write_offs(work, {customer.id} | match_again(work, [payer]))
        return view_of_receipt(work, receipt)


def _keep_what_was_said(work: UnitOfWork, receipt: Receipt, customer: Customer, *, why: str, is_alias: bool) -> None:
    insert_assignment(
        work.session,
        {
            "id": work.new_id(),
            "customer_id": customer.id,
            "receipt_id": receipt.id,
            "payer_name": receipt.payer_name,
            "normalised_payer": receipt.normalised_payer,
            "is_alias": is_alias,
            "assigned_at": work.now,
            "assigned_by_id": UUID(work.caller.user_id),
            "assigned_by_name": work.caller.name,
            "why": why,
        },
    )
    after = {"customer": customer.name, "payer_name": receipt.payer_name, "remembered": is_alias}
    work.audit("receipt_assigned", ("receipt", receipt.id), after=after, why=why)
