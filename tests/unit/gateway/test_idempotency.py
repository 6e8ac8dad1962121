"""When two requests are the same."""

import pytest

from gateway.idempotency import request_hash

REQUEST = ("POST", "/api/v1/things", "", b'{"a": 1, "b": [1, 2]}')


@pytest.mark.parametrize(
    "other",
    [
        ("POST", "/api/v1/things", "", b'{"b": [1,2], "a": 1}'),
        ("POST", "/api/v1/things", "", b'  {"a": 1, "b": [1, 2]}\n'),
    ],
    ids=["fields in another order", "other white space"],
)
def test_the_same(other: tuple[str, str, str, bytes]) -> None:
    assert request_hash(*other) == request_hash(*REQUEST)


@pytest.mark.parametrize(
    "other",
    [
        ("PUT", *REQUEST[1:]),
        ("POST", "/api/v1/other", *REQUEST[2:]),
        ("POST", "/api/v1/things", "a=1", REQUEST[3]),
        (*REQUEST[:3], b'{"a": 1, "b": [2, 1]}'),
        (*REQUEST[:3], b'{"a": "1", "b": [1, 2]}'),
        (*REQUEST[:3], b""),
        (*REQUEST[:3], b"{"),
    ],
)
def test_another(other: tuple[str, str, str, bytes]) -> None:
    assert request_hash(*other) != request_hash(*REQUEST)
