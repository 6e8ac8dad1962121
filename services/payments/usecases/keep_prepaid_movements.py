"""Keep what billing's ledger moved on accounts: what their customers' credits are computed from (spec, payments.md, "Interest and
penalty")."""

from services.contracts.billing import BalanceMoved
from services.kit.envelope import Event
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin
from services.payments.store.accounts import insert_movements, note_accounts
from services.payments.store.customers import lock_customers, note_customer


def keep_prepaid_movements(begin: Begin, event: Event) -> None:
    """For ``balance_moved``, in whatever order they come: a posting counts once, on its business day. One of a month that is
    accrued already brings a correction in the next run."""
    posting = load_told(BalanceMoved, event.data)
    customer_id = posting["customer_id"]
    with begin(consuming=event) as work:
        note_customer(work.session, customer_id, posting["customer_name"])
        lock_customers(work.session, [customer_id])
        note_accounts(work.session, customer_id, posting["entries"])
        movements = [
            {
                "posting_id": posting["posting_id"],
                "account_id": each["account_id"],
                "customer_id": customer_id,
                "kind": posting["kind"],
                "day": posting["day"],
                "amount": each["amount"],
            }
            for each in posting["entries"]
        ]
        insert_movements(work.session, movements)
