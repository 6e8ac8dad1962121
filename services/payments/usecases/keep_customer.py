"""Keep a copy of a customer, and look again at what its names and its owner decide (spec, payments.md, "Matching")."""

from services.contracts.customer import CustomerSnapshot
from services.kit.envelope import Event
from services.kit.schema import load
from services.kit.unit_of_work import Begin
from services.payments.domain.names import normalise_payer
from services.payments.store.customers import (
    copy_customer,
    hits_of,
    lock_customers,
    lock_names,
    names_of,
    note_customer,
    replace_names,
)
from services.payments.usecases.match_receipts import match_again
from services.payments.usecases.start_write_offs import start_write_offs


def keep_customer(begin: Begin, event: Event) -> None:
    """For ``customer_added`` and ``customer_changed``. Older news than what is kept changes nothing."""
    snapshot = load(CustomerSnapshot, event.data)
    names = {"name": snapshot["name"], "invoice_name": snapshot["invoice_information"]["company_name"]}
    with begin(consuming=event) as work:
        customer_id = snapshot["id"]
        payers = names_of(work.session, customer_id) | {
            normalised for name in names.values() if (normalised := normalise_payer(name))
        }
        lock_names(work.session, payers)
        note_customer(work.session, customer_id, snapshot["name"])
        namesakes = {hit.customer_id for hits in hits_of(work.session, payers).values() for hit in hits}
        customers = lock_customers(work.session, namesakes | {customer_id})
        had_owner = customers[customer_id].owner_id is not None
        if not copy_customer(work.session, snapshot, event.aggregate_version):
            return
        replace_names(work.session, customer_id, names, work.now)
        paid = match_again(work, payers)
        if had_owner != (snapshot["owner_id"] is not None):
            paid.add(customer_id)  # now there is somebody who can confirm, or nobody any more
        start_write_offs(work, paid)
