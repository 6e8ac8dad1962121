"""Billing's tables.

``customers``, ``products`` and ``accounts`` are narrow copies of customer's rows, kept by events that may come in any order:
hence no foreign keys between them, and a ``version`` that an older fact never lowers.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.domain.due_dates import due_on
from services.billing.store.columns import Amount, MonthColumn, UnitPrice
from services.kit.clock import Month
from services.kit.tables import NAMING, Instant, ServiceTables


class Tables(ServiceTables):
    """The root of billing's tables."""

    __abstract__ = True
    metadata = MetaData(naming_convention=NAMING)


class Customer(Tables):
    """A customer, as far as billing needs it."""

    __tablename__ = "customers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[UUID | None]
    owner_name: Mapped[str | None] = mapped_column(Text)
    owner_department_id: Mapped[UUID | None]
    invoice_information: Mapped[dict[str, Any]]
    version: Mapped[int]

    __table_args__ = (Index("ix_customers_owner", "owner_id"), Index("ix_customers_department", "owner_department_id"))


class Product(Tables):
    """A product. ``since`` is the day it was first heard of: before it nothing is missed.

    :ivar billing_cycle_months: as first heard, until a process that was archived at ``cycle_agreed_at`` sets another: billing is
        where it is agreed, and customer's copy follows.
    """

    __tablename__ = "products"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    payment_mode: Mapped[str] = mapped_column(Text)
    billing_cycle_months: Mapped[int]
    cycle_agreed_at: Mapped[datetime | None] = mapped_column(Instant)
    needs_invoice: Mapped[bool]
    since: Mapped[date]
    version: Mapped[int]


class Account(Tables):
    """An account. Should two events meet on their way and two rows hold one identifier, the later one (``changed_at``) has it."""

    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(Text)
    product_id: Mapped[UUID] = mapped_column(index=True)
    customer_id: Mapped[UUID] = mapped_column(index=True)
    signature: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int]

    __table_args__ = (Index("ix_accounts_identifier", "identifier", "changed_at"),)


class PriceFloor(Tables):
    """Below this unit price a 销售调价 needs the sales director."""

    __tablename__ = "price_floors"

    product_type: Mapped[str] = mapped_column(Text, primary_key=True)
    unit_price: Mapped[Decimal] = mapped_column(UnitPrice)


class PriceAgreed(Tables):
    """What an archived 销售调价 put into force; never edited, which a trigger holds (migration 0008).

    :ivar rows: as in the form (see ``domain.prices.read_rows``).
    :ivar quantity: of a one-off sale.
    :ivar initiated_by: the name of who started the process; unknown of the oldest.
    """

    __tablename__ = "prices"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    process_id: Mapped[UUID] = mapped_column(unique=True)
    product_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    rows: Mapped[list[Any]]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    archived_at: Mapped[datetime] = mapped_column(Instant)
    problem: Mapped[dict[str, Any] | None]
    quantity: Mapped[int | None] = mapped_column(BigInteger)
    initiated_by: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("ix_prices_product", "product_id", "archived_at"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="dates"),
        CheckConstraint("kind IN ('unified', 'stage', 'tiered')", name="kind"),
        CheckConstraint("quantity > 0", name="quantity"),
    )


