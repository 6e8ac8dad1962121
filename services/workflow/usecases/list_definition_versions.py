"""List a definition's versions: who published each, when and why, and how many processes stay on it."""

from typing import Any

from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin
from services.workflow.store.definitions import Version, current, page_of_versions
from services.workflow.store.statistics import processes_by_version
from services.workflow.usecases.publish_definitions import ensure_published


def list_definition_versions(begin: Begin, code: str, *, page_size: int, sort: str, cursor: str) -> Page:
    """The newest first. All processes count, also those that the caller may not see: they are figures, and name nobody.

    :raises NotFound: ``definition_not_found``.
    """
    ensure_published(begin)
    with begin() as work:
        in_force = current(work.session, code).version
        page = page_of_versions(work.session, code, PageRequest(page_size, sort, cursor))
        counts = processes_by_version(work.session, code)
    return Page([_row(version, in_force, counts) for version in page.items], page.next_cursor)


def _row(version: Version, in_force: int, counts: dict[int, tuple[int, int]]) -> dict[str, Any]:
    running, processes = counts.get(version.version, (0, 0))
    return {
        "version": version.version,
        "origin": version.origin,
        "is_in_force": version.version == in_force,
        "is_waiting": version.is_waiting and version.version > in_force,
        "published_at": version.published_at,
        "published_by_name": version.published_by_name,
        "note": version.note,
        "running": running,
        "processes": processes,
    }
