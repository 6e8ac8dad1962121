"""Passwords of these tests, hashed as cheaply as argon2 can: as the product does it, each sign-in and each person takes a tenth
of a second of the processor. The end-to-end tests sign in with hashes as they should be."""

from typing import Final

from argon2 import PasswordHasher

from gateway.identity import secrets

AS_IT_SHOULD_BE: Final = secrets._HASHER
CHEAP: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def hash_cheaply() -> None:
    """In this process, from now on."""
    secrets._HASHER = CHEAP  # type: ignore[misc]  # final for the product
