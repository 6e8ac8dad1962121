"""Count processes by kind, for the menus."""

from typing import Any

from services.kit.unit_of_work import Begin
from services.workflow.store.definitions import all_current
from services.workflow.store.lists import counts_by_code
from services.workflow.usecases.publish_definitions import ensure_published


def count_processes(begin: Begin, *, box: str) -> dict[str, Any]:
    """One line a definition, also for those with none."""
    ensure_published(begin)
    with begin() as work:
        counts = counts_by_code(work.session, work.caller, work.today, box)
        definitions = [version.definition for version in all_current(work.session)]
    items = [
        {
            "code": definition.code,
            "name_zh": definition.name_zh,
            "name_en": definition.name_en,
            "count": counts.get(definition.code, 0),
        }
        for definition in definitions
    ]
    return {"box": box, "total": sum(counts.values()), "items": items}
