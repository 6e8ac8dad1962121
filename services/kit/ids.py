"""Identifiers: UUIDv7, so that they sort by the time they were made and index well."""

from uuid import UUID

import uuid6


def new_id() -> UUID:
    """A fresh UUIDv7."""
    return UUID(int=uuid6.uuid7().int)
