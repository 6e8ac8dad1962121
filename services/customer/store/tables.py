"""Customer's tables: customers and what hangs on them; those that stand in modules of their own are named here, too."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    PrimaryKeyConstraint,
    Sequence,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.store.account_tables import AccountExemptWord, AccountSignature
from services.customer.store.file_tables import CustomerExport, CustomerImport, RefusedRow
from services.customer.store.funnel_tables import Claim, FunnelNotice, Policy, TierMove
from services.customer.store.process_tables import CompanyDepartment, PreparedProcess, User
from services.customer.store.search_tables import CustomerSearch
from services.customer.store.table_root import Tables
from services.kit.tables import Instant

__all__ = [
    "CONTRACT_NUMBERS",
    "Account",
    "AccountExemptWord",
    "AccountIdentifier",
    "AccountSignature",
    "Claim",
    "CompanyDepartment",
    "Contact",
    "ContactLog",
    "ContactLogAddition",
    "Contract",
    "ContractProduct",
    "Customer",
    "CustomerExport",
    "CustomerImport",
    "CustomerSearch",
    "Department",
    "FunnelNotice",
    "Policy",
    "PreparedProcess",
    "Product",
    "RefusedRow",
    "Tables",
    "TierMove",
    "User",
]


CONTRACT_NUMBERS = Sequence("contract_numbers", metadata=Tables.metadata)


_LIST_ORDERS = {
    "tier": "array_position(ARRAY['contract'::text, 'trial'::text, 'intent'::text, 'silent'::text, 'pool'::text], tier)",
    "tier_since": "tier_since",
    "created_at": "created_at",
    "owner_name": "COALESCE(owner_name, ''::text)",
    "last_log_on": "COALESCE(last_log_on, '0001-01-01'::date)",
    "last_usage_on": "COALESCE(last_usage_on, '0001-01-01'::date)",
    "completeness": "filled_items",
    "contract_ends_on": "COALESCE(contract_ends_on, '0001-01-01'::date)",
    "industry": "industry",
    "region": "region",
    "source": "source",
}
"""What lists of customers are sorted by besides the name, as :data:`services.customer.store.customer_lists.SORTS` asks for it."""

_QUIET_SINCE = "GREATEST(last_log_on, timezone('Asia/Shanghai'::text, tier_since)::date)"
_FALLS_WHEN_QUIET = "tier IN ('trial', 'intent', 'silent') AND NOT is_protected"


class Customer(Tables):
    """A company.

    ``version`` rises, under the row's lock, with every change of what others may know of it, not with a log or a usage day. The
    facts that the funnel's rules ask for stand beside the tier, so that a rule reads one row; ``next_look_on`` is the day of the
    next sweep that could find something due. A green customer (绿色客户) is so by a process, which ``green_by_name`` asked for.
    """

    __tablename__ = "customers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    normalised_name: Mapped[str] = mapped_column(Text, unique=True)
    industry: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(Text, default="")
    region: Mapped[str] = mapped_column(Text, default="")
    remarks: Mapped[str] = mapped_column(Text, default="")
    tier: Mapped[str] = mapped_column(Text)
    tier_since: Mapped[datetime] = mapped_column(Instant)
    owner_id: Mapped[UUID | None]
    owner_name: Mapped[str | None] = mapped_column(Text)
    owner_department_id: Mapped[UUID | None]
    invoice_information: Mapped[dict[str, Any]]
    tax_number: Mapped[str] = mapped_column(Text, default="")

    claim_process_id: Mapped[UUID | None]
    claimant_id: Mapped[UUID | None]
    claimant_name: Mapped[str | None] = mapped_column(Text)
    claimant_department_id: Mapped[UUID | None]

    last_log_on: Mapped[date | None]
    filled_items: Mapped[int] = mapped_column(default=0)
    test_account_archived: Mapped[bool] = mapped_column(default=False)
    has_account: Mapped[bool] = mapped_column(default=False)
    contract_ends_on: Mapped[date | None]
    last_usage_on: Mapped[date | None]
    fell_with: Mapped[str | None] = mapped_column(Text)
    is_protected: Mapped[bool] = mapped_column(default=False)
    protection_reason: Mapped[str] = mapped_column(Text, default="")
    next_look_on: Mapped[date | None]

    green_since: Mapped[datetime | None] = mapped_column(Instant)
    green_by_name: Mapped[str | None] = mapped_column(Text)
    green_process_id: Mapped[UUID | None]

    created_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("tier IN ('contract', 'trial', 'intent', 'silent', 'pool')", name="tier"),
        CheckConstraint("(tier = 'pool') = (owner_id IS NULL)", name="owner_unless_in_pool"),
        CheckConstraint("claim_process_id IS NULL OR (tier = 'pool' AND claimant_id IS NOT NULL)", name="claimed_from_pool"),
        CheckConstraint("filled_items BETWEEN 0 AND 5", name="filled_items"),
        Index("ix_customers_owner", "owner_id", "name", "id"),
        Index("ix_customers_tier", "tier", "name", "id"),
        Index("ix_customers_name", "name", "id"),
        *(Index(f"ix_customers_by_{name}", text(indexed), "id") for name, indexed in _LIST_ORDERS.items()),
        # As ix_customer_search_shuffled, of each department's customers and of the pool alone.
        Index("ix_customers_department", "owner_department_id", text("uuid_hash(id)"), "id"),
        Index(
            "ix_customers_pool_shuffled",
            text("uuid_hash(id)"),
            "id",
            postgresql_where=text("tier = 'pool' AND claim_process_id IS NULL"),
        ),
        Index("ix_customers_claim", "claim_process_id", unique=True, postgresql_where=text("claim_process_id IS NOT NULL")),
        Index("ix_customers_claimant", "claimant_id", postgresql_where=text("claimant_id IS NOT NULL")),
        Index("ix_customers_green", "name", "id", postgresql_where=text("green_since IS NOT NULL")),
        # Who falls next of those that fall for want of a log.
        Index("ix_customers_quiet", "tier", text(_QUIET_SINCE), "id", postgresql_where=text(_FALLS_WHEN_QUIET)),
        Index("ix_customers_next_look", "next_look_on", "id", postgresql_where=text("next_look_on IS NOT NULL")),
        Index(
            "ix_customers_tax_number",
            "tax_number",
            postgresql_ops={"tax_number": "text_pattern_ops"},
            postgresql_where=text("tax_number <> ''"),
        ),
    )


class Department(Tables):
    """A department of a customer's."""

    __tablename__ = "departments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    name: Mapped[str] = mapped_column(Text)
    remarks: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (UniqueConstraint("customer_id", "name"),)


