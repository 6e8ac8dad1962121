"""The values of settings, from their texts. Each raises ``ValueError``, in words that quote no secret."""

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

_KEY_BYTES = 32
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def or_empty(convert: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: convert(text) if text else ""


def existing_file(text: str) -> str:
    if not Path(text).is_file():
        raise ValueError("no such file")
    return text


def truth(text: str) -> bool:
    if text.lower() not in {"true", "false", "1", "0"}:
        raise ValueError("true or false")
    return text.lower() in {"true", "1"}


def store_url(text: str) -> str:
    url = urlsplit(text)
    has_bucket = bool(url.netloc if url.scheme == "s3" else url.netloc and url.path.strip("/"))
    if text and not (url.scheme in {"s3", "http", "https"} and has_bucket):
        raise ValueError("https://host/bucket or s3://bucket")
    if url.username or url.password:
        raise ValueError("keys are settings of their own")
    if unknown := parse_qs(url.query).keys() - {"region", "style"}:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    return text


def smtp_url(text: str) -> str:
    if not text:
        return text
    try:
        url = urlsplit(text)
        url.port  # noqa: B018  # raises for what is no port
    except ValueError:
        # Its own words would quote the password.
        raise ValueError("no URL") from None
    if url.scheme not in {"smtp", "smtps"} or not url.hostname or url.path.strip("/"):
        raise ValueError("smtp[s]://user:password@host:port")
    if (url.username is None) != (url.password is None):
        raise ValueError("a user has a password")
    options = parse_qs(url.query)
    if options and (
        options.keys() != {"starttls"} or options["starttls"] not in (["required"], ["off"]) or url.scheme == "smtps"
    ):
        raise ValueError("after ? only starttls=required or starttls=off, and of smtp:// only")
    return text


def mail_address(text: str) -> str:
    _, mailbox = parseaddr(text)
    local, at, domain = mailbox.rpartition("@")
    if text and not (local and at and domain and text.isprintable()):
        raise ValueError("an address such as L2C <l2c@example.com>")
    return text


def origins(text: str) -> tuple[str, ...]:
    return tuple(_origin(part.strip()) for part in text.split(",") if part.strip())


def _origin(text: str) -> str:
    url = urlsplit(text if "://" in text else f"https://{text}")
    if url.scheme not in {"http", "https"} or not url.hostname or "@" in url.netloc or url.path.strip("/") or url.query:
        raise ValueError("hosts, or origins such as http://127.0.0.1:9999, with commas between")
    return f"{url.scheme}://{url.netloc.lower()}"


def address(text: str) -> str:
    url = urlsplit(text)
    if text and (url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment or url.username):
        raise ValueError("https://host, with or without a path")
    return text.rstrip("/")


def issuer(text: str) -> str:
    """As it was given: a provider's tokens name it to the letter."""
    address(text)
    url = urlsplit(text)
    if url.scheme == "http" and url.hostname not in _LOOPBACK:
        raise ValueError("https://…: whoever stands between could sign in as anybody")
    return text


def sealing_keys(text: str) -> tuple[str, ...]:
    keys = tuple(text.replace(",", " ").split())
    try:
        is_right = all(len(urlsafe_b64decode(key)) == _KEY_BYTES for key in keys)
    except (ValueError, binascii.Error):
        is_right = False
    if not is_right:
        raise ValueError("keys of 32 bytes each, in URL-safe base64, the one that seals first")
    return keys


def seconds(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split(",") if part)
