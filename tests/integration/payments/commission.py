"""What payments' tests about commission ask and say, in few words."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.contracts import payments_commission_calls as calls
from services.kit.caller import Caller
from services.kit.clock import Month, business_date
from services.kit.ids import new_id
from services.payments.store.interest_tables import InterestEntry
from services.payments.usecases.keep_bill import keep_bill
from services.payments.usecases.list_commission_by_owner import list_commission_by_owner
from services.payments.usecases.list_missing_commission import list_missing_commission
from services.payments.usecases.show_commission_statement import show_commission_statement
from services.payments.usecases.show_profit_and_commission import show_profit_and_commission
from tests.integration.payments.story import FINANCE, SALES, YUNFAN, ZHANG_WEI, Story

MARCH, APRIL = Month(2026, 3), Month(2026, 4)


def statement(
    story: Story,
    caller: Caller = SALES,
    *,
    page_size: int = 50,
    cursor: str = "",
    month: Month = APRIL,
    owner_id: UUID | None = None,
) -> Any:
    shown = show_commission_statement(story.begin(caller), month=month, owner_id=owner_id, page_size=page_size, cursor=cursor)
    return calls.CommissionStatement().dump(shown)


def by_day(story: Story, caller: Caller = SALES, month: Month | None = None) -> Any:
    return calls.ProfitAndCommission().dump(show_profit_and_commission(story.begin(caller), month=month))


def by_owner(story: Story, caller: Caller = FINANCE, *, month: Month = APRIL, sort: str = "", **page: Any) -> Any:
    asked = {"page_size": 50, "cursor": "", **page}
    return calls.OwnerPage().dump(list_commission_by_owner(story.begin(caller), month=month, sort=sort, **asked))


def missing(story: Story, caller: Caller = SALES, *, month: Month = APRIL, **asked: Any) -> Any:
    wanted = {"owner_id": None, "customer_id": None, "page_size": 50, "cursor": "", **asked}
    return calls.MissingPage().dump(list_missing_commission(story.begin(caller), month=month, **wanted))


def all_entries(story: Story, caller: Caller = SALES, *, month: Month = APRIL, page_size: int = 7) -> list[Any]:
    """Every page's, one after the other."""
    entries: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        shown = statement(story, caller, month=month, page_size=page_size, cursor=cursor)
        entries += shown["entries"]
        cursor = shown["next_cursor"]
    return entries


def settled(story: Story, amount: str = "3500.00", *, payer: str = "甲", quantity: int = 100_000) -> UUID:
    """A customer of the payer's name pays a bill, and sales confirms.

    :returns: the write-off's id.
    """
    with story.database.engine.connect() as connection:
        customer_id = connection.scalar(text("SELECT id FROM customers WHERE name = :name"), {"name": payer})
    bill_id = story.bill(customer_id, amount, quantity=quantity)
    story.receipt(amount, payer=payer, on=business_date(story.now))
    held = [one for one in story.told("write_off_started") if one["pairs"][0]["bill_id"] == str(bill_id)]
    write_off_id = UUID(held[0]["write_off_id"])
    story.turn("archived", write_off_id)
    return write_off_id


def reversed_(story: Story, customer_id: UUID, write_off_id: UUID, caller: Caller = SALES) -> UUID:
    """A 冲销申请 for an archived write-off, archived itself."""
    reversal_id, _ = story.prepare_reversal(customer_id, write_off_id, caller=caller)
    story.turn("archived", reversal_id, code="reversal")
    return reversal_id


def told_bill(
    story: Story,
    customer_id: UUID,
    amount: str = "100.00",
    *,
    state: str = "open",
    version: int = 1,
    known: UUID | None = None,
    month: str = "2026-03",
    quantity: int = 1000,
    covered: str = "0.00",
    process_id: UUID | None = None,
    kind: str = "industry_sms",
    number: str = "",
) -> UUID:
    """``bill_made``, or for a ``known`` bill ``bill_changed``."""
    bill_id = known or new_id()
    data = {
        "bill_id": str(bill_id),
        "number": number or f"B{month}-{bill_id.hex[-6:]}",
        "customer_id": str(customer_id),
        "customer_name": YUNFAN,
        "product_id": None if kind == "ecommerce" else str(new_id()),
        "product_name": "行业短信",
        "product_type": kind,
        "payment_mode": "postpaid",
        "month": month,
        "amount": amount,
        "covered": covered,
        "agreed_difference": "0.00",
        "quantity": quantity,
        "state": state,
        "process_id": process_id and str(process_id),
    }
    story.hear(keep_bill, "billing", "bill_made" if known is None else "bill_changed", bill_id, data, version)
    return bill_id


def interest(
    story: Story,
    amount: str,
    *,
    kind: str = "credit",
    month: Month = MARCH,
    booked_on: date = date(2026, 4, 30),
    owner: UUID | None = ZHANG_WEI,
    department: UUID | None = None,
) -> UUID:
    """An entry as the monthly accrual writes it."""
    entry_id, penalty = new_id(), kind == "penalty"
    with story.database.session() as session, session.begin():
        session.add(
            InterestEntry(
                id=entry_id,
                kind=kind,
                number=1,
                month=month.first_day,
                booked_on=booked_on,
                customer_id=new_id(),
                customer_name="甲",
                bill_id=new_id() if penalty else None,
                bill_number="B-1" if penalty else None,
                owner_id=owner,
                owner_name=owner and "张伟",
                owner_department_id=department,
                base=Decimal(amount) * 100,
                rate=Decimal("0.01"),
                amount=Decimal(amount),
                origin={
                    "code": "overdue" if penalty else "prepaid",
                    "params": {
                        "due_on": "2026-02-28",
                        "month": str(month),
                        "outstanding": "1200.00",
                        "at_begin": "1200.00",
                        "at_end": "1300.00",
                    },
                    "receipts": [],
                },
            )
        )
    return entry_id
