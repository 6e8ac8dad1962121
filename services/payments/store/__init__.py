"""Payments' queries by noun, and its tables: whoever imports one module of these has all tables declared."""

from services.payments.store import (
    account_tables,
    bill_tables,
    import_tables,
    interest_tables,
    matching_tables,
    payer_tables,
    tables,
)

__all__ = [
    "account_tables",
    "bill_tables",
    "import_tables",
    "interest_tables",
    "matching_tables",
    "payer_tables",
    "tables",
]
