"""Payments' tables.

What must never be, the database refuses by itself: the columns ``held``, ``used`` and ``written_off`` are kept by a trigger over
``write_off_pairs`` and by nobody else, and CHECK constraints bound them (the migration holds the triggers' text).
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Index, MetaData, Numeric, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.tables import NAMING, Instant, ServiceTables
from services.payments.domain.names import ACCOUNT_LENGTH_MIN

Amount = Numeric(14, 2)

_LETTERS = "regexp_replace(normalize(payer_account, NFKC), '[^0-9A-Za-z]', '', 'g')"
PAYER_ACCOUNT_KEY = f"CASE WHEN length({_LETTERS}) >= {ACCOUNT_LENGTH_MIN} THEN upper({_LETTERS}) ELSE '' END"
"""What ``normalise_account`` does, for the database to do."""


class Tables(ServiceTables):
    """The root of payments' tables."""

    __abstract__ = True
    metadata = MetaData(naming_convention=NAMING)


class Customer(Tables):
    """Our copy of a customer. Version 0: known from a bill only, its own events are still to come.

    :ivar bank_account: of its invoice information, as accounts are compared; empty if it has none.
    """

    __tablename__ = "customers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[UUID | None]
    owner_name: Mapped[str | None] = mapped_column(Text)
    owner_department_id: Mapped[UUID | None]
    bank_account: Mapped[str] = mapped_column(Text)
    version: Mapped[int]

    __table_args__ = (
        Index("ix_customers_owner", "owner_id", "id"),
        Index("ix_customers_department", "owner_department_id", "id"),
        Index("ix_customers_bank_account", "bank_account", postgresql_where=text("bank_account <> ''")),
    )


class CustomerName(Tables):
    """A name under which a customer pays. ``kind``: ``name``, ``invoice_name`` or ``alias`` (learnt from an assignment)."""

    __tablename__ = "customer_names"

    customer_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    normalised_name: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    noted_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("kind IN ('name', 'invoice_name', 'alias')", name="kind"),
        CheckConstraint("normalised_name <> ''", name="not_empty"),
        Index("ix_customer_names_normalised", "normalised_name", "customer_id"),
    )


class BankMapping(Tables):
    """How a bank's statement is read: the fields of :class:`~services.payments.domain.bank_mappings.ColumnMapping` with a name.

    :ivar version: 1 as it was added; whoever changes it names the one that was seen.
    :ivar changed_at: none of a mapping as it was delivered, which a later migration may improve.
    """

    __tablename__ = "bank_mappings"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name_zh: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    columns: Mapped[dict[str, Any]]
    time_formats: Mapped[list[Any]]
    incoming: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    outgoing: Mapped[list[Any]]
    passed_over: Mapped[list[Any]]
    account_labels: Mapped[list[Any]]
    unique_by: Mapped[list[Any]]
    split_payer: Mapped[bool]
    version: Mapped[int]
    changed_at: Mapped[datetime | None] = mapped_column(Instant)
    changed_by_name: Mapped[str | None] = mapped_column(Text)


