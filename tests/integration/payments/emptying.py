"""A database without its money again. The triggers refuse that even of whom the tests are, so they sleep meanwhile."""

from typing import Final

from sqlalchemy import Connection, text

from services.kit.tables import KIT_METADATA
from services.payments.store.tables import Tables

BROUGHT: Final = {"unit_costs", "commission_rates", "bank_mappings"}
"""What the migrations bring: it stays."""
_EMPTIED: Final = "TRUNCATE " + ", ".join(
    table.name for table in (*Tables.metadata.sorted_tables, *KIT_METADATA.sorted_tables) if table.name not in BROUGHT
)


def without_triggers(connection: Connection) -> None:
    """For the rest of the transaction."""
    connection.execute(text("SET LOCAL session_replication_role = replica"))


def empty(connection: Connection) -> None:
    """All but what the migrations bring."""
    without_triggers(connection)
    connection.execute(text(_EMPTIED))
