"""Run a definition dry: what a start with a sample form would meet (spec, workflow.md, "Administration").

Nothing is stored and no owner is asked: the tester says what the owner would answer.
"""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.kit.errors import InvalidInput, NotFound
from services.kit.unit_of_work import Begin, UnitOfWork
from services.workflow.domain.acting import Handlers, nobody_holds
from services.workflow.domain.conditions import Values
from services.workflow.domain.definitions import Definition, read_definition
from services.workflow.domain.dry_run import DryNode, form_errors, whole_way
from services.workflow.domain.seats import Handler
from services.workflow.store import definitions, directory
from services.workflow.store.directory import Initiator
from services.workflow.store.tables import User
from services.workflow.usecases.draw_definition import drawn_nodes
from services.workflow.usecases.publish_definition import checked_edition, shipped_edition
from services.workflow.usecases.publish_definitions import ensure_published


def dry_run_definition(
    begin: Begin,
    *,
    definition: dict[str, Any] | None,
    code: str | None,
    version: int | None,
    initiator_id: UUID,
    form: dict[str, Any],
    facts: dict[str, Any],
) -> dict[str, Any]:
    """The form's errors by field as at a start, and the whole way by names, as the contract's ``DryRunResult``.

    :param definition: as it would be published; or else a published one by ``code`` and ``version``.
    :raises InvalidInput: for a definition that cannot be published, with the places; without any; for an unknown initiator.
    :raises NotFound: ``definition_not_found``.
    """
    ensure_published(begin)
    with begin() as work:
        tried, number = _definition(work, definition, code, version)
        initiator = _initiator(work.session, initiator_id)
        handlers = _handlers(work.session, tried, initiator)
        errors = form_errors(tried, form)
        try:
            way = whole_way(tried, Values(form, facts), handlers, str(initiator.id))
        except InvalidInput as error:
            # A form's value that no condition can compare is of the wrong type, and said to be so already.
            errors = {f"facts.{name}": codes for name, codes in error.fields.items() if name in facts} | errors
            way = []
        drawn = drawn_nodes(work.session, tried)
    may_start = not set(initiator.roles).isdisjoint(tried.starters)
    return {
        "code": tried.code,
        "name_zh": tried.name_zh,
        "name_en": tried.name_en,
        "version": number,
        "initiator": {"id": initiator.id, "name": initiator.name, "department_id": initiator.department_id},
        "may_start": may_start,
        "errors": [{"field": field, "code": code} for field, codes in errors.items() for code in codes],
        "nodes": [{**words, **_row(node)} for words, node in zip(drawn, way, strict=False)],
        "can_finish": may_start and not errors and all(node.state != "stuck" for node in way),
    }


def _definition(
    work: UnitOfWork, content: dict[str, Any] | None, code: str | None, version: int | None
) -> tuple[Definition, int | None]:
    if content is not None:
        return read_definition(checked_edition(content, shipped_edition(work, content))), None
    if code is None:
        raise InvalidInput(fields={"code": ["required"]})
    found = definitions.version_of(work.session, code, version)
    return found.definition, found.version


def _initiator(session: Session, user_id: UUID) -> User:
    try:
        return directory.active_user(session, user_id)
    except NotFound as error:
        raise InvalidInput(fields={"initiator_id": ["user_not_found"]}) from error


def _handlers(session: Session, definition: Definition, initiator: User) -> Handlers:
    """Who could act at each node of a process of this initiator's, as the directory stands."""
    person = Handler(str(initiator.id), initiator.name, "initiator")
    return directory.handlers_of(session, definition.nodes, Initiator(person, initiator.department_id), {})


def _row(node: DryNode) -> dict[str, Any]:
    words_zh, words_en = node.words or (None, None)
    missing = nobody_holds(node.node).params if node.state == "stuck" else {}
    return {
        "state": node.state,
        "people": [
            {
                "id": person.handler.id,
                "name": person.handler.name,
                "role": person.handler.role,
                "passed_as": person.passed_as,
            }
            for person in node.people
        ],
        "words_zh": words_zh,
        "words_en": words_en,
        "missing_zh": missing.get("role"),
        "missing_en": missing.get("role_en"),
    }
