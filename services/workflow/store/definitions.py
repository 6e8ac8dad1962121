"""Queries about definitions. A version never changes, so what was read of it once is kept."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, func, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from services.contracts import workflow_definitions as contract
from services.kit.errors import NotFound
from services.workflow.domain.definitions import Definition, read_definition
from services.workflow.store import tables

_PUBLISH_LOCK = 0x4C3245
_read: dict[str, tuple[Definition, dict[str, Any]]] = {}
_known: WeakKeyDictionary[Engine | Connection, dict[tuple[str, int], Definition]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Version:
    """One version of a definition.

    :param content: its data, as the contract's schema has it.
    """

    version: int
    definition: Definition
    content: dict[str, Any]
    published_at: datetime


def publish_shipped(session: Session, contents: Iterable[Mapping[str, Any]], now: datetime) -> list[str]:
    """Make a new version of each shipped definition whose file has changed since it was last shipped.

    An edition that people published stays the newest until the product ships a changed file.

    :returns: the codes of those that got a new version.
    """
    session.execute(select(func.pg_advisory_xact_lock(_PUBLISH_LOCK)))
    rows = session.execute(
        select(tables.Definition.code, tables.Definition.version, tables.Definition.origin, tables.Definition.digest).order_by(
            tables.Definition.version
        )
    ).all()
    newest = {row.code: row.version for row in rows}
    shipped = {row.code: row.digest for row in rows if row.origin == "shipped"}
    changed = [content for content in contents if shipped.get(content["code"]) != digest_of(content)]
    for content in changed:
        values = {
            "code": content["code"],
            "version": newest.get(content["code"], 0) + 1,
            "origin": "shipped",
            "digest": digest_of(content),
            "content": dict(content),
            "published_at": now,
        }
        session.execute(insert(tables.Definition).values(values))
    return [content["code"] for content in changed]


def current(session: Session, code: str) -> Version:
    """The newest version.

    :raises NotFound: ``definition_not_found``.
    """
    query = select(tables.Definition).where(tables.Definition.code == code).order_by(tables.Definition.version.desc()).limit(1)
    row = session.scalar(query)
    if row is None:
        raise NotFound("definition_not_found")
    return _as_version(row)


def all_current(session: Session) -> list[Version]:
    """The newest version of each, by code."""
    query = (
        select(tables.Definition)
        .ext(distinct_on(tables.Definition.code))
        .order_by(tables.Definition.code, tables.Definition.version.desc())
    )
    return [_as_version(row) for row in session.scalars(query)]


def of_versions(session: Session, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Definition]:
    """The definitions of these codes and versions; a database is asked for each once, as it never changes."""
    known = _known.setdefault(session.get_bind(), {})
    wanted = set(keys)
    if new := wanted - known.keys():
        query = select(tables.Definition).where(tuple_(tables.Definition.code, tables.Definition.version).in_(new))
        known.update({(row.code, row.version): _as_version(row).definition for row in session.scalars(query)})
    return {key: known[key] for key in wanted & known.keys()}


def of_version(session: Session, code: str, version: int) -> Version:
    """
    :raises NotFound: ``definition_not_found``.
    """
    row = session.get(tables.Definition, (code, version))
    if row is None:
        raise NotFound("definition_not_found")
    return _as_version(row)


def digest_of(content: Mapping[str, Any]) -> str:
    """What two equal contents share."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _as_version(row: tables.Definition) -> Version:
    if row.digest not in _read:
        # A version that was published before the contract had some field holds no value for it: the field's default counts.
        schema = contract.Definition()
        content = schema.dump(schema.load(row.content))
        _read[row.digest] = read_definition(content), content
    definition, content = _read[row.digest]
    return Version(row.version, definition, content, row.published_at)
