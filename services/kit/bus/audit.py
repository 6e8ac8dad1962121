"""The call about the audit trail that every service answers."""

from typing import Any

from services.kit.audit_trail import AuditEntryPage, AuditQuery, list_audit_entries
from services.kit.bus.rpc import rpc
from services.kit.schema import dump, load
from services.kit.unit_of_work import Begin


class AuditCalls:
    """Mixed into every service class. Whoever may read the trail reads all of it: the gateway has a permission for it."""

    begin: Begin

    @rpc
    def list_audit_entries(self, query: dict[str, Any]) -> Any:
        return dump(AuditEntryPage, list_audit_entries(self.begin, **load(AuditQuery, query)))
