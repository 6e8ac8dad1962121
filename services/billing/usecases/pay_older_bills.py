"""Money that comes in later first pays older bills (spec, billing.md, "Recharges").

They are the account's shares, not covered yet, of bills that are ``open`` or ``reconciling``, the oldest first. What is a
receivable is paid like every receivable, by receipts: payments may hold money for it already.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from services.billing.store.bills import accounts_of_bills, lock_bills, unreconciled_bills_of
from services.billing.store.customers import lock_customer_of_account
from services.billing.store.ledger import covered_by_account, next_turns
from services.billing.store.tables import Bill
from services.billing.usecases.consume_balances import take
from services.billing.usecases.post_to_ledger import Postings
from services.billing.usecases.snapshots import change_bills
from services.kit.money import ZERO
from services.kit.unit_of_work import UnitOfWork


@dataclass
class Paid:
    """What older bills took: bill → amount."""

    bills: dict[Bill, Decimal] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        return sum(self.bills.values(), ZERO)

    @property
    def words(self) -> tuple[str, str]:
        """Chinese and English, to go on with a sentence; empty where nothing was paid."""
        if not self.bills:
            return "", ""
        zh = f"，其中 {self.total:.2f} 元冲抵 {len(self.bills)} 张未付清账单"
        return zh, f", of which {self.total:.2f} CNY pays {len(self.bills)} older bill(s)"


def lock_unreconciled_bills(work: UnitOfWork, account_id: UUID) -> list[Bill]:
    """The bills that may take of the account, or give back to it, the oldest first. They are locked with the customer and before
    the balance: none that a billing run makes at the same moment is missed."""
    customer = lock_customer_of_account(work.session, account_id)
    bills = lock_bills(work.session, unreconciled_bills_of(work.session, customer.id, account_id))
    still = [bill for bill in bills.values() if bill.state in {"open", "reconciling"}]
    return sorted(still, key=lambda bill: (bill.month, bill.number))


def pay_older_bills(work: UnitOfWork, posted: Postings, account_id: UUID, bills: Sequence[Bill]) -> Paid:
    """Add to the postings what these bills take of what the account has left.

    :param bills: locked; their ``covered`` is entered by :func:`enter_paid`, once the postings are written.
    """
    ids = [bill.id for bill in bills]
    shares = {share.bill_id: share.amount for share in accounts_of_bills(work.session, ids) if share.account_id == account_id}
    covered, turns = covered_by_account(work.session, ids), next_turns(work.session, ids)
    paid, known = Paid(), dict(posted.shortfalls)
    for bill in bills:
        lacking = shares.get(bill.id, ZERO) - covered.get(bill.id, {}).get(account_id, ZERO)
        wanted, due = {account_id: lacking}, bill.amount - bill.covered
        why = f"{bill.number} 后续到款冲抵"
        amount = take(work, posted, bill.id, bill.number, turns[bill.id], wanted, due=due, why=why)
        if amount:
            paid.bills[bill] = amount
    posted.shortfalls = known  # that these bills were not covered has been said
    return paid


def enter_paid(work: UnitOfWork, paid: Paid, *, why: str) -> None:
    """Have the bills say what they hold now."""
    change_bills(work, [(bill, {"covered": bill.covered + amount}) for bill, amount in paid.bills.items()], why=why)