class Contact(Tables):
    """A person at a customer's. One who ``has_left`` the customer is kept for the logs, and counts for nothing else."""

    __tablename__ = "contacts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("departments.id"))
    name: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    mobile: Mapped[str] = mapped_column(Text)
    telephone: Mapped[str] = mapped_column(Text)
    qq: Mapped[str] = mapped_column(Text)
    wechat: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    is_decision_maker: Mapped[bool]
    filled_items: Mapped[int]
    has_left: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        Index("ix_contacts_customer", "customer_id", "name", "id"),
        Index("ix_contacts_mobile", "mobile", postgresql_ops={"mobile": "text_pattern_ops"}),
        Index(
            "ix_contacts_mobile_end",
            literal_column("reverse(mobile)").label("mobile_end"),
            postgresql_ops={"mobile_end": "text_pattern_ops"},
        ),
        Index(
            "ix_contacts_name",
            literal_column("lower(name)").label("lower_name"),
            postgresql_ops={"lower_name": "text_pattern_ops"},
        ),
    )


class ContactLog(Tables):
    """A dated record of one touch with the customer. ``reminded_at``: when its owner was told of the follow-up."""

    __tablename__ = "contact_logs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"))
    channel: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    content: Mapped[str] = mapped_column(Text)
    next_step: Mapped[str] = mapped_column(Text)
    follow_up_on: Mapped[date | None]
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)
    author_id: Mapped[UUID]
    author_name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("channel IN ('visit', 'call', 'wechat', 'email', 'other')", name="channel"),
        Index("ix_contact_logs_customer", "customer_id", "at", "id"),
        Index(
            "ix_contact_logs_follow_up",
            "follow_up_on",
            "id",
            postgresql_where=text("follow_up_on IS NOT NULL AND reminded_at IS NULL"),
        ),
        # What is planned: by day for who sees all, by customer for who sees a few.
        Index("ix_contact_logs_planned", "follow_up_on", "id", postgresql_where=text("follow_up_on IS NOT NULL")),
        Index("ix_contact_logs_planned_of", "customer_id", "follow_up_on", postgresql_where=text("follow_up_on IS NOT NULL")),
    )


