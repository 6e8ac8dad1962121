"""Copy a department of the gateway's: who leads it gets what is for its lead."""

from services.contracts.gateway import DepartmentChanged
from services.kit.envelope import Event
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin
from services.notify.store.people import keep_department


def copy_department(begin: Begin, event: Event) -> None:
    """The department as the event says, unless a newer one has been heard."""
    department = load_told(DepartmentChanged, event.data)
    for said in ("name", "closed"):
        department.pop(said)
    with begin(consuming=event) as work:
        keep_department(work.session, {**department, "version": event.aggregate_version})
