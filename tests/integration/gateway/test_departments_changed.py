"""The company's departments on a real database: added, renamed, moved, closed."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from gateway.identity.usecases.add_department import add_department
from gateway.identity.usecases.add_user import add_user
from gateway.identity.usecases.change_department import change_department
from gateway.identity.usecases.change_user import change_user
from gateway.identity.usecases.list_departments import list_departments
from gateway.identity.usecases.seed_people import Seeded
from services.kit.errors import Conflict, InvalidInput
from services.kit.tables import outbox
from services.kit.unit_of_work import Begin
from tests.integration.gateway.company import PASSWORD

NEWCOMER: dict[str, Any] = {"name": "王芳", "email": None, "roles": ["sales"], "password": PASSWORD, "is_service": False}


def _last_told(begin: Begin) -> dict[str, Any]:
    query = select(outbox.c.envelope).where(outbox.c.type == "department_changed").order_by(outbox.c.position.desc()).limit(1)
    with begin() as work:
        told: dict[str, Any] = work.session.scalars(query).one()["data"]
        return told


def test_a_department_is_closed_once_nobody_stands_in_it_and_keeps_its_history(begin: Begin, people: Seeded) -> None:
    above = add_department(begin, name="华南", parent_id=None, lead_id=None)["id"]
    below = add_department(begin, name="深圳", parent_id=above, lead_id=None)["id"]
    person = add_user(begin, **NEWCOMER, login="zhou.min", department_id=below)["id"]

    def close(department_id: Any) -> dict[str, Any]:
        return change_department(begin, department_id, {"closed": True})

    with pytest.raises(Conflict, match="department_has_departments"):
        close(above)
    with pytest.raises(Conflict, match="department_has_people") as refused:
        close(below)
    assert refused.value.params == {"count": 1}
    change_user(begin, person, {"department_id": people.departments["销售一部"]})
    assert close(below)["closed"]
    assert close(above)["closed"]
    assert _last_told(begin)["closed"]
    closed = {row["id"]: row["closed"] for row in list_departments(begin)}
    assert (closed[above], closed[below], closed[people.departments["销售一部"]]) == (True, True, False)


def test_nobody_comes_to_stand_in_or_below_a_closed_department(begin: Begin, people: Seeded) -> None:
    closed = add_department(begin, name="华北", parent_id=None, lead_id=None)["id"]
    leaver = add_user(begin, **NEWCOMER, login="wu.gang", department_id=closed)["id"]
    change_user(begin, leaver, {"active": False})
    change_department(begin, closed, {"closed": True})
    changes: tuple[Callable[[], Any], ...] = (
        lambda: add_user(begin, **NEWCOMER, login="xu.li", department_id=closed),
        lambda: change_user(begin, people.users["sales"], {"department_id": closed}),
        lambda: change_user(begin, leaver, {"active": True}),
        lambda: add_department(begin, name="北京", parent_id=closed, lead_id=None),
    )
    for change in changes:
        with pytest.raises(InvalidInput, match="no_such_department"):
            change()
    with pytest.raises(Conflict, match="department_above_closed"):
        change_department(begin, people.departments["销售一部"], {"parent_id": closed})
    assert change_user(begin, leaver, {"name": "吴刚"})["department_id"] == closed, "what was so stays so"
    assert not change_department(begin, closed, {"closed": False})["closed"]
    assert change_user(begin, leaver, {"active": True})["active"]


def test_of_closing_a_department_and_coming_into_it_at_the_same_moment_one_is_refused(begin: Begin, people: Seeded) -> None:
    for attempt in range(5):
        department = add_department(begin, name=f"一时 {attempt}", parent_id=None, lead_id=None)["id"]
        outcomes: list[str] = []
        together = threading.Barrier(2)

        def close(department_id: Any = department, outcomes: list[str] = outcomes, at: Any = together) -> None:
            at.wait()
            try:
                change_department(begin, department_id, {"closed": True})
                outcomes.append("closed")
            except Conflict as refusal:
                outcomes.append(refusal.code)

        def come(department_id: Any = department, outcomes: list[str] = outcomes, at: Any = together) -> None:
            at.wait()
            try:
                change_user(begin, people.users["sales"], {"department_id": department_id})
                outcomes.append("came")
            except InvalidInput:
                outcomes.append("refused")

        threads = [threading.Thread(target=close), threading.Thread(target=come)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) in (["came", "department_has_people"], ["closed", "refused"])
        change_user(begin, people.users["sales"], {"department_id": people.departments["销售一部"]})


def test_departments_make_no_circle(begin: Begin, people: Seeded) -> None:
    top, first = people.departments["销售事业部"], people.departments["销售一部"]
    with pytest.raises(Conflict, match="department_circle"):
        change_department(begin, top, {"parent_id": first})
    with pytest.raises(Conflict, match="department_circle"):
        change_department(begin, top, {"parent_id": top})
    moved = change_department(begin, first, {"parent_id": None, "name": "直销部"})
    assert (moved["parent_id"], moved["version"]) == (None, 2)


def test_two_moves_at_the_same_moment_make_no_circle(begin: Begin, people: Seeded) -> None:
    one = add_department(begin, name="甲", parent_id=None, lead_id=None)["id"]
    other = add_department(begin, name="乙", parent_id=None, lead_id=None)["id"]
    outcomes: list[str] = []

    def move(department_id: Any, parent_id: Any) -> None:
        try:
            change_department(begin, department_id, {"parent_id": parent_id})
            outcomes.append("moved")
        except Conflict as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=move, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["department_circle", "moved"]


def test_a_departments_name_is_taken_once_under_one_parent(begin: Begin, people: Seeded) -> None:
    with pytest.raises(Conflict, match="department_name_taken"):
        add_department(begin, name="销售事业部", parent_id=None, lead_id=None)
    add_department(begin, name="销售事业部", parent_id=people.departments["销售一部"], lead_id=people.users["sales"])
    assert _last_told(begin)["lead_id"] == str(people.users["sales"])
