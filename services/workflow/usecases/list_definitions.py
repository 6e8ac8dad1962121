"""List the process definitions, each in the version in force."""

from typing import Any

from services.contracts.workflow_definitions import Definition
from services.kit.caller import Caller
from services.kit.schema import load
from services.kit.unit_of_work import Begin
from services.workflow.store.definitions import Version, all_current, newest_versions
from services.workflow.usecases.publish_definitions import ensure_published


def list_definitions(begin: Begin, *, startable: bool | None) -> list[dict[str, Any]]:
    """By code.

    :param startable: only those that the caller may start, or may not; ``None`` for all.
    """
    ensure_published(begin)
    with begin() as work:
        newest = newest_versions(work.session)
        shown = [shown_definition(version, work.caller, newest) for version in all_current(work.session)]
    return [definition for definition in shown if startable is None or definition["startable"] == startable]


def shown_definition(version: Version, caller: Caller, newest: dict[str, int], in_force: int | None = None) -> dict[str, Any]:
    """A definition with its version, as the contract's ``ShownDefinition``.

    :param newest: the numbers of the newest versions, by code: above that in force, one waits.
    :param in_force: the number of the version in force, where this may be another one.
    """
    latest, current = newest[version.definition.code], in_force or version.version
    return {
        **load(Definition, version.content),
        "version": version.version,
        "published_at": version.published_at,
        "origin": version.origin,
        "published_by_name": version.published_by_name,
        "note": version.note,
        "is_in_force": version.version == current,
        "waiting_version": latest if latest > current else None,
        "startable": caller.has_role(*version.definition.starters),
    }
