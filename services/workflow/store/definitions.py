"""Queries about definitions. A version never changes, so what was read of it once is kept.

In force is the newest version that does not wait. A file that the product ships anew is in force at once, unless the company has
an edition of its own in force: that one stays, and the shipped one waits for an administrator, who takes it over or publishes the
own one again. An owner serves both: it must serve the processes that stay on older versions anyway.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Select, func, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from services.contracts import workflow_definitions as contract
from services.kit.errors import NotFound
from services.kit.paging import Page, PageRequest, fetch_page
from services.workflow.domain.definitions import Definition, read_definition
from services.workflow.store import tables

_PUBLISH_LOCK = 0x4C3245
_read: dict[str, tuple[Definition, dict[str, Any]]] = {}
_known: WeakKeyDictionary[Engine | Connection, dict[tuple[str, int], Definition]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Version:
    """One version of a definition.

    :param content: its data, as the contract's schema has it.
    :param origin, is_waiting, published_by_name, note: as of :class:`services.workflow.store.tables.Definition`.
    """

    version: int
    definition: Definition
    content: dict[str, Any]
    published_at: datetime
    origin: str
    is_waiting: bool
    published_by_name: str | None
    note: str


def lock_publishing(session: Session) -> None:
    """One publishes at a time, until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(_PUBLISH_LOCK)))


def publish_shipped(session: Session, contents: Iterable[Mapping[str, Any]], now: datetime) -> list[Version]:
    """Make a new version of each shipped definition whose file has changed since it was last shipped.

    :returns: the new versions; those that wait for an administrator among them.
    """
    lock_publishing(session)
    newest = newest_versions(session)
    in_force = {version.definition.code: version for version in all_current(session)}
    shipped = {version.definition.code: version for version in _distinct(session, tables.Definition.origin == "shipped")}
    published = []
    for content in contents:
        code = content["code"]
        if code in shipped and shipped[code].content == content:
            continue
        row = {
            "code": code,
            "version": newest.get(code, 0) + 1,
            "origin": "shipped",
            "digest": digest_of(content),
            "content": dict(content),
            "is_waiting": code in in_force and in_force[code].origin == "administered",
            "published_at": now,
        }
        published.append(insert_version(session, row))
    return published


def insert_version(session: Session, row: Mapping[str, Any]) -> Version:
    """A new version, under :func:`lock_publishing`."""
    return _as_version(session.scalars(insert(tables.Definition).values(row).returning(tables.Definition)).one())


def current(session: Session, code: str) -> Version:
    """The version in force.

    :raises NotFound: ``definition_not_found``.
    """
    return _one(session, _of(code).where(~tables.Definition.is_waiting))


def newest(session: Session, code: str) -> Version:
    """The newest version, one that waits included.

    :raises NotFound: ``definition_not_found``.
    """
    return _one(session, _of(code))


def newest_shipped(session: Session, code: str) -> Version:
    """The newest version that came with the product, in force or not.

    :raises NotFound: ``definition_not_found``.
    """
    return _one(session, _of(code).where(tables.Definition.origin == "shipped"))


def version_of(session: Session, code: str, version: int | None) -> Version:
    """This version; that in force for ``None``.

    :raises NotFound: ``definition_not_found``.
    """
    if version is None:
        return current(session, code)
    return _one(session, _of(code).where(tables.Definition.version == version))


def all_current(session: Session) -> list[Version]:
    """The version in force of each, by code."""
    return _distinct(session, ~tables.Definition.is_waiting)


def newest_versions(session: Session) -> dict[str, int]:
    """The number of the newest version of each, by code; of one that waits, too."""
    query = select(tables.Definition.code, func.max(tables.Definition.version)).group_by(tables.Definition.code)
    return {row[0]: row[1] for row in session.execute(query)}


def page_of_versions(session: Session, code: str, request: PageRequest) -> Page:
    """A definition's versions, the newest first."""
    number = tables.Definition.version
    query = select(tables.Definition).where(tables.Definition.code == code)
    page = fetch_page(session, query, request, sorts={"version": number}, default_sort="-version", key=number)
    return Page([_as_version(row) for row in page.items], page.next_cursor)


def of_versions(session: Session, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Definition]:
    """The definitions of these codes and versions; a database is asked for each once, as it never changes."""
    known = _known.setdefault(session.get_bind(), {})
    wanted = set(keys)
    if new := wanted - known.keys():
        query = select(tables.Definition).where(tuple_(tables.Definition.code, tables.Definition.version).in_(new))
        known.update({(row.code, row.version): _as_version(row).definition for row in session.scalars(query)})
    return {key: known[key] for key in wanted & known.keys()}


def digest_of(content: Mapping[str, Any]) -> str:
    """What two equal contents share."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _of(code: str) -> Select[tables.Definition]:
    query = select(tables.Definition).where(tables.Definition.code == code)
    return query.order_by(tables.Definition.version.desc()).limit(1)


def _one(session: Session, query: Select[tables.Definition]) -> Version:
    row = session.scalar(query)
    if row is None:
        raise NotFound("definition_not_found")
    return _as_version(row)


def _distinct(session: Session, condition: Any) -> list[Version]:
    """The newest of each that meets a condition, by code."""
    query = (
        select(tables.Definition)
        .where(condition)
        .ext(distinct_on(tables.Definition.code))
        .order_by(tables.Definition.code, tables.Definition.version.desc())
    )
    return [_as_version(row) for row in session.scalars(query)]


def _as_version(row: tables.Definition) -> Version:
    if row.digest not in _read:
        # A version that was published before the contract had some field holds no value for it: the field's default counts.
        schema = contract.Definition()
        content = schema.dump(schema.load(row.content))
        _read[row.digest] = read_definition(content), content
    definition, content = _read[row.digest]
    return Version(
        row.version, definition, content, row.published_at, row.origin, row.is_waiting, row.published_by_name, row.note
    )
