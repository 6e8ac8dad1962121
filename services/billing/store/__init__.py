"""Billing's queries by noun, and its tables: whoever imports one module of these has all tables declared."""

from services.billing.store import (
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
