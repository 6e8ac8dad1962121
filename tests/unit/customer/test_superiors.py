"""People's superiors (spec, customer.md, "Daily sweep": "tell owner and superior")."""

from uuid import UUID

import pytest

from services.customer.domain.superiors import Place, department_of_superior

DIVISION, EAST, SHANGHAI = UUID(int=1), UUID(int=2), UUID(int=3)
DIRECTOR, LEAD, SALES = UUID(int=11), UUID(int=12), UUID(int=13)
PLACES = {DIVISION: Place(None, DIRECTOR), EAST: Place(DIVISION, LEAD), SHANGHAI: Place(EAST, None)}


@pytest.mark.parametrize(
    ("owner", "department", "superiors"),
    [
        pytest.param(SALES, EAST, EAST, id="a salesperson's is the lead of the department"),
        pytest.param(SALES, SHANGHAI, EAST, id="the next above where the department has no lead"),
        pytest.param(LEAD, EAST, DIVISION, id="a lead's is not the lead but who leads above"),
        pytest.param(LEAD, SHANGHAI, DIVISION, id="also for one who stands below the department led"),
        pytest.param(DIRECTOR, DIVISION, None, id="nobody is above who leads all"),
        pytest.param(SALES, None, None, id="who has no department has no superior"),
        pytest.param(SALES, UUID(int=99), None, id="of a department that was not heard of nothing is known"),
    ],
)
def test_the_superior_is_the_nearest_lead_who_is_somebody_else(
    owner: UUID, department: UUID | None, superiors: UUID | None
) -> None:
    assert department_of_superior(PLACES, owner, department) == superiors


def test_departments_in_a_circle_have_an_end() -> None:
    circle = {EAST: Place(SHANGHAI, LEAD), SHANGHAI: Place(EAST, None)}
    assert department_of_superior(circle, LEAD, EAST) is None
