"""Identity's tables, and its queries by noun: whoever imports one module of these has all tables declared."""

from gateway.identity.store import list_view_tables, provider_tables, tables

__all__ = ["list_view_tables", "provider_tables", "tables"]
