"""Keep a copy of one of the gateway's departments."""

from services.contracts.gateway import DepartmentChanged
from services.kit.copies import keep_newer
from services.kit.envelope import Event
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin
from services.workflow.store.tables import Department


def copy_department(begin: Begin, event: Event) -> None:
    """The department as the event says, unless a newer one has been heard."""
    department = load_told(DepartmentChanged, event.data)
    department.pop("closed")  # nobody stands there, and what was done there stays
    with begin(consuming=event) as work:
        keep_newer(work.session, Department, {**department, "version": event.aggregate_version})
