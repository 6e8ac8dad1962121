"""List processes: to do, done, started by me, or all that I may see."""

from typing import Any
from uuid import UUID

from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin
from services.workflow.domain.definitions import Definition
from services.workflow.store.definitions import of_versions
from services.workflow.store.lists import ProcessFilter, page_of_box, page_of_todo
from services.workflow.store.tasks import names_waited_for
from services.workflow.usecases.snapshots import initiator_of, node_snapshot, subject_of


def list_processes(begin: Begin, *, box: str, page_size: int, sort: str, cursor: str, **wanted: Any) -> Page:
    """A page of rows, as the contract's ``ProcessRow``.

    :param wanted: as :class:`ProcessFilter`.
    """
    with begin() as work:
        request = PageRequest(page_size, sort, cursor)
        if box == "todo":
            page = page_of_todo(work.session, work.caller, ProcessFilter(**wanted), request)
        else:
            page = page_of_box(work.session, work.caller, work.today, box, ProcessFilter(**wanted), request)
        processes = [row.Process for row in page.items]
        names = of_versions(work.session, [(process.code, process.definition_version) for process in processes])
        waiting = names_waited_for(work.session, [process.id for process in processes])
        return Page([_row(row, names, waiting) for row in page.items], page.next_cursor)


def _row(row: Any, names: dict[tuple[str, int], Definition], waiting: dict[UUID, list[str]]) -> dict[str, Any]:
    process = row.Process
    definition = names[process.code, process.definition_version]
    return {
        "id": process.id,
        "code": process.code,
        "name_zh": definition.name_zh,
        "name_en": definition.name_en,
        "title": process.title,
        "subject": subject_of(process),
        "customer_id": process.customer_id,
        "customer_name": process.customer_name,
        "initiator": initiator_of(process),
        "state": process.state,
        "node": process.node and node_snapshot(definition.node(process.node)),
        "waiting_for": waiting.get(process.id, []),
        "task_id": row.task_id,
        "waiting_since": row.opened_at,
        "effect": process.effect,
        "started_at": process.started_at,
        "changed_at": process.changed_at,
        "ended_at": process.ended_at,
    }
