"""Count processes by kind, for the menus."""

from typing import Any

from services.kit.unit_of_work import Begin
from services.workflow.store.definitions import all_current
from services.workflow.store.lists import Count, Reader, counts_by_code
from services.workflow.usecases.publish_definitions import ensure_published


def count_processes(begin: Begin, *, box: str) -> dict[str, Any]:
    """One line a definition, also for those with none."""
    ensure_published(begin)
    with begin() as work:
        counts = counts_by_code(work.session, Reader(work.caller, work.now, work.today), box)
        definitions = [version.definition for version in all_current(work.session)]
    items = [
        {
            "code": definition.code,
            "name_zh": definition.name_zh,
            "name_en": definition.name_en,
            **vars(counts.get(definition.code, Count(0))),
        }
        for definition in definitions
    ]
    totals = {f"total_{name}": sum(item[name] for item in items) for name in ("overdue", "unread")}
    return {"box": box, "total": sum(item["count"] for item in items), **totals, "items": items}