class Bill(Tables):
    """One product's charge for one month, or an e-commerce order's. Only re-rating an open one changes its amount, which keeps
    what it was (``rerating_tables.py``); ``rounding`` is the rule by which it was made.

    :ivar order_process_id: of the e-commerce order, whose bill has its own ``cost`` and no product.
    :ivar process_id: of the reconciliation that holds it, or that it was reconciled by.
    :ivar adjusted: of ``amount``, what late usage of earlier months put on it; of any sign.
    :ivar agreed_difference: its part of what its reconciliation agreed beside the amounts: below zero a credit, above an extra.
    :ivar covered: what its accounts' balances have paid of it (the sum of what the ledger holds for it); the rest is owed.
    :ivar void_process_id: of the reversal that asks to void it, or has; it is neither reconciled nor invoiced meanwhile.
    :ivar outstanding: what payments says is still owed (``None`` before it is a receivable), as of ``receivable_version``.
    """

    __tablename__ = "bills"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Text, unique=True)
    serial: Mapped[int]
    customer_id: Mapped[UUID]
    customer_name: Mapped[str] = mapped_column(Text)
    product_id: Mapped[UUID | None]
    order_process_id: Mapped[UUID | None] = mapped_column(unique=True)
    product_name: Mapped[str] = mapped_column(Text)
    product_type: Mapped[str] = mapped_column(Text)
    payment_mode: Mapped[str] = mapped_column(Text)
    month: Mapped[Month] = mapped_column(MonthColumn)
    billing_cycle_months: Mapped[int]
    needs_invoice: Mapped[bool]
    quantity: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[Decimal] = mapped_column(Amount)
    adjusted: Mapped[Decimal] = mapped_column(Amount, server_default=text("0"))
    agreed_difference: Mapped[Decimal] = mapped_column(Amount, server_default=text("0"))
    covered: Mapped[Decimal] = mapped_column(Amount, server_default=text("0"))
    cost: Mapped[Decimal | None] = mapped_column(Amount)
    rounding: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    process_id: Mapped[UUID | None]
    void_process_id: Mapped[UUID | None]
    void_reason: Mapped[str | None] = mapped_column(Text)
    due_on: Mapped[date | None]
    outstanding: Mapped[Decimal | None] = mapped_column(Amount)
    receivable_version: Mapped[int] = mapped_column(default=0)
    invoice_reserved: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    invoiced: Mapped[Decimal] = mapped_column(Amount, default=Decimal(0))
    created_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int]

    __table_args__ = (
        Index("uq_bills_product_month", "product_id", "month", unique=True, postgresql_where=text("state <> 'void'")),
        Index("ix_bills_customer", "customer_id", "month", "id"),
        Index("ix_bills_month", "month", "id"),
        Index("ix_bills_product", "product_id", "month", "id"),
        Index("ix_bills_state", "state", "month", "id"),
        Index("ix_bills_product_type", "product_type", "month", "id"),
        Index("ix_bills_due", "due_on", "id", postgresql_where=text("state = 'reconciled'")),
        Index("ix_bills_process", "process_id"),
        Index("ix_bills_void_process", "void_process_id", postgresql_where=text("void_process_id IS NOT NULL")),
        CheckConstraint("state IN ('open', 'reconciling', 'reconciled', 'closed', 'void')", name="state"),
        CheckConstraint("(state = 'open') = (process_id IS NULL) OR state = 'void'", name="process"),
        CheckConstraint("(due_on IS NOT NULL) = (state IN ('reconciled', 'closed')) OR state = 'void'", name="due_on"),
        CheckConstraint(
            "(product_id IS NULL) = (order_process_id IS NOT NULL) AND (cost IS NULL) = (order_process_id IS NULL)", name="order"
        ),
        CheckConstraint(
            "void_process_id IS NULL OR state = 'void'"
            " OR state IN ('open', 'reconciled') AND invoiced = 0 AND invoice_reserved = 0",
            name="voiding",
        ),
        CheckConstraint("state <> 'void' OR void_process_id IS NOT NULL", name="voided"),
        CheckConstraint(
            "invoiced >= 0 AND invoice_reserved >= 0 AND invoiced + invoice_reserved <= amount + agreed_difference",
            name="invoiced",
        ),
        CheckConstraint("covered >= 0 AND covered <= amount + agreed_difference", name="covered"),
        CheckConstraint("agreed_difference = 0 OR state IN ('reconciled', 'closed')", name="agreed_difference"),
    )

    @property
    def agreed_amount(self) -> Decimal:
        """What is to be paid and may be invoiced."""
        return self.amount + self.agreed_difference

    @property
    def owed(self) -> Decimal:
        """What is to be paid beside what balances have paid: the receivable's amount."""
        return self.agreed_amount - self.covered

    @property
    def expected_due_on(self) -> date:
        """When it is due, or would be if it were reconciled."""
        return self.due_on or due_on(self.month, self.billing_cycle_months)