class ContactLogAddition(Tables):
    """Something added to a log, which itself is not edited after a day. Append-only."""

    __tablename__ = "contact_log_additions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_log_id: Mapped[UUID] = mapped_column(ForeignKey("contact_logs.id"))
    content: Mapped[str] = mapped_column(Text)
    author_id: Mapped[UUID]
    author_name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (Index("ix_contact_log_additions_log", "contact_log_id", "created_at", "id"),)


class Product(Tables):
    """What a customer buys; the unit of pricing and billing.

    ``billing_cycle_since`` and ``billing_cycle_process_id``: when and by which process the cycle became what it is; null for the
    first one.
    """

    __tablename__ = "products"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    name: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    payment_mode: Mapped[str] = mapped_column(Text)
    billing_cycle_months: Mapped[int] = mapped_column(default=1)
    billing_cycle_since: Mapped[datetime | None] = mapped_column(Instant)
    billing_cycle_process_id: Mapped[UUID | None]
    needs_invoice: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("billing_cycle_months BETWEEN 1 AND 12", name="billing_cycle"),
        UniqueConstraint("customer_id", "name"),
        Index("ix_products_name", "name", "id"),
        Index("ix_products_created_at", "created_at", "id"),
        Index("ix_products_type", "type", "customer_id"),
    )


class AccountIdentifier(Tables):
    """An identifier that is in use, or entered in a running process: the one place that keeps them unique.

    ``process_id`` is null for an account that was opened by hand.
    """

    __tablename__ = "account_identifiers"

    identifier: Mapped[str] = mapped_column(Text, primary_key=True)
    process_id: Mapped[UUID | None] = mapped_column(index=True)


class Account(Tables):
    """What messages are sent through. ``process_id`` is null where it was opened by hand."""

    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(ForeignKey("account_identifiers.identifier"), unique=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    signature: Mapped[str] = mapped_column(Text)
    interface: Mapped[str] = mapped_column(Text)
    sub_number: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(Text)
    process_id: Mapped[UUID | None]
    opened_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("status IN ('trial', 'active', 'blocked', 'closed')", name="status"),
        CheckConstraint("interface IN ('http', 'cmpp', 'smpp', 'sgip', 'web')", name="interface"),
        Index("ix_accounts_product", "product_id", "identifier"),
        Index(
            "ix_accounts_identifier_prefix",
            literal_column("lower(identifier)").label("lower_identifier"),
            postgresql_ops={"lower_identifier": "text_pattern_ops"},
        ),
        Index("ix_accounts_status", "status", "identifier"),
        Index("ix_accounts_opened_at", "opened_at", "id"),
    )


class Contract(Tables):
    """An archived contract."""

    __tablename__ = "contracts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Text, unique=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    process_id: Mapped[UUID] = mapped_column(unique=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    monthly_volume: Mapped[int | None] = mapped_column(BigInteger)
    amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    unit_price: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    is_standard: Mapped[bool]
    is_auto_renewing: Mapped[bool]
    renews_contract_id: Mapped[UUID | None] = mapped_column(ForeignKey("contracts.id"))
    draft: Mapped[list[Any]]
    stamped_scan: Mapped[list[Any]]
    remarks: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("valid_from <= valid_to", name="term"),
        Index("ix_contracts_customer", "customer_id", "valid_to", "id"),
        Index("ix_contracts_valid_to", "valid_to", "id"),
        Index("ix_contracts_created_at", "created_at", "id"),
        Index("ix_contracts_amount", text("coalesce(amount, -1)"), "id"),
        Index("ix_contracts_number_prefix", "number", postgresql_ops={"number": "text_pattern_ops"}),
    )


class ContractProduct(Tables):
    """Which products a contract is about."""

    __tablename__ = "contract_products"

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contracts.id"))
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id"), index=True)

    __table_args__ = (PrimaryKeyConstraint("contract_id", "product_id"),)
