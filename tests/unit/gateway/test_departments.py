"""Who leads what."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.identity.domain.departments import (
    Department,
    departments_led,
    makes_circle,
    nearest_lead_of,
    tree_of,
    with_those_below,
)


def _id(number: int) -> UUID:
    return UUID(int=number)


TOP, EAST, EAST_ONE, WEST, ALONE = (_id(number) for number in range(1, 6))
DIRECTOR, LEAD, NOBODY = (_id(number) for number in range(101, 104))

TREE = tree_of(
    [
        Department(TOP, None, DIRECTOR),
        Department(EAST, TOP, LEAD),
        Department(EAST_ONE, EAST, None),
        Department(WEST, TOP, None),
        Department(ALONE, None, None),
    ]
)


@pytest.mark.parametrize(
    ("user", "led", "nearest"),
    [
        (DIRECTOR, {TOP, EAST, EAST_ONE, WEST}, {TOP, WEST}),
        (LEAD, {EAST, EAST_ONE}, {EAST, EAST_ONE}),
        (NOBODY, set(), set()),
    ],
    ids=["the director sees all below, and is nearest where no lead is", "a lead leads the teams below", "others lead nothing"],
)
def test_leads(user: UUID, led: set[UUID], nearest: set[UUID]) -> None:
    assert set(departments_led(TREE, user)) == led
    assert set(nearest_lead_of(TREE, user)) == nearest


@pytest.mark.parametrize(
    ("department", "parent", "circle"),
    [(TOP, EAST_ONE, True), (TOP, TOP, True), (EAST, WEST, False), (TOP, ALONE, False), (EAST, None, False)],
)
def test_a_department_never_stands_below_itself(department: UUID, parent: UUID | None, circle: bool) -> None:
    assert makes_circle(TREE, department, parent) is circle


_TREES = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 4)), min_size=1, max_size=12).map(
    lambda rows: tree_of(
        # A parent is an earlier row or none: no circles.
        Department(_id(number + 1), _id(parent) if 0 < parent <= number else None, _id(100 + lead) if lead else None)
        for number, (parent, lead) in enumerate(rows)
    )
)


@given(_TREES)
def test_every_department_has_at_most_one_nearest_lead_and_that_one_leads_it(tree: dict[UUID, Department]) -> None:
    leads = {each.lead_id for each in tree.values() if each.lead_id}
    for department in tree:
        nearest = [lead for lead in leads if department in nearest_lead_of(tree, lead)]
        leading = [lead for lead in leads if department in departments_led(tree, lead)]
        assert len(nearest) == (1 if leading else 0)
        assert set(nearest) <= set(leading)


@pytest.mark.parametrize(
    ("department", "below"),
    [(TOP, {TOP, EAST, EAST_ONE, WEST}), (EAST, {EAST, EAST_ONE}), (ALONE, {ALONE}), (_id(9), set())],
    ids=["all of a tree", "a branch", "one that has nothing below it", "one that there is not"],
)
def test_a_department_with_those_below_it(department: UUID, below: set[UUID]) -> None:
    assert set(with_those_below(TREE, department)) == below
