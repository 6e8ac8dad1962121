"""Copy a department of the company's: whose lead takes over what a leaver leaves."""

from services.contracts.gateway import DepartmentChanged
from services.customer.store.people import keep_department, lock_people
from services.customer.usecases.hand_over_leavers import hand_over_leavers
from services.kit.envelope import Event
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin


def copy_department(begin: Begin, event: Event) -> None:
    """The department as the event says, unless a newer one has been heard."""
    department = load_told(DepartmentChanged, event.data)
    department.pop("closed")  # nobody stands there, and what was done there stays
    with begin(consuming=event) as work:
        lock_people(work.session)
        if keep_department(work.session, department, event.aggregate_version):
            hand_over_leavers(work)
