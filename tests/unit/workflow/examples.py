"""Definitions to test with, written as the shipped files are."""

from typing import Any

from services.contracts import workflow_definitions
from services.workflow.domain.definitions import Definition, read_definition


def node(code: str, *roles: str, **more: Any) -> dict[str, Any]:
    """A node; of the initiator, if it names no role."""
    actors = {"kind": "role", "roles": list(roles)} if roles else {"kind": "initiator"}
    return {"code": code, "name_zh": code, "name_en": code, "actors": actors, **more}


def form_field(code: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"code": code, "name_zh": f"{code} 名", "name_en": code, "type": kind, **more}


def content(**changes: Any) -> dict[str, Any]:
    """A small definition that can be published, with parts replaced."""
    return {
        "code": "holiday",
        "name_zh": "请假",
        "name_en": "Holiday",
        "owner_service": "customer",
        "subject_type": "customer",
        "starters": ["sales"],
        "fields": [form_field("reason", required=True)],
        "facts": [{"code": "days", "name_zh": "天数", "name_en": "Days", "type": "integer"}],
        "nodes": [node("start"), node("finance", "finance"), node("legal", "legal")],
        **changes,
    }


def definition(**changes: Any) -> Definition:
    schema = workflow_definitions.Definition()
    return read_definition(schema.dump(schema.load(content(**changes))))
