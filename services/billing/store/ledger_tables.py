"""The ledger of balances (spec, billing.md, "Recharges"): double entry, appended to and never changed.

What must never be, the database refuses by itself, whoever writes (migrations 0002 and 0009 hold the triggers): a posting's
entries sum to zero; a balance is the sum of its entries; it falls below zero only as far as, and as long as, the account's
newest 后付款申请 allows; what a refund has reserved is nobody else's; a correction mirrors what it undoes; what a bill says
is covered is what the ledger holds for it; nothing that was posted is changed or deleted.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.store.columns import Amount, UnitPrice
from services.billing.store.tables import Tables
from services.kit.tables import Instant


class Balance(Tables):
    """An account's prepaid money by type: ``prepay`` 预付 can be refunded and may be owed, ``prepurchase`` 预购 neither.

    All but the key are kept by triggers over entries and refunds, and by nobody else. ``held`` is the part of ``prepay`` that
    running refunds have reserved, ``entry_count`` the number of the account's entries.
    """

    __tablename__ = "balances"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    prepay: Mapped[Decimal] = mapped_column(Amount, server_default=text("0"))
    prepurchase: Mapped[Decimal] = mapped_column(Amount, server_default=text("0"))
    held: Mapped[Decimal] = mapped_column(Amount, server_default=text("0"))
    entry_count: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))

    __table_args__ = (
        CheckConstraint("prepurchase >= 0", name="prepurchase"),
        CheckConstraint("held = 0 OR (held > 0 AND held <= prepay)", name="held"),
    )


class LedgerPosting(Tables):
    """Something that happened to balances, with its entries. ``day`` is its business day, which decides whether money may be
    owed. A ``correction`` undoes the posting it ``reverses``: it mirrors its entries. A bill may take from balances more than
    once: its consumptions count their turns from 1, and what no correction has undone of them is the bill's ``covered``."""

    __tablename__ = "ledger_postings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    process_id: Mapped[UUID | None]
    bill_id: Mapped[UUID | None] = mapped_column(ForeignKey("bills.id"))
    bill_turn: Mapped[int | None]
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_postings.id"), unique=True)
    reason: Mapped[str] = mapped_column(Text)
    posted_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        Index("uq_ledger_postings_process", "kind", "process_id", unique=True, postgresql_where=text("kind <> 'correction'")),
        Index("uq_ledger_postings_bill", "bill_id", "bill_turn", unique=True, postgresql_where=text("kind = 'consumption'")),
        CheckConstraint("kind IN ('recharge', 'consumption', 'refund', 'correction')", name="kind"),
        CheckConstraint("kind NOT IN ('recharge', 'refund') OR process_id IS NOT NULL", name="process"),
        CheckConstraint("kind <> 'consumption' OR bill_id IS NOT NULL", name="bill"),
        CheckConstraint("(kind = 'consumption') = (bill_turn IS NOT NULL) AND bill_turn > 0", name="bill_turn"),
        CheckConstraint("(kind = 'correction') = (reverses_id IS NOT NULL)", name="correction"),
    )


class LedgerEntry(Tables):
    """A posting's amount in one book: above zero it raises the book. The books ``prepay`` and ``prepurchase`` are accounts';
    against them stand ``cash`` (what came in), ``revenue`` (what bills took) and ``refunds``.

    ``position`` counts an account's entries from 1, ``balance_after`` is all its money after this one: both the trigger's.
    """

    __tablename__ = "ledger_entries"

    posting_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_postings.id"))
    number: Mapped[int]
    book: Mapped[str] = mapped_column(Text)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("balances.account_id"))
    amount: Mapped[Decimal] = mapped_column(Amount)
    position: Mapped[int | None] = mapped_column(BigInteger)
    balance_after: Mapped[Decimal | None] = mapped_column(Amount)

    __table_args__ = (
        PrimaryKeyConstraint("posting_id", "number"),
        UniqueConstraint("account_id", "position"),
        CheckConstraint("amount <> 0", name="amount"),
        CheckConstraint("book IN ('prepay', 'prepurchase', 'cash', 'revenue', 'refunds')", name="book"),
        CheckConstraint("(book IN ('prepay', 'prepurchase')) = (account_id IS NOT NULL)", name="account"),
    )


class Deferral(Tables):
    """An archived 后付款申请: up to and including ``until`` the account may owe ``credit_limit``. The newest counts alone."""

    __tablename__ = "deferrals"

    process_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("balances.account_id"))
    credit_limit: Mapped[Decimal] = mapped_column(Amount)
    until: Mapped[date]
    granted_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        Index("ix_deferrals_account", "account_id", "granted_at", "process_id"),
        CheckConstraint("credit_limit > 0", name="credit_limit"),
    )


NEWEST_DEFERRAL: Final = (Deferral.granted_at.desc(), Deferral.process_id.desc())
"""The order of an account's deferrals in which the first counts."""


class Refund(Tables):
    """A refund of prepay money from asked for (``held``, the amount is reserved) to ``refunded`` or ``released``."""

    __tablename__ = "refunds"

    process_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("balances.account_id"), index=True)
    amount: Mapped[Decimal] = mapped_column(Amount)
    state: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("state IN ('held', 'released', 'refunded')", name="state"),
    )


class Recharge(Tables):
    """What an archived 销售充值 agreed beside the money, and when it was really invoiced and paid.

    :ivar reversal_process_id: of the reversal that asks to undo it, or has: then its posting is undone by a correction.
    """

    __tablename__ = "recharges"

    process_id: Mapped[UUID] = mapped_column(primary_key=True)
    posting_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_postings.id"), unique=True)
    unit_price: Mapped[Decimal] = mapped_column(UnitPrice)
    messages: Mapped[int] = mapped_column(BigInteger)
    invoice_deadline: Mapped[date]
    payment_deadline: Mapped[date]
    invoiced_on: Mapped[date | None]
    paid_on: Mapped[date | None]
    reversal_process_id: Mapped[UUID | None] = mapped_column(unique=True)
    version: Mapped[int]

    __table_args__ = (CheckConstraint("messages > 0", name="messages"),)
