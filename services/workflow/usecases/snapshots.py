"""What workflow's events say of its rows: the process as it is after the change."""

from typing import Any

from services.workflow.domain.definitions import Definition, Node
from services.workflow.store.tables import Process


def process_snapshot(process: Process, definition: Definition) -> dict[str, Any]:
    """For every event about a process."""
    return {
        "process_id": process.id,
        "code": process.code,
        "definition_version": process.definition_version,
        "name_zh": definition.name_zh,
        "name_en": definition.name_en,
        "owner_service": process.owner_service,
        "title": process.title,
        "subject": subject_of(process),
        "customer_id": process.customer_id,
        "customer_name": process.customer_name,
        "initiator": initiator_of(process),
        "form": process.form,
        "facts": process.facts,
    }


def process_head(process: Process, definition: Definition) -> dict[str, Any]:
    """What its page and its row in a list both begin with."""
    return {
        "id": process.id,
        "code": process.code,
        "name_zh": definition.name_zh,
        "name_en": definition.name_en,
        "title": process.title,
        "subject": subject_of(process),
        "customer_id": process.customer_id,
        "customer_name": process.customer_name,
        "initiator": initiator_of(process),
        "state": process.state,
        "node": process.node and node_snapshot(definition.node(process.node)),
        "started_at": process.started_at,
        "changed_at": process.changed_at,
        "ended_at": process.ended_at,
    }


def subject_of(process: Process) -> dict[str, Any]:
    return {"type": process.subject_type, "id": process.subject_id, "name": process.subject_name}


def initiator_of(process: Process) -> dict[str, Any]:
    return {
        "id": process.initiator_id,
        "name": process.initiator_name,
        "department_id": process.initiator_department_id,
    }


def node_snapshot(node: Node) -> dict[str, Any]:
    return {"code": node.code, "name_zh": node.name_zh, "name_en": node.name_en}
