"""The tables of notify, and its queries by noun."""

from services.notify.store import channel_tables, people_tables

__all__ = ["channel_tables", "people_tables"]