class Receipt(Tables):
    """Money that came in. ``held`` and ``used`` are the database's own sums over the write-off pairs.

    ``match``: ``unmatched``, ``ambiguous`` or ``matched``. ``reason``: ``{"code", "params"}``, why no write-off started.
    ``undone_customer_id``: whose it was until somebody undid the match; it never goes there by itself again.
    ``payer_account_key``: the payer's account as accounts are compared (``domain/names.py``), kept by the database.
    """

    __tablename__ = "receipts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    bank_account: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(Instant)
    payer_name: Mapped[str] = mapped_column(Text)
    normalised_payer: Mapped[str] = mapped_column(Text)
    payer_account: Mapped[str] = mapped_column(Text)
    payer_account_key: Mapped[str] = mapped_column(Text, Computed(PAYER_ACCOUNT_KEY, persisted=True))
    amount: Mapped[Decimal] = mapped_column(Amount)
    held: Mapped[Decimal] = mapped_column(Amount, server_default=text("0"))
    used: Mapped[Decimal] = mapped_column(Amount, server_default=text("0"))
    remark: Mapped[str] = mapped_column(Text)
    match: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID | None]
    matched_by: Mapped[str | None] = mapped_column(Text)
    undone_customer_id: Mapped[UUID | None]
    reason: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int]

    __table_args__ = (
        UniqueConstraint("bank_account", "reference"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("held >= 0 AND used >= 0 AND held + used <= amount", name="held_and_used"),
        CheckConstraint("match IN ('unmatched', 'ambiguous', 'matched')", name="match"),
        CheckConstraint("(match = 'matched') = (customer_id IS NOT NULL)", name="matched_to_somebody"),
        CheckConstraint("customer_id IS NOT NULL OR held + used = 0", name="used_for_somebody"),
        Index("ix_receipts_received_at", "received_at", "id"),
        Index("ix_receipts_amount", "amount", "id"),
        Index("ix_receipts_customer", "customer_id", "received_at", "id"),
        Index("ix_receipts_pool", "received_at", "id", postgresql_where=text("held + used < amount")),
        Index("ix_receipts_open", "normalised_payer", "id", postgresql_where=text("customer_id IS NULL")),
        Index("ix_receipts_payer", "normalised_payer", "received_at", "id"),
        Index("ix_receipts_payer_name", "payer_name", "id"),
        Index("ix_receipts_pool_amount", "amount", "id", postgresql_where=text("held + used < amount")),
        Index("ix_receipts_pool_payer_name", "payer_name", "id", postgresql_where=text("held + used < amount")),
        Index("ix_receipts_unused", "match", "received_at", "id", postgresql_where=text("used < amount")),
        Index("ix_receipts_used", "received_at", "id", postgresql_where=text("used = amount")),
        Index("ix_receipts_payer_account", "payer_account_key", "received_at", postgresql_where=text("payer_account_key <> ''")),
        Index("ix_receipts_undone", "normalised_payer", postgresql_where=text("undone_customer_id IS NOT NULL")),
    )


class Receivable(Tables):
    """A reconciled bill. ``held`` and ``written_off`` are the database's own sums over the write-off pairs.

    :ivar covered_quantity: how many messages beside ``quantity`` balances have paid; their cost is borne with what they earned.
    :ivar product_id: none of an e-commerce order's, which brings its own ``cost``; others cost by their product type's unit cost.
    :ivar cancelled_by: the process that voided the bill; nothing is owed for it then, and nothing can be held.
    """

    __tablename__ = "receivables"

    bill_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID]
    product_id: Mapped[UUID | None]
    product_name: Mapped[str] = mapped_column(Text)
    product_type: Mapped[str] = mapped_column(Text)
    payment_mode: Mapped[str] = mapped_column(Text)
    period_start: Mapped[date]
    period_end: Mapped[date]
    due_on: Mapped[date]
    quantity: Mapped[int] = mapped_column(BigInteger)
    covered_quantity: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    shares: Mapped[list[Any]]
    amount: Mapped[Decimal] = mapped_column(Amount)
    held: Mapped[Decimal] = mapped_column(Amount, server_default=text("0"))
    written_off: Mapped[Decimal] = mapped_column(Amount, server_default=text("0"))
    cost: Mapped[Decimal | None] = mapped_column(Amount)
    reason: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    process_id: Mapped[UUID]
    cancelled_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int]

    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("held >= 0 AND written_off >= 0 AND held + written_off <= amount", name="held_and_written_off"),
        CheckConstraint("cost >= 0", name="cost"),
        CheckConstraint("cancelled_by IS NULL OR held = 0 AND written_off = 0", name="cancelled"),
        Index("ix_receivables_customer", "customer_id", "period_start", "due_on", "number"),
        Index("ix_receivables_due_on", "due_on", "bill_id"),
        Index("ix_receivables_period", "period_start", "bill_id"),
        Index("ix_receivables_period_due_on", "period_start", "due_on", "bill_id"),
        Index("ix_receivables_amount", "amount", "bill_id"),
        Index("ix_receivables_number", "number", "bill_id"),
        Index("ix_receivables_unsettled", "customer_id", "period_start", postgresql_where=text("written_off < amount")),
        Index(
            "ix_receivables_missing",
            "period_start",
            "bill_id",
            postgresql_where=text("written_off < amount AND cancelled_by IS NULL"),
        ),
        # Years of settled ones come before the first that is owed. What is held is no part of it: it changes too often.
        Index("ix_receivables_owed", "due_on", "bill_id", postgresql_where=text("written_off < amount AND cancelled_by IS NULL")),
        Index("ix_receivables_cancelled", "due_on", "bill_id", postgresql_where=text("cancelled_by IS NOT NULL")),
    )


