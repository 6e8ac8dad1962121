"""Secrets: passwords by argon2id, tokens by chance. What is stored of either does not give it back."""

import hashlib
import secrets
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

TOKEN_PREFIX: Final = "l2c_"  # noqa: S105  (what every token begins with, so that leaked ones can be searched for)

_HASHER: Final = PasswordHasher()  # argon2id, 64 MiB, three passes (RFC 9106's low-memory profile): 110 ms
_AT_ONCE: Final = threading.BoundedSemaphore(4)
"""Each takes 64 MiB: sign-ins wait for each other rather than fill the memory."""

T = TypeVar("T")


def hash_password(password: str) -> str:
    """The argon2id hash, with its salt and parameters."""
    return _beside_the_hub(_HASHER.hash, password)


def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether it is the password. Takes as long for a user who has none or is not there, so that time tells nothing."""
    try:
        _beside_the_hub(_HASHER.verify, password_hash or _decoy(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Whether it was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def new_secret() -> str:
    """256 bits by chance, as text."""
    return secrets.token_urlsafe(32)


def new_token() -> str:
    """A bearer token."""
    return TOKEN_PREFIX + new_secret()


def token_hash(token: str) -> str:
    """What is stored of a token. It has 256 bits by chance: a fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


_decoys: list[str] = []


def _decoy() -> str:
    if not _decoys:
        _decoys.append(_HASHER.hash(new_secret()))
    return _decoys[0]


def _beside_the_hub(function: Callable[..., T], *args: Any) -> T:
    """In a real thread where eventlet runs the process: the hub would stand still for the 110 ms."""
    with _AT_ONCE:
        patcher = sys.modules.get("eventlet.patcher")
        if patcher is not None and patcher.is_monkey_patched("thread"):
            result: T = import_module("eventlet.tpool").execute(function, *args)
            return result
        return function(*args)
