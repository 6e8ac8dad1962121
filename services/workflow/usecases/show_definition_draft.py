"""Show a draft of a definition, with everything that keeps it from being published."""

from typing import Any

from sqlalchemy.orm import Session

from services.kit.errors import InvalidInput
from services.kit.unit_of_work import Begin
from services.workflow.store import definitions
from services.workflow.store.definition_drafts import draft_of
from services.workflow.store.definition_files import checked_content
from services.workflow.store.tables import DefinitionDraft


def show_definition_draft(begin: Begin, code: str) -> dict[str, Any]:
    """As the contract's ``DefinitionDraft``.

    :raises NotFound: ``definition_draft_not_found``.
    """
    with begin() as work:
        return draft_view(work.session, draft_of(work.session, code))


def draft_view(session: Session, draft: DefinitionDraft) -> dict[str, Any]:
    """The draft with its faults, by place in its definition."""
    return {
        "code": draft.code,
        "version": draft.version,
        "definition": draft.content,
        "based_on": draft.based_on,
        "newest_version": definitions.newest(session, draft.code).version,
        "changed_at": draft.changed_at,
        "changed_by_name": draft.changed_by_name,
        "faults": _faults(session, draft),
    }


def _faults(session: Session, draft: DefinitionDraft) -> list[dict[str, str]]:
    shipped = definitions.newest_shipped(session, draft.code).definition
    try:
        checked_content(draft.content, shipped=shipped)
    except InvalidInput as error:
        return [{"place": place, "code": code} for place, codes in error.fields.items() for code in codes]
    return []