class WriteOff(Tables):
    """A write-off; its id is its process's. Without a customer it only remembers that a process was withdrawn before it came.

    :ivar amount: of all its pairs; below zero for one that ``reverses`` another.
    :ivar reverses: the archived write-off that this one undoes, whole; under way or done at most once.
    :ivar state: ``cancelled`` when the match that an automatic one rests on was undone before it was confirmed.
    :ivar ended_by, ended_why: who rejected, withdrew or cancelled it, with which words.
    :ivar attempt: rises each time its amounts are held anew, after a return or a rejection.
    :ivar process_version: the process's version that the last hold or release was made from; what is older changes nothing.
    """

    __tablename__ = "write_offs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID | None]
    reverses: Mapped[UUID | None] = mapped_column(ForeignKey("write_offs.id"))
    automatic: Mapped[bool]
    state: Mapped[str] = mapped_column(Text)
    amount: Mapped[Decimal] = mapped_column(Amount)
    remarks: Mapped[str] = mapped_column(Text)
    started_by_id: Mapped[UUID | None]
    started_by_name: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(Text)
    ended_why: Mapped[str | None] = mapped_column(Text)
    attempt: Mapped[int]
    process_version: Mapped[int]
    version: Mapped[int]

    __table_args__ = (
        CheckConstraint("state IN ('started', 'rejected', 'withdrawn', 'archived', 'cancelled')", name="state"),
        CheckConstraint("customer_id IS NOT NULL OR state = 'withdrawn'", name="of_a_customer"),
        CheckConstraint("reverses <> id", name="reverses"),
        Index("uq_write_offs_reverses", "reverses", unique=True, postgresql_where=text("state IN ('started', 'archived')")),
        Index("ix_write_offs_customer", "customer_id", "started_at", "id"),
        Index("ix_write_offs_started_at", "started_at", "id"),
        Index("ix_write_offs_state", "state", "started_at", "id"),
    )


class WriteOffPair(Tables):
    """How much of one receipt goes to one receivable. Only its state changes: ``held`` to ``released`` or ``final``.

    :ivar reverses: the final pair that this one, final itself and below zero, takes back.
    """

    __tablename__ = "write_off_pairs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    write_off_id: Mapped[UUID] = mapped_column(ForeignKey("write_offs.id"))
    attempt: Mapped[int]
    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("receipts.id"))
    bill_id: Mapped[UUID] = mapped_column(ForeignKey("receivables.bill_id"))
    amount: Mapped[Decimal] = mapped_column(Amount)
    state: Mapped[str] = mapped_column(Text)
    reverses: Mapped[UUID | None] = mapped_column(ForeignKey("write_off_pairs.id"), unique=True)

    __table_args__ = (
        UniqueConstraint("write_off_id", "attempt", "receipt_id", "bill_id"),
        CheckConstraint("amount <> 0 AND (amount > 0) = (reverses IS NULL)", name="amount"),
        CheckConstraint("reverses IS NULL OR state = 'final'", name="reverses"),
        CheckConstraint("state IN ('held', 'released', 'final')", name="state"),
        Index("ix_write_off_pairs_receipt", "receipt_id"),
        Index("ix_write_off_pairs_bill", "bill_id"),
    )


