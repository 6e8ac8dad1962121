"""The tables of notify, and its queries by noun."""

from services.notify.store import channel_tables, inbox_tables, people_tables, reminder_tables

__all__ = ["channel_tables", "inbox_tables", "people_tables", "reminder_tables"]
