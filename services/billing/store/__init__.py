"""Billing's queries by noun, and its tables: whoever imports one module of these has all tables declared."""

from services.billing.store import (
    account_name_tables,
    invoice_tables,
    ledger_tables,
    one_off_tables,
    order_tables,
    rerating_tables,
    selection_tables,
    statement_tables,
    tables,
    usage_tables,
)

__all__ = [
    "account_name_tables",
    "invoice_tables",
    "ledger_tables",
    "one_off_tables",
    "order_tables",
    "rerating_tables",
    "selection_tables",
    "statement_tables",
    "tables",
    "usage_tables",
]
