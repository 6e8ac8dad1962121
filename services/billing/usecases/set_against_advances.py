"""Later bills are set against invoices in advance, so that nothing is invoiced twice (spec, billing.md, "Invoices")."""

from collections.abc import Sequence

from services.billing.domain.invoicing import set_oldest_first
from services.billing.store.invoices import insert_items, lock_open_advances
from services.billing.store.tables import Bill
from services.billing.usecases.snapshots import change_bills
from services.kit.money import ZERO
from services.kit.unit_of_work import UnitOfWork


def set_against_advances(work: UnitOfWork, bills: Sequence[Bill]) -> None:
    """What the customer's 无账单开票 have left counts as invoiced of bills that have just been reconciled; 账单开票 then asks for
    the rest alone. On both sides the oldest goes first.

    :param bills: of one customer, locked.
    """
    lacking = [bill for bill in sorted(bills, key=lambda bill: (bill.month, bill.number)) if bill.agreed_amount > bill.invoiced]
    advances = lock_open_advances(work.session, bills[0].customer_id) if lacking else []
    pairs = set_oldest_first(
        [advance.amount - advance.allocated for advance in advances],
        [bill.agreed_amount - bill.invoiced - bill.invoice_reserved for bill in lacking],
    )
    if not pairs:
        return
    items = [
        {"invoice_id": advances[number].id, "bill_id": lacking[place].id, "amount": amount} for number, place, amount in pairs
    ]
    insert_items(work.session, items)
    invoiced = {place: sum((amount for _, of, amount in pairs if of == place), ZERO) for _, place, _ in pairs}
    numbers = "、".join(str(advances[number].number) for number in dict.fromkeys(number for number, _, _ in pairs))
    change_bills(
        work,
        [(lacking[place], {"invoiced": lacking[place].invoiced + amount}) for place, amount in invoiced.items()],
        why=f"冲抵无账单发票 {numbers}",
    )