class BillLine(Tables):
    """How a part of a bill's amount came about. ``segment`` is an operator or a country; ``up_to`` null means no bound.

    Triggers hold lines, shares and accounts to their bill (migration 0006), a statement at a time.
    """

    __tablename__ = "bill_lines"

    bill_id: Mapped[UUID]
    number: Mapped[int]
    price_id: Mapped[UUID]
    process_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    segment: Mapped[str | None] = mapped_column(Text)
    first_day: Mapped[date]
    last_day: Mapped[date]
    tier: Mapped[int]
    above: Mapped[int] = mapped_column(BigInteger)
    up_to: Mapped[int | None] = mapped_column(BigInteger)
    quantity: Mapped[int] = mapped_column(BigInteger)
    unit_price: Mapped[Decimal] = mapped_column(UnitPrice)
    amount: Mapped[Decimal] = mapped_column(Amount)

    __table_args__ = (PrimaryKeyConstraint("bill_id", "number"),)


class BillLineShare(Tables):
    """An account's part of a line's amount; a line's shares sum to it. ``quantity`` is what the account sent under the line's
    price and segment, by which the amount is shared (a tier has no messages of one account's own)."""

    __tablename__ = "bill_line_shares"

    bill_id: Mapped[UUID]
    line_number: Mapped[int]
    account_id: Mapped[UUID]
    quantity: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[Decimal] = mapped_column(Amount)

    __table_args__ = (PrimaryKeyConstraint("bill_id", "line_number", "account_id"),)


class BillAccount(Tables):
    """What one account sent in the bill's month, and its share of the bill; the shares sum to its amount. ``adjusted_quantity``
    and ``adjusted_amount`` are the part of both that late usage of earlier months put there."""

    __tablename__ = "bill_accounts"

    bill_id: Mapped[UUID]
    account_id: Mapped[UUID]
    identifier: Mapped[str] = mapped_column(Text)
    quantity: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[Decimal] = mapped_column(Amount)
    adjusted_quantity: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    adjusted_amount: Mapped[Decimal] = mapped_column(Amount, server_default=text("0"))

    __table_args__ = (PrimaryKeyConstraint("bill_id", "account_id"),)


class BillRefusal(Tables):
    """Why a product (or, for ``product_missing``, an account) got no bill for a month. ``subject`` is the product's or the
    account's id; ``resolved_at`` is set once the bill is made or nothing is missed any more."""

    __tablename__ = "bill_refusals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    month: Mapped[Month] = mapped_column(MonthColumn)
    subject: Mapped[UUID]
    customer_id: Mapped[UUID]
    product_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]]
    refused_at: Mapped[datetime] = mapped_column(Instant)
    resolved_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int]

    __table_args__ = (
        UniqueConstraint("month", "subject"),
        Index("ix_bill_refusals_customer", "customer_id", "month"),
        Index("ix_bill_refusals_month", "month", "id"),
    )


class Statement(Tables):
    """An electronic statement (电子对账单) of some of one customer's bills: the PDF, and the usage detail as xlsx. Amounts are
    those of the moment it was asked for. A file's size and hash are null where it was made before they were kept."""

    __tablename__ = "statements"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID]
    bill_ids: Mapped[list[Any]]
    bill_count: Mapped[int]
    first_month: Mapped[Month] = mapped_column(MonthColumn)
    last_month: Mapped[Month] = mapped_column(MonthColumn)
    amount: Mapped[Decimal] = mapped_column(Amount)
    owed: Mapped[Decimal] = mapped_column(Amount)
    created_by: Mapped[str] = mapped_column(Text)
    created_by_name: Mapped[str] = mapped_column(Text, server_default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    job_id: Mapped[UUID | None]
    pdf_key: Mapped[str | None] = mapped_column(Text)
    pdf_sha256: Mapped[str | None] = mapped_column(Text)
    pdf_bytes: Mapped[int | None] = mapped_column(BigInteger)
    xlsx_key: Mapped[str | None] = mapped_column(Text)
    xlsx_sha256: Mapped[str | None] = mapped_column(Text)
    xlsx_bytes: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        Index("ix_statements_customer", "customer_id", "created_at", "id"),
        Index("ix_statements_created", "created_at", "id"),
    )


class Process(Tables):
    """A process that billing was asked about, and how far that is.

    What it ``held`` (bills, amounts) is reserved; ``released`` may be held again; ``withdrawn`` (even one never heard of) and
    ``archived`` are the end. ``version`` is the process's when it last held or released: an event that is not newer releases
    nothing, a request that is older holds nothing.
    """

    __tablename__ = "processes"

    process_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    state: Mapped[str] = mapped_column(Text)

    __table_args__ = (CheckConstraint("state IN ('held', 'released', 'withdrawn', 'archived')", name="state"),)
