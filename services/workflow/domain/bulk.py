"""Approving many tasks at once (spec, workflow.md, "Lists"). Pure."""

from services.workflow.domain.definitions import START, Definition


def is_for_bulk(definition: Definition, node: str) -> bool:
    """Whether a node can be approved from the list: its definition allows it, and its handler need not enter anything."""
    if node == START or not definition.node(node).bulk_approve:
        return False
    entered = (field for field in definition.fields if field.entered_at == node)
    return not any(field.required or field.required_when for field in entered)
