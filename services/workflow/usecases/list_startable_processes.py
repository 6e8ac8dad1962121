"""List the processes that the caller may start, and those of them that nobody could handle (spec, gateway.md, "Console")."""

from typing import Any
from uuid import UUID

from services.contracts.startable import reason_of
from services.contracts.workflow_definitions import CATALOGUE
from services.kit.caller import Caller
from services.kit.unit_of_work import Begin
from services.workflow.domain.acting import nobody_holds
from services.workflow.domain.definitions import Definition, Node
from services.workflow.domain.seats import Handler
from services.workflow.store.definitions import all_current
from services.workflow.store.directory import Initiator, administrators, unheld_nodes
from services.workflow.usecases.publish_definitions import ensure_published


def list_startable_processes(begin: Begin) -> dict[str, Any]:
    """
    :returns: as ``OfferedProcesses``. Those that the caller's roles do not start are not among them.
    """
    ensure_published(begin)
    with begin() as work:
        current = {version.definition.code: version.definition for version in all_current(work.session)}
        offered = [current[code] for code in CATALOGUE if code in current and work.caller.has_role(*current[code].starters)]
        unheld = unheld_nodes(work.session, offered, _initiator(work.caller)) if offered else {}
        who_can_help = "、".join(administrators(work.session)) if unheld else ""
        return {"items": [_offered(each, unheld.get(each.code), who_can_help) for each in offered]}


def _offered(definition: Definition, unheld: Node | None, who_can_help: str) -> dict[str, Any]:
    reasons = []
    if unheld is not None:
        refusal = nobody_holds(unheld)
        refusal.params["administrators"] = who_can_help
        reasons = [reason_of(refusal)]
    names = ("code", "name_zh", "name_en", "subject_type", "owners")
    return {**{name: getattr(definition, name) for name in names}, "reasons": reasons}


def _initiator(caller: Caller) -> Initiator:
    department_id = UUID(caller.department_id) if caller.department_id else None
    return Initiator(Handler(caller.user_id, caller.name, "initiator"), department_id)
