"""The tables of notify, and its queries by noun."""

from services.notify.store import inbox_tables, reminder_tables

__all__ = ["inbox_tables", "reminder_tables"]
