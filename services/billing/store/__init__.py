"""Billing's queries by noun, and its tables: whoever imports one module of these has all tables declared."""

from services.billing.store import order_tables, tables, usage_tables

__all__ = ["order_tables", "tables", "usage_tables"]
