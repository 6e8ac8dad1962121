"""Identity's tables, and its queries by noun: whoever imports one module of these has all tables declared."""

from gateway.identity.store import provider_tables, tables

__all__ = ["provider_tables", "tables"]
