"""How much of it: ``make chaos STORIES=10000 SEED=7``."""

import os
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Size:
    """
    :ivar crew: how many stories are played at once.
    :ivar faults: how many faults befall them.
    """

    seed: int
    stories: int
    crew: int
    faults: int


@pytest.fixture(scope="session")
def size() -> Size:
    stories = int(os.environ.get("L2C_CHAOS_STORIES", "40"))
    return Size(
        seed=int(os.environ.get("L2C_CHAOS_SEED", "9")),
        stories=stories,
        crew=int(os.environ.get("L2C_CHAOS_CREW", "8")),
        faults=int(os.environ.get("L2C_CHAOS_FAULTS") or max(16, stories // 10)),
    )
