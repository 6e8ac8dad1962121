"""List the caller's drafts: what was begun and not sent."""

from typing import Any

from services.kit.unit_of_work import Begin
from services.workflow.domain.definitions import Definition
from services.workflow.store.definitions import all_current
from services.workflow.store.drafts import list_own


def list_drafts(begin: Begin) -> list[dict[str, Any]]:
    """Rows as the contract's ``DraftRow``, the newest first."""
    with begin() as work:
        rows = list_own(work.session, work.caller)
        known = {version.definition.code: version.definition for version in all_current(work.session)} if rows else {}
    return [{**row, **_names(known.get(row["code"]))} for row in rows]


def _names(definition: Definition | None) -> dict[str, str | None]:
    if definition is None:
        return {"name_zh": None, "name_en": None}
    return {"name_zh": definition.name_zh, "name_en": definition.name_en}
