"""Answer workflow before a process starts, is sent again, or goes on with what a node entered (contracts/workflow.py)."""

from collections.abc import Callable
from typing import Any

from services.kit.errors import InvalidInput
from services.kit.unit_of_work import Begin
from services.payments.usecases.prepare_reversal import prepare_reversal
from services.payments.usecases.prepare_write_off import prepare_write_off

PREPARATIONS: dict[str, Callable[[Begin, dict[str, Any]], dict[str, Any]]] = {
    "write_off": prepare_write_off,
    "reversal": prepare_reversal,
}
"""Process code → what checks its form and reserves what it is about."""


def prepare_process(begin: Begin, request: dict[str, Any]) -> dict[str, Any]:
    """
    :param request: as ``PrepareProcess`` of the contract.
    :returns: as ``Prepared``.
    :raises InvalidInput: by field; at ``code`` for a process that payments has no part in.
    """
    prepare = PREPARATIONS.get(request["code"])
    if prepare is None:
        raise InvalidInput(fields={"code": [f"one_of|{', '.join(PREPARATIONS)}"]})
    return prepare(begin, request)
