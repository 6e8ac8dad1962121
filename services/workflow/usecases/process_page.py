"""The parts of a process's page, as the contract has them."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from services.workflow.domain.acting import nobody_holds
from services.workflow.domain.history import Entry
from services.workflow.domain.node_line import NodeInLine, PersonInLine
from services.workflow.store.processes import Dossier
from services.workflow.usecases.snapshots import node_snapshot


def line_rows(
    line: list[NodeInLine], tasks: Mapping[UUID, UUID], here: Collection[UUID], deputies: Mapping[UUID, UUID]
) -> list[dict[str, Any]]:
    """The node line.

    :param tasks: the open tasks, by whose they are.
    :param here: those of the people asked, and of their deputies, who have not left.
    :param deputies: who stands in today for those asked.
    """
    return [_line_row(node, tasks, here, deputies) for node in line]


def _line_row(
    line: NodeInLine, tasks: Mapping[UUID, UUID], here: Collection[UUID], deputies: Mapping[UUID, UUID]
) -> dict[str, Any]:
    words_zh, words_en = line.words or (None, None)
    missing_zh, missing_en = _missing(line, here, deputies)
    return {
        **node_snapshot(line.node),
        "state": line.state,
        "agree": line.node.agree,
        "people": [_person_row(person, tasks) for person in line.people],
        "words_zh": words_zh,
        "words_en": words_en,
        "missing_zh": missing_zh,
        "missing_en": missing_en,
        "helpers": [],
    }


def _missing(line: NodeInLine, here: Collection[UUID], deputies: Mapping[UUID, UUID]) -> tuple[str | None, str | None]:
    """Who is missing where nobody could act: the role that nobody holds, or the people who have left or lost it."""
    if line.state == "future" and not line.people:
        params = nobody_holds(line.node).params
        return params["role"], params["role_en"]
    waiting = [person for person in line.people if person.is_asked]
    if not waiting or any(_can_act(person, here, deputies) for person in waiting):
        return None, None
    reasons = [_why_missing(person, here) for person in waiting]
    return "、".join(zh for zh, _ in reasons), ", ".join(en for _, en in reasons)


def _can_act(person: PersonInLine, here: Collection[UUID], deputies: Mapping[UUID, UUID]) -> bool:
    asked = UUID((person.adviser or person.handler).id)
    return person.role_lost is None and (asked in here or deputies.get(asked) in here)


def _why_missing(person: PersonInLine, here: Collection[UUID]) -> tuple[str, str]:
    asked = person.adviser or person.handler
    if person.role_lost is None or UUID(asked.id) not in here:
        return f"{asked.name}（已离职）", f"{asked.name} (left)"
    zh, en = person.role_lost
    return f"{asked.name}（已不是{zh}）", f"{asked.name} (no longer {en})"


def _person_row(person: PersonInLine, tasks: Mapping[UUID, UUID]) -> dict[str, Any]:
    return {
        "id": person.handler.id,
        "name": person.handler.name,
        "role": person.handler.role,
        "decision": person.decision,
        "at": person.at,
        "is_asked": person.is_asked,
        "task_id": tasks.get(UUID((person.adviser or person.handler).id)) if person.is_asked else None,
        "by_name": person.by and person.by.name,
        "adviser_name": person.adviser and person.adviser.name,
        "position": person.position,
    }


def history_rows(dossier: Dossier, hidden: Collection[str]) -> list[dict[str, Any]]:
    """The history, oldest first.

    :param hidden: the fields whose values the reader may not see.
    """
    return [_entry_row(dossier, number, entry, hidden) for number, entry in enumerate(dossier.history, start=1)]


def _entry_row(dossier: Dossier, number: int, entry: Entry, hidden: Collection[str]) -> dict[str, Any]:
    return {
        "number": number,
        "at": entry.at,
        "action": entry.action,
        "node": entry.node and node_snapshot(dossier.definition.node(entry.node)),
        "by_id": entry.by and entry.by.id,
        "by_name": entry.by and entry.by.name,
        "by_role": entry.by and entry.by.role,
        "for_name": entry.principal and entry.principal.name,
        "opinion": entry.opinion,
        "opinion_en": entry.opinion_en,
        "handlers": [handler.name for handler in (*entry.handlers, *(each.handler for each in entry.added))],
        "to_node": entry.to_node,
        "to_name": entry.to and entry.to.name,
        "position": entry.position,
        "attachments": list(entry.attachments),
        "changes": {code: change for code, change in entry.changes.items() if code not in hidden},
    }
