"""Queries about drafts of definitions: at most one a definition."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.kit.errors import NotFound
from services.workflow.store.tables import DefinitionDraft


def find_draft(session: Session, code: str, *, lock: bool = False) -> DefinitionDraft | None:
    """
    :param lock: until the transaction ends, for whoever is going to change it.
    """
    query = select(DefinitionDraft).where(DefinitionDraft.code == code)
    return session.scalar(query.with_for_update() if lock else query)


def draft_of(session: Session, code: str) -> DefinitionDraft:
    """
    :raises NotFound: ``definition_draft_not_found``.
    """
    draft = find_draft(session, code)
    if draft is None:
        raise NotFound("definition_draft_not_found")
    return draft


def all_drafts(session: Session) -> list[DefinitionDraft]:
    """The one changed last first; as many as there are definitions, at most."""
    return list(session.scalars(select(DefinitionDraft).order_by(DefinitionDraft.changed_at.desc(), DefinitionDraft.code)))


def insert_draft(session: Session, row: Mapping[str, Any]) -> DefinitionDraft | None:
    """A new draft; ``None`` where another transaction has made one meanwhile."""
    return session.scalar(insert(DefinitionDraft).values(row).on_conflict_do_nothing().returning(DefinitionDraft))
