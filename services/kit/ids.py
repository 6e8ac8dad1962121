"""Identifiers: UUIDv7, so that they sort by the time they were made and index well."""

import os
from itertools import accumulate
from typing import Final
from uuid import UUID

import uuid6

_STEP_BYTES: Final = 5
_ROOM: Final = 1 << 61
"""The highest bit of what is random at an id's end; it is left free, so that steps never run over."""


def new_id() -> UUID:
    """A fresh UUIDv7."""
    return UUID(int=uuid6.uuid7().int)


def new_ids(count: int) -> list[UUID]:
    """So many fresh UUIDv7 in rising order, each a random step above the one before (RFC 9562, 6.2): asking the system for
    randomness is what an id costs, and this asks once.

    :param count: at most a million.
    """
    chance = os.urandom(_STEP_BYTES * count)
    steps = (int.from_bytes(chance[at : at + _STEP_BYTES], "big") + 1 for at in range(0, len(chance), _STEP_BYTES))
    first = uuid6.uuid7().int & ~_ROOM
    return [UUID(int=each) for each in accumulate(steps, initial=first)][1:]
