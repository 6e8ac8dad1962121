"""Publish a definition that people have edited, as the next version (spec, workflow.md, "Administration")."""

from typing import Any, Final
from uuid import UUID

from services.kit.errors import ChangedMeanwhile, Conflict, InvalidInput, NotFound
from services.kit.unit_of_work import Begin, UnitOfWork
from services.workflow.store import definitions
from services.workflow.store.definition_drafts import find_draft
from services.workflow.store.definition_files import checked_content
from services.workflow.store.definitions import Version
from services.workflow.usecases.list_definitions import shown_definition
from services.workflow.usecases.publish_definitions import ensure_published

PRODUCT: Final = ("产品升级", "A product upgrade")
"""Who published what nobody did."""


def publish_definition(begin: Begin, *, definition: dict[str, Any], version: int, note: str) -> dict[str, Any]:
    """In force at once; processes that run stay on theirs. A draft that says the same is done with, and goes.

    Only a process that the product has can be published: its owner puts the effect into force, and nobody would that of another.
    An edition that is the shipped one counts as shipped: the product's next one replaces it.

    :param version: the newest that the publisher has seen, one that waits included; 0 for none.
    :raises InvalidInput: with every fault by its place in ``definition``.
    :raises ChangedMeanwhile: ``definition_published_meanwhile``, with who and which.
    :raises Conflict: ``definition_unchanged``.
    """
    ensure_published(begin)
    with begin() as work:
        definitions.lock_publishing(work.session)
        shipped = shipped_edition(work, definition)
        content = checked_edition(definition, shipped)
        code = shipped.definition.code
        newest, in_force = definitions.newest(work.session, code), definitions.current(work.session, code)
        if newest.version != version:
            by, by_en = (newest.published_by_name,) * 2 if newest.published_by_name else PRODUCT
            raise ChangedMeanwhile("definition_published_meanwhile", version=newest.version, by=by, by_en=by_en)
        if content == in_force.content and not newest.is_waiting:
            raise Conflict("definition_unchanged", version=in_force.version)
        row = {
            "code": code,
            "version": newest.version + 1,
            "origin": "shipped" if content == shipped.content else "administered",
            "digest": definitions.digest_of(content),
            "content": content,
            "published_at": work.now,
            "published_by_id": UUID(work.caller.user_id),
            "published_by_name": work.caller.name,
            "note": note.strip(),
        }
        published = definitions.insert_version(work.session, row)
        work.audit("definition_published", ("definition", code), **changed_parts(in_force, published), why=note.strip())
        _remove_draft(work, code, content)
        return shown_definition(published, work.caller, {code: published.version})


def shipped_edition(work: UnitOfWork, definition: dict[str, Any]) -> Version:
    """The product's own of the same code.

    :raises InvalidInput: ``not_shipped`` at ``definition.code``.
    """
    try:
        return definitions.newest_shipped(work.session, str(definition.get("code")))
    except NotFound as error:
        raise InvalidInput("definition_faulty", fields={"definition.code": ["not_shipped"]}) from error


def checked_edition(definition: dict[str, Any], shipped: Version) -> dict[str, Any]:
    """The content of an edition that can be published.

    :raises InvalidInput: ``definition_faulty``, with every fault by its place in ``definition``.
    """
    try:
        return checked_content(definition, shipped=shipped.definition)
    except InvalidInput as error:
        places = {f"definition.{place}".rstrip("."): codes for place, codes in error.fields.items()}
        raise InvalidInput("definition_faulty", fields=places) from error


def changed_parts(before: Version, after: Version) -> dict[str, dict[str, Any]]:
    """What an audit entry says of two versions: the parts that differ, before and after."""
    parts = [name for name in after.content if after.content[name] != before.content.get(name)]
    return {
        "before": {"version": before.version, **{name: before.content.get(name) for name in parts}},
        "after": {"version": after.version, **{name: after.content[name] for name in parts}},
    }


def _remove_draft(work: UnitOfWork, code: str, content: dict[str, Any]) -> None:
    draft = find_draft(work.session, code, lock=True)
    if draft is None:
        return
    try:
        is_published = checked_content(draft.content) == content
    except InvalidInput:
        return
    if is_published:
        work.session.delete(draft)
        work.audit("definition_draft_removed", ("definition_draft", code), why="published")
