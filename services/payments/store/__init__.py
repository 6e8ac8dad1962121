"""Payments' queries by noun, and its tables: whoever imports one module of these has all tables declared."""

from services.payments.store import interest_tables, matching_tables, tables

__all__ = ["interest_tables", "matching_tables", "tables"]
