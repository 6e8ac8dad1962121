"""Keep a copy of a customer; look again at what its names, account and owner decide (spec, payments.md, "Matching")."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.contracts.customer import CustomerSnapshot
from services.kit.envelope import Event
from services.kit.errors import NotYet
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin, UnitOfWork
from services.payments.domain.names import normalise_account, normalise_payer
from services.payments.store.customers import (
    account_of,
    copy_customer,
    lock_accounts,
    lock_customers,
    lock_names,
    names_of,
    note_customer,
    replace_names,
)
from services.payments.store.matching_policies import policy_in_force
from services.payments.store.receipts import unmatched_payers_of_accounts
from services.payments.usecases.cancel_write_offs import ask_the_new_owner
from services.payments.usecases.find_matches import customers_concerned
from services.payments.usecases.match_receipts import match_again
from services.payments.usecases.start_write_offs import start_write_offs


def keep_customer(begin: Begin, event: Event) -> None:
    """For ``customer_added`` and ``customer_changed``. Older news than what is kept changes nothing."""
    snapshot = load_told(CustomerSnapshot, event.data)
    names = {"name": snapshot["name"], "invoice_name": snapshot["invoice_information"]["company_name"]}
    with begin(consuming=event) as work:
        customer_id = snapshot["id"]
        payers = _payers_concerned(work, snapshot, names)
        lock_names(work.session, payers)
        note_customer(work.session, customer_id, snapshot["name"])
        customers = lock_customers(work.session, customers_concerned(work, payers) | {customer_id})
        if not names_of(work.session, customer_id) <= payers:
            raise NotYet("customer_names_changed_meanwhile")  # another event of it was faster; its names are not locked here
        owner_before = customers[customer_id].owner_id
        if not copy_customer(work.session, snapshot, event.aggregate_version):
            return
        replace_names(work.session, customer_id, names, work.now)
        paid = match_again(work, payers)
        if owner_before != snapshot["owner_id"]:
            # Another is to confirm now; or there is somebody who can, or nobody any more.
            ask_the_new_owner(work, lock_customers(work.session, [customer_id])[customer_id])
            paid.add(customer_id)
        start_write_offs(work, paid)


def _payers_concerned(work: UnitOfWork, snapshot: Mapping[str, Any], names: Mapping[str, str]) -> set[str]:
    """The payers whose receipts may be another's after this: those of the names that come and go; and where accounts match, those
    who paid from the accounts that do. Accounts are locked first, so that none of their receipts is being recorded."""
    customer_id: UUID = snapshot["id"]
    payers = names_of(work.session, customer_id) | {
        normalised for name in names.values() if (normalised := normalise_payer(name))
    }
    if policy_in_force(work.session).match_bank_account:
        new_account = normalise_account(snapshot["invoice_information"]["bank_account"])
        accounts = {account_of(work.session, customer_id), new_account} - {""}
        lock_accounts(work.session, accounts)
        payers |= unmatched_payers_of_accounts(work.session, accounts)
    return payers
