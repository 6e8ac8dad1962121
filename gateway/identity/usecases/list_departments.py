"""List the company's departments."""

from typing import Any

from gateway.identity.store.people import department_rows
from gateway.identity.usecases.snapshots import department_shown
from services.kit.unit_of_work import Begin


def list_departments(begin: Begin) -> list[dict[str, Any]]:
    """All of them: a company's tree is shown whole."""
    with begin() as work:
        return [department_shown(row.Department, row.lead_name) for row in department_rows(work.session)]
