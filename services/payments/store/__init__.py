"""Payments' queries by noun, and its tables: whoever imports one module of these has all tables declared."""

from services.payments.store import bill_tables, interest_tables, tables

__all__ = ["bill_tables", "interest_tables", "tables"]
