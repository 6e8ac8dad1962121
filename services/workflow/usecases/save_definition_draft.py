"""Save a draft of a definition's next version, faulty or not: what one edits over days survives."""

from typing import Any
from uuid import UUID

from services.kit.errors import ChangedMeanwhile, Conflict, InvalidInput, NotFound
from services.kit.unit_of_work import Begin, UnitOfWork
from services.workflow.store import definitions
from services.workflow.store.definition_drafts import find_draft, insert_draft
from services.workflow.store.definition_files import is_too_deep
from services.workflow.store.tables import DefinitionDraft
from services.workflow.usecases.publish_definitions import ensure_published
from services.workflow.usecases.show_definition_draft import draft_view


def save_definition_draft(
    begin: Begin, code: str, *, definition: dict[str, Any], version: int, based_on: int | None
) -> dict[str, Any]:
    """The whole draft as it now is.

    :param version: the draft's as its editor saw it; 0 for a new one.
    :param based_on: the newest version of the definition that its editor has seen; ``None`` leaves it as it was, or takes the
        newest for a new draft.
    :returns: the draft with its faults, as the contract's ``DefinitionDraft``.
    :raises ChangedMeanwhile: ``definition_draft_changed_meanwhile``, ``definition_draft_exists``.
    :raises NotFound: ``definition_not_found``, ``definition_draft_not_found``.
    """
    if is_too_deep(definition):
        raise InvalidInput(fields={"definition": ["too_deep"]})
    ensure_published(begin)
    with begin() as work:
        newest = definitions.newest(work.session, code)
        if version == 0:
            draft = new_draft(work, code, definition, newest.version if based_on is None else based_on)
        else:
            draft = lock_seen(work, code, version)
            draft.version += 1
            draft.content = definition
            draft.based_on = draft.based_on if based_on is None else based_on
            draft.changed_by_id, draft.changed_by_name = UUID(work.caller.user_id), work.caller.name
            draft.changed_at = work.now
        work.audit("definition_draft_saved", ("definition_draft", code), after={"version": draft.version})
        return draft_view(work.session, draft)


def new_draft(work: UnitOfWork, code: str, content: dict[str, Any], based_on: int) -> DefinitionDraft:
    """
    :raises Conflict: ``definition_draft_exists``, with who changed it last.
    """
    row = {
        "code": code,
        "version": 1,
        "content": content,
        "based_on": based_on,
        "changed_by_id": UUID(work.caller.user_id),
        "changed_by_name": work.caller.name,
        "changed_at": work.now,
    }
    draft = insert_draft(work.session, row)
    if draft is None:
        known = find_draft(work.session, code)
        raise Conflict("definition_draft_exists", by=known.changed_by_name if known else "")
    return draft


def lock_seen(work: UnitOfWork, code: str, version: int) -> DefinitionDraft:
    """The draft, locked, if it is as its editor saw it.

    :raises NotFound: ``definition_draft_not_found``.
    :raises ChangedMeanwhile: ``definition_draft_changed_meanwhile``.
    """
    draft = find_draft(work.session, code, lock=True)
    if draft is None:
        raise NotFound("definition_draft_not_found")
    if draft.version != version:
        raise ChangedMeanwhile("definition_draft_changed_meanwhile", version=draft.version, by=draft.changed_by_name)
    return draft
