"""Draw a process definition: what a picture of it shows, in words (spec, workflow.md, "Administration")."""

from typing import Any

from sqlalchemy.orm import Session

from services.kit.errors import InvalidInput
from services.kit.unit_of_work import Begin
from services.workflow.domain.definitions import Definition, read_definition
from services.workflow.domain.node_words import NodeWords, role_names, words_of_nodes
from services.workflow.store import definitions, directory
from services.workflow.store.definition_drafts import draft_of
from services.workflow.store.definition_files import checked_content
from services.workflow.usecases.publish_definitions import ensure_published
from services.workflow.usecases.snapshots import node_snapshot


def draw_definition(begin: Begin, code: str, *, version: int | None) -> dict[str, Any]:
    """As the contract's ``DefinitionPicture``.

    :param version: which one; that in force for ``None``.
    :raises NotFound: ``definition_not_found``.
    """
    ensure_published(begin)
    with begin() as work:
        found = definitions.version_of(work.session, code, version)
        return _picture(work.session, found.definition, found.version)


def draw_definition_draft(begin: Begin, code: str) -> dict[str, Any]:
    """The same of a draft.

    :raises NotFound: ``definition_draft_not_found``.
    :raises InvalidInput: ``definition_faulty``, for a draft with faults, which has no picture.
    """
    with begin() as work:
        draft = draft_of(work.session, code)
        try:
            definition = read_definition(checked_content(draft.content))
        except InvalidInput as error:
            raise InvalidInput("definition_faulty", fields=error.fields) from error
        return _picture(work.session, definition, None)


def drawn_nodes(session: Session, definition: Definition) -> list[dict[str, Any]]:
    """As the contract's ``DrawnNode``, in order."""
    user_ids = {user_id for node in definition.nodes for user_id in node.actors.user_ids}
    return [_drawn(words) for words in words_of_nodes(definition, directory.names_of(session, user_ids))]


def _picture(session: Session, definition: Definition, version: int | None) -> dict[str, Any]:
    starters = role_names(definition.starters)
    return {
        "code": definition.code,
        "name_zh": definition.name_zh,
        "name_en": definition.name_en,
        "version": version,
        "starters_zh": [zh for zh, _ in starters],
        "starters_en": [en for _, en in starters],
        "nodes": drawn_nodes(session, definition),
    }


def _drawn(words: NodeWords) -> dict[str, Any]:
    node = words.node
    passes_zh, passes_en = words.condition or (None, None)
    return {
        **node_snapshot(node),
        "actors_zh": words.actors[0],
        "actors_en": words.actors[1],
        "agree": node.agree,
        "asks_many": words.asks_many,
        "passes_when_zh": passes_zh,
        "passes_when_en": passes_en,
        "passes": list(node.passes),
        "enters_zh": [zh for zh, _ in words.enters],
        "enters_en": [en for _, en in words.enters],
        "time_limit_hours": node.time_limit_hours,
        "remind_before_hours": node.remind_before_hours,
        "opinion_required": node.opinion_required,
    }
