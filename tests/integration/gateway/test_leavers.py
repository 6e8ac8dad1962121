"""Leaving users hand their customers to someone (spec, gateway.md, "Identity and access"): whom, the gateway keeps and says."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import NullPool

from gateway.identity.store.tables import User
from gateway.identity.usecases.change_user import change_user
from gateway.identity.usecases.issue_token import issue_token
from gateway.identity.usecases.recognise import recognise_token
from gateway.identity.usecases.seed_people import Seeded
from gateway.identity.usecases.show_user import show_user
from services.contracts.gateway import EVENTS
from services.kit.envelope import Event
from services.kit.errors import InvalidInput
from services.kit.ids import new_id
from services.kit.migration import migrate
from services.kit.outbox import event_data
from services.kit.schema import load
from services.kit.tables import outbox
from services.kit.unit_of_work import Begin

LEAVES = {"active": False}


def _said(begin: Begin) -> dict[str, Any]:
    """What was last said of a user."""
    with begin() as work:
        query = select(outbox.c.envelope).where(outbox.c.type == "user_changed").order_by(outbox.c.position.desc()).limit(1)
        data: dict[str, Any] = work.session.scalars(query).one()["data"]
        return data


def test_a_leavers_successor_is_kept_and_said(begin: Begin, people: Seeded) -> None:
    successor_id = people.users["lead"]
    changed = change_user(begin, people.users["sales"], {**LEAVES, "successor_id": successor_id})
    assert changed["successor_id"] == successor_id
    said = _said(begin)
    assert (said["active"], said["successor_id"]) == (False, str(successor_id))


def test_a_successor_can_be_named_after_the_leaver_has_gone(begin: Begin, people: Seeded) -> None:
    change_user(begin, people.users["sales"], LEAVES)
    assert _said(begin)["successor_id"] is None
    change_user(begin, people.users["sales"], {**LEAVES, "successor_id": people.users["lead"]})
    change_user(begin, people.users["sales"], LEAVES)
    assert _said(begin)["successor_id"] == str(people.users["lead"])


@pytest.mark.parametrize(
    ("changes", "successor", "code"),
    [
        pytest.param({}, "lead", "only_for_leavers", id="of one who stays"),
        pytest.param({"active": True}, "lead", "only_for_leavers", id="of one who comes back"),
        pytest.param(LEAVES, "sales", "not_oneself", id="oneself"),
        pytest.param(LEAVES, "newcomer", "no_such_user", id="one who has left"),
        pytest.param(LEAVES, "platform", "no_such_user", id="another system"),
        pytest.param(LEAVES, "nobody", "no_such_user", id="nobody"),
    ],
)
def test_a_successor_who_cannot_take_over_is_refused_by_field(
    begin: Begin, people: Seeded, changes: dict[str, Any], successor: str, code: str
) -> None:
    change_user(begin, people.users["newcomer"], LEAVES)
    successor_id = people.users.get(successor, new_id())
    with pytest.raises(InvalidInput) as refused:
        change_user(begin, people.users["sales"], {**changes, "successor_id": successor_id})
    assert refused.value.fields == {"successor_id": [code]}


def test_who_comes_back_has_no_successor_any_more(begin: Begin, people: Seeded) -> None:
    change_user(begin, people.users["sales"], {**LEAVES, "successor_id": people.users["lead"]})
    change_user(begin, people.users["sales"], {"active": True})
    said = _said(begin)
    assert (said["active"], said["successor_id"]) == (True, None)


def test_another_systems_tokens_end_with_it(begin: Begin, people: Seeded) -> None:
    platform = people.users["platform"]
    issued = issue_token(begin, name="usage", user_id=platform, scopes=["a"], days=1, known_permissions=["a"])
    assert recognise_token(begin, issued["token"]) is not None
    change_user(begin, platform, LEAVES)
    assert recognise_token(begin, issued["token"]) is None
    change_user(begin, platform, {"active": True})
    assert recognise_token(begin, issued["token"]) is None, "a token that was revoked stays so"


def test_a_successor_who_leaves_passes_on_what_he_or_she_took_over(begin: Begin, people: Seeded) -> None:
    for leaver, successor in (("newcomer", "sales"), ("care", "sales"), ("sales", "lead")):
        change_user(begin, people.users[leaver], {**LEAVES, "successor_id": people.users[successor]})
    with begin() as work:
        query = select(User.login, User.successor_id, User.version).where(~User.active).order_by(User.login)
        took_over = people.users["lead"]
        assert work.session.execute(query).all() == [("care", took_over, 3), ("newcomer", took_over, 3), ("sales", took_over, 2)]
        said = work.session.scalars(select(outbox.c.envelope).where(outbox.c.type == "user_changed").order_by(outbox.c.position))
        last = {envelope["data"]["login"]: envelope["data"]["successor_id"] for envelope in said}
    assert {last[login] for login in ("care", "newcomer", "sales")} == {str(took_over)}


def test_what_a_successor_who_leaves_without_one_took_over_waits_for_whoever_is_named_later(begin: Begin, people: Seeded) -> None:
    change_user(begin, people.users["newcomer"], {**LEAVES, "successor_id": people.users["sales"]})
    change_user(begin, people.users["sales"], LEAVES)
    assert show_user(begin, people.users["newcomer"])["successor_id"] == people.users["sales"]
    change_user(begin, people.users["sales"], {**LEAVES, "successor_id": people.users["lead"]})
    assert show_user(begin, people.users["newcomer"])["successor_id"] == people.users["lead"]


@pytest.mark.parametrize(("has", "gets"), [("0001", "0002"), ("0002", "0003")], ids=["successors", "addresses"])
def test_an_older_installations_people_are_all_said_anew(fresh_database: Callable[[str], str], has: str, gets: str) -> None:
    url, department_id, user_id = fresh_database("gateway"), new_id(), new_id()
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    migrate("gateway", url, to=has)
    with engine.begin() as connection:
        _add_people(connection, department_id, user_id)
    migrate("gateway", url, to=gets)
    with engine.connect() as connection:
        rows = connection.execute(select(outbox).order_by(outbox.c.position)).all()
    events = {row.type: Event.from_wire(row.envelope) for row in rows}
    subjects = {row.type: row.subject for row in rows}
    assert subjects == {"department_changed": str(department_id), "user_changed": str(user_id)}
    assert [row.id for row in rows] == [event.id for event in events.values()]
    assert [(event.source, event.aggregate_version) for event in events.values()] == [("gateway", 2), ("gateway", 8)]
    said = {event_type: load(EVENTS[event_type].schema, event.data) for event_type, event in events.items()}
    assert event_data(EVENTS["department_changed"], said["department_changed"]) == {
        "id": str(department_id),
        "name": "销售一部",
        "parent_id": None,
        "lead_id": str(user_id),
        "closed": False,
    }
    assert event_data(EVENTS["user_changed"], said["user_changed"]) == {
        "id": str(user_id),
        "login": "zhang",
        "name": "张伟",
        "email": None,
        "department_id": str(department_id),
        "roles": ["sales", "sales_lead"],
        "active": True,
        "successor_id": None,
    }


def _add_people(connection: Any, department_id: UUID, user_id: UUID) -> None:
    connection.execute(text("INSERT INTO departments VALUES (:id, '销售一部', NULL, NULL, 1)"), {"id": department_id})
    connection.execute(
        text(
            "INSERT INTO users"
            " (id, login, name, department_id, roles, active, is_service, must_change_password, created_at, version)"
            " VALUES (:id, 'zhang', '张伟', :department_id, '{sales,sales_lead}', true, false, false, now(), 7)"
        ),
        {"id": user_id, "department_id": department_id},
    )
    connection.execute(text("UPDATE departments SET lead_id = :lead_id"), {"lead_id": user_id})