class SetByPeople:
    """Who set a value, when and why. Version 0: the migration, to begin with; the others count all that was ever set."""

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, server_default=text("0"))
    reason: Mapped[str] = mapped_column(Text, server_default="")
    set_by_id: Mapped[UUID | None]
    set_by_name: Mapped[str | None] = mapped_column(Text)
    set_at: Mapped[datetime | None] = mapped_column(Instant)


class UnitCost(SetByPeople, Tables):
    """What one message of a product type costs us, from a day on. Rows are only ever added (a trigger holds it)."""

    __tablename__ = "unit_costs"

    product_type: Mapped[str] = mapped_column(Text, primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    unit_cost: Mapped[Decimal] = mapped_column(Numeric(12, 6))

    __table_args__ = (
        CheckConstraint("unit_cost >= 0", name="unit_cost"),
        Index("uq_unit_costs_version", "version", unique=True, postgresql_where=text("version > 0")),
    )


class CommissionRate(SetByPeople, Tables):
    """Which part of the profit sales earns, by product type, from a day on. Rows are only ever added (a trigger holds it)."""

    __tablename__ = "commission_rates"

    product_type: Mapped[str] = mapped_column(Text, primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    rate: Mapped[Decimal] = mapped_column(Numeric(7, 6))

    __table_args__ = (
        CheckConstraint("rate >= 0 AND rate <= 1", name="rate"),
        Index("uq_commission_rates_version", "version", unique=True, postgresql_where=text("version > 0")),
    )


class CommissionEntry(Tables):
    """What was earned on one bill, with everything it was computed from. Rows are only ever added (a trigger holds it).

    :ivar origin: ``write_off``, or ``balance``: what prepaid balances had covered of the bill when it was reconciled, which
        ``written_off`` is then.
    :ivar process_id: what made it: the write-off or its reversal, the reconciliation or the process that voided the bill.
    :ivar write_off_id: of the former two alone.
    :ivar unit_cost: none where the bill brought its own cost.
    :ivar reverses: the entry that this one takes back, all its amounts below zero.
    """

    __tablename__ = "commission_entries"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(Text)
    process_id: Mapped[UUID]
    write_off_id: Mapped[UUID | None]
    bill_id: Mapped[UUID]
    bill_number: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID]
    customer_name: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[UUID]
    owner_name: Mapped[str] = mapped_column(Text)
    owner_department_id: Mapped[UUID | None]
    product_type: Mapped[str] = mapped_column(Text)
    written_off: Mapped[Decimal] = mapped_column(Amount)
    unit_cost: Mapped[Decimal | None] = mapped_column(Numeric(12, 6))
    cost: Mapped[Decimal] = mapped_column(Amount)
    rate: Mapped[Decimal] = mapped_column(Numeric(7, 6))
    amount: Mapped[Decimal] = mapped_column(Amount)
    earned_on: Mapped[date]
    reverses: Mapped[UUID | None] = mapped_column(ForeignKey("commission_entries.id"), unique=True)

    __table_args__ = (
        UniqueConstraint("write_off_id", "bill_id"),
        CheckConstraint("origin IN ('write_off', 'balance')", name="origin"),
        CheckConstraint("(origin = 'write_off') = (write_off_id IS NOT NULL)", name="write_off"),
        CheckConstraint("written_off = 0 OR (written_off > 0) = (reverses IS NULL)", name="reverses"),
        Index(
            "uq_commission_entries_balance",
            "bill_id",
            unique=True,
            postgresql_where=text("origin = 'balance' AND reverses IS NULL"),
        ),
        Index("ix_commission_entries_bill", "bill_id"),
        Index("ix_commission_entries_earned_on", "earned_on", "id"),
        Index("ix_commission_entries_owner", "owner_id", "earned_on", "id"),
        Index("ix_commission_entries_department", "owner_department_id", "earned_on", "id"),
    )
