"""Editions of a shipped definition, as administrators make them."""

from collections.abc import Callable
from typing import Any

import pytest

from services.kit.errors import InvalidInput
from services.workflow.store.definition_files import read_files

CODE = "claim_customer"
CLAIM = {"reason": "老客户"}
LEGAL = {
    "code": "legal",
    "name_zh": "法务会签",
    "name_en": "Legal",
    "actors": {"kind": "role", "roles": ["legal"]},
    "agree": "all",
}


def edition(code: str = CODE, *more_nodes: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The shipped definition with further nodes at its end, and parts replaced."""
    content = read_files()[code]
    return {**content, "nodes": [*content["nodes"], *more_nodes], **changes}


def refused_places(call: Callable[[], object]) -> dict[str, list[str]]:
    with pytest.raises(InvalidInput) as refused:
        call()
    return refused.value.fields
