"""Identity on a real database: sign-in, recognition, users, tokens."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, update

from gateway.identity import secrets
from gateway.identity.domain.throttle import BY_ADDRESS, BY_NAME
from gateway.identity.problems import Unauthenticated
from gateway.identity.secrets import hash_password
from gateway.identity.store.proofs import IDLE_LIFE
from gateway.identity.store.tables import Department, Session, SignInAttempt, User
from gateway.identity.usecases.add_user import add_user
from gateway.identity.usecases.begin_session import SESSION_LIFE, Browser
from gateway.identity.usecases.change_password import change_password
from gateway.identity.usecases.change_user import change_user
from gateway.identity.usecases.issue_token import issue_token
from gateway.identity.usecases.list_users import list_users
from gateway.identity.usecases.recognise import recognise_session, recognise_token
from gateway.identity.usecases.revoke_token import revoke_token
from gateway.identity.usecases.seed_people import DepartmentSeed, Seeded, UserSeed, seed_people
from gateway.identity.usecases.sign_in import sign_in
from gateway.identity.usecases.sign_out import sign_out
from services.kit.clock import utc_now
from services.kit.errors import ChangedMeanwhile, Conflict, InvalidInput, NotFound, TooMany
from services.kit.tables import audit_entries, outbox
from services.kit.unit_of_work import Begin
from tests.integration.gateway.company import PASSWORD, USERS
from tests.integration.gateway.passwords import AS_IT_SHOULD_BE


def _later(begin: Begin, by: timedelta) -> Begin:
    return replace(begin, context=replace(begin.context, as_of=utc_now() + by))


def _events(begin: Begin, event_type: str) -> list[dict[str, Any]]:
    with begin() as work:
        query = select(outbox.c.envelope).where(outbox.c.type == event_type).order_by(outbox.c.position)
        return [envelope["data"] for envelope in work.session.scalars(query)]


def test_a_session_carries_the_claims_of_its_user(begin: Begin, people: Seeded) -> None:
    signed_in = sign_in(begin, login=" Lead ", password=PASSWORD, browser=Browser("10.0.0.1"))
    recognised = recognise_session(begin, signed_in.token)
    assert recognised is not None
    caller = recognised.caller
    assert (caller.user_id, caller.name) == (str(people.users["lead"]), "李领导")
    assert caller.department_id == str(people.departments["销售一部"])
    assert caller.departments_led == (str(people.departments["销售一部"]),)
    assert caller.roles == {"sales_lead", "sales"}


def test_a_lead_of_a_parent_department_leads_those_below_but_is_nearest_only_where_nobody_else_is(
    begin: Begin, people: Seeded
) -> None:
    signed_in = sign_in(begin, login="director", password=PASSWORD, browser=Browser("10.0.0.1"))
    recognised = recognise_session(begin, signed_in.token)
    assert recognised is not None
    assert set(recognised.caller.departments_led) == {str(each) for each in people.departments.values()}
    assert set(recognised.caller.nearest_lead_of) == {str(people.departments[name]) for name in ("销售事业部", "销售二部")}


@pytest.mark.parametrize(
    ("login", "password"),
    [("sales", "wrong"), ("nobody", PASSWORD), ("platform", PASSWORD), ("platform", "")],
    ids=["wrong password", "no such user", "a service user", "a service user without a password"],
)
def test_wrong_credentials_are_refused_alike(begin: Begin, people: Seeded, login: str, password: str) -> None:
    with pytest.raises(Unauthenticated) as refusal:
        sign_in(begin, login=login, password=password, browser=Browser("10.0.0.1"))
    assert refusal.value.code == "wrong_credentials"


def test_a_session_ends_by_sign_out_and_by_time_however_busy(begin: Begin, people: Seeded) -> None:
    token = sign_in(begin, login="sales", password=PASSWORD, browser=Browser("10.0.0.1")).token
    for hours in range(1, int(SESSION_LIFE / timedelta(hours=1))):
        assert recognise_session(_later(begin, timedelta(hours=hours)), token) is not None
    assert recognise_session(_later(begin, SESSION_LIFE + timedelta(minutes=1)), token) is None
    sign_out(begin, token, address="10.0.0.1")
    assert recognise_session(begin, token) is None


def test_a_session_that_nobody_uses_ends_early(begin: Begin, people: Seeded) -> None:
    token = sign_in(begin, login="sales", password=PASSWORD, browser=Browser("10.0.0.1")).token
    assert recognise_session(_later(begin, IDLE_LIFE - timedelta(minutes=1)), token) is not None
    later = _later(begin, 2 * IDLE_LIFE - timedelta(minutes=2))
    assert recognise_session(later, token) is not None, "it was used meanwhile"
    assert recognise_session(_later(begin, 3 * IDLE_LIFE), token) is None
    # The next sign-in clears it away.
    sign_in(_later(begin, 3 * IDLE_LIFE), login="lead", password=PASSWORD, browser=Browser("10.0.0.1"))
    with begin() as work:
        assert work.session.scalars(select(Session.user_id)).all() == [people.users["lead"]]


def test_secrets_are_not_in_the_database(begin: Begin, people: Seeded) -> None:
    token = sign_in(begin, login="sales", password=PASSWORD, browser=Browser("10.0.0.1")).token
    with begin() as work:
        stored = work.session.scalars(select(Session)).one()
        assert token not in (stored.token_hash, stored.csrf_token)
        hashes = work.session.scalars(select(User.password_hash).where(User.password_hash.is_not(None))).all()
        assert all(each is not None and each.startswith("$argon2id$") for each in hashes)


def test_failures_throttle_a_name_until_they_are_old(begin: Begin, people: Seeded) -> None:
    with begin() as work:
        for number in range(BY_NAME.failures_max):
            work.session.add(_failure(work.new_id(), "sales", f"10.0.1.{number}", utc_now() - timedelta(seconds=number)))
    with pytest.raises(TooMany) as refusal:
        sign_in(begin, login="sales", password=PASSWORD, browser=Browser("10.0.0.1"))
    assert 0 < refusal.value.params["seconds"] <= BY_NAME.window.total_seconds()
    sign_in(begin, login="lead", password=PASSWORD, browser=Browser("10.0.0.1"))
    sign_in(_later(begin, BY_NAME.window), login="sales", password=PASSWORD, browser=Browser("10.0.0.1"))


def test_failures_throttle_an_address_over_all_names(begin: Begin, people: Seeded) -> None:
    with begin() as work:
        for number in range(BY_ADDRESS.failures_max):
            work.session.add(_failure(work.new_id(), f"name{number}", "10.0.0.66", utc_now()))
    with pytest.raises(TooMany):
        sign_in(begin, login="sales", password=PASSWORD, browser=Browser("10.0.0.66"))
    sign_in(begin, login="sales", password=PASSWORD, browser=Browser("10.0.0.1"))


def test_a_success_forgets_the_failures_before_it(begin: Begin, people: Seeded) -> None:
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            sign_in(begin, login="sales", password="wrong", browser=Browser("10.0.0.1"))
    sign_in(begin, login="sales", password=PASSWORD, browser=Browser("10.0.0.1"))
    with begin() as work:
        assert work.session.scalar(select(func.count()).select_from(SignInAttempt)) == 0


def test_guesses_at_the_same_moment_do_not_pass_the_throttle(begin: Begin, people: Seeded) -> None:
    outcomes: list[str] = []

    def guess() -> None:
        try:
            sign_in(begin, login="nobody", password="guess", browser=Browser("10.0.0.1"))
        except (TooMany, Unauthenticated) as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=guess) for _ in range(BY_NAME.failures_max + 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("wrong_credentials") == BY_NAME.failures_max
    assert outcomes.count("too_many_sign_ins") == 4


def test_changing_ones_password_ends_the_other_sessions(begin: Begin, people: Seeded) -> None:
    here = sign_in(begin, login="newcomer", password=PASSWORD, browser=Browser("10.0.0.1")).token
    elsewhere = sign_in(begin, login="newcomer", password=PASSWORD, browser=Browser("10.0.0.2")).token
    recognised = recognise_session(begin, here)
    assert recognised is not None
    assert recognised.must_change_password
    user_id = people.users["newcomer"]
    with pytest.raises(InvalidInput, match="wrong_password"):
        change_password(begin, user_id, here, current_password="no", new_password="another horse", address="10.0.0.1")
    with pytest.raises(InvalidInput, match="password_unchanged"):
        change_password(begin, user_id, here, current_password=PASSWORD, new_password=PASSWORD, address="10.0.0.1")
    change_password(begin, user_id, here, current_password=PASSWORD, new_password="another horse", address="10.0.0.1")
    recognised = recognise_session(begin, here)
    assert recognised is not None
    assert not recognised.must_change_password
    assert recognise_session(begin, elsewhere) is None
    sign_in(begin, login="newcomer", password="another horse", browser=Browser("10.0.0.1"))


def test_whoever_guesses_at_an_open_screen_is_told_to_wait(begin: Begin, people: Seeded) -> None:
    here = sign_in(begin, login="sales", password=PASSWORD, browser=Browser("10.0.0.1")).token
    user_id, guess = people.users["sales"], {"new_password": "another horse", "address": "10.0.0.1"}
    for number in range(BY_NAME.failures_max):
        with pytest.raises(InvalidInput, match="wrong_password"):
            change_password(begin, user_id, here, current_password=f"guess {number}", **guess)
    with pytest.raises(TooMany):
        change_password(begin, user_id, here, current_password=PASSWORD, **guess)
    change_password(_later(begin, BY_NAME.window), user_id, here, current_password=PASSWORD, **guess)


def test_a_new_user_is_told_to_the_services_and_must_change_the_password(begin: Begin, people: Seeded) -> None:
    added = add_user(begin, **_person("Wang.Fang", department_id=people.departments["销售二部"]))
    assert added["login"] == "wang.fang"
    assert added["must_change_password"]
    assert added["department_name"] == "销售二部"
    assert _events(begin, "user_changed")[-1] == {
        "id": str(added["id"]),
        "login": "wang.fang",
        "name": "王芳",
        "email": "wang.fang@example.com",
        "department_id": str(people.departments["销售二部"]),
        "roles": ["sales"],
        "active": True,
        "successor_id": None,
    }


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"password": None}, "password", "required"),
        ({"password": "wang.fang"}, "password", "same_as_login"),
        ({"roles": []}, "roles", "role_required"),
        ({"is_service": True}, "password", "unknown"),
        ({"department_id": "01890000-0000-7000-8000-000000000000"}, "department_id", "no_such_department"),
    ],
)
def test_a_user_who_cannot_be_is_refused(begin: Begin, people: Seeded, changes: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        add_user(begin, **{**_person("wang.fang"), **changes})
    assert refusal.value.fields == {field: [code]}


def test_a_login_is_taken_once_whatever_its_case(begin: Begin, people: Seeded) -> None:
    with pytest.raises(Conflict) as refusal:
        add_user(begin, **_person("SALES"))
    assert refusal.value.code == "login_taken"


def test_a_leaver_is_out_at_once(begin: Begin, people: Seeded) -> None:
    token = sign_in(begin, login="sales", password=PASSWORD, browser=Browser("10.0.0.1")).token
    change_user(begin, people.users["sales"], {"active": False})
    assert recognise_session(begin, token) is None
    with pytest.raises(Unauthenticated):
        sign_in(begin, login="sales", password=PASSWORD, browser=Browser("10.0.0.1"))
    assert _events(begin, "user_changed")[-1]["active"] is False
    with begin() as work:
        query = select(audit_entries.c.before, audit_entries.c.after).where(audit_entries.c.action == "user_changed")
        assert work.session.execute(query).all() == [({"active": True}, {"active": False})]


def test_a_lead_who_left_leads_no_more(begin: Begin, people: Seeded) -> None:
    change_user(begin, people.users["lead"], {"active": False})
    token = sign_in(begin, login="director", password=PASSWORD, browser=Browser("10.0.0.1")).token
    recognised = recognise_session(begin, token)
    assert recognised is not None
    assert str(people.departments["销售一部"]) in recognised.caller.nearest_lead_of


def test_the_last_administrator_stays(begin: Begin, people: Seeded) -> None:
    for changes in ({"active": False}, {"roles": ["sales"]}):
        with pytest.raises(Conflict) as refusal:
            change_user(begin, people.users["admin"], changes)
        assert refusal.value.code == "last_administrator"
    change_user(begin, people.users["sales"], {"roles": ["admin"]})
    change_user(begin, people.users["admin"], {"active": False})


def test_two_administrators_cannot_dismiss_each_other_at_the_same_moment(begin: Begin, people: Seeded) -> None:
    change_user(begin, people.users["sales"], {"roles": ["admin"]})
    outcomes: list[str] = []

    def dismiss(login: str) -> None:
        try:
            change_user(begin, people.users[login], {"active": False})
            outcomes.append("gone")
        except Conflict as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=dismiss, args=(login,)) for login in ("admin", "sales")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["gone", "last_administrator"]


def test_a_change_of_what_somebody_else_changed_is_refused(begin: Begin, people: Seeded) -> None:
    user_id = people.users["sales"]
    changed = change_user(begin, user_id, {"name": "张三"}, expected_version=1)
    assert changed["version"] == 2
    with pytest.raises(ChangedMeanwhile) as refusal:
        change_user(begin, user_id, {"name": "李四"}, expected_version=1)
    assert refusal.value.params == {"version": 2}


def test_users_are_found_by_part_of_their_name_by_role_and_by_department(begin: Begin, people: Seeded) -> None:
    def logins(**filters: Any) -> list[str]:
        asked = {"text": "", "department_id": None, "role": None, "active": None, "page_size": 50, "sort": "", "cursor": ""}
        page = list_users(begin, **{**asked, **filters})
        return sorted(user["login"] for user in page.items)

    assert logins(text="伟") == ["sales"]
    assert logins(role="sales") == ["lead", "newcomer", "sales"]
    assert logins(department_id=people.departments["销售一部"]) == ["lead", "sales"]
    assert len(logins()) == len(USERS)


def test_a_token_does_what_its_scopes_say_until_it_is_revoked_or_expires(begin: Begin, people: Seeded) -> None:
    issued = _token(begin, people, scopes=["usage.write"])
    recognised = recognise_token(begin, issued["token"])
    assert recognised is not None
    assert recognised.caller.scopes == {"usage.write"}
    assert recognised.by_token
    assert recognise_token(_later(begin, timedelta(days=91)), issued["token"]) is None
    revoke_token(begin, issued["id"])
    assert recognise_token(begin, issued["token"]) is None


def test_tokens_are_for_service_users_and_for_permissions_that_exist(begin: Begin, people: Seeded) -> None:
    with pytest.raises(Conflict, match="user_is_no_service"):
        issue_token(begin, name="t", user_id=people.users["sales"], scopes=["a"], days=1, known_permissions=["a"])
    with pytest.raises(InvalidInput, match=r"no_such_permission\|b"):
        issue_token(begin, name="t", user_id=people.users["platform"], scopes=["b"], days=1, known_permissions=["a"])
    with pytest.raises(NotFound):
        revoke_token(begin, people.users["sales"])


def test_seeding_again_changes_nothing(begin: Begin, people: Seeded) -> None:
    change_user(begin, people.users["sales"], {"name": "改名"})
    departments = [DepartmentSeed("销售事业部", lead="sales"), DepartmentSeed("新部门", parent="销售事业部", lead="late")]
    users = [UserSeed("sales", "张伟", "", ["admin"], "other password"), UserSeed("late", "后来", "新部门", ["sales"], PASSWORD)]
    again = seed_people(begin, departments, users)
    assert again.users["sales"] == people.users["sales"]
    with begin() as work:
        sales = work.session.get(User, people.users["sales"])
        top = work.session.get(Department, people.departments["销售事业部"])
        new = work.session.get(Department, again.departments["新部门"])
    assert sales is not None
    assert (sales.name, sales.roles) == ("改名", ["sales"])
    assert top is not None
    assert top.lead_id == people.users["director"]
    assert new is not None
    assert new.lead_id == again.users["late"]


def test_a_hash_of_weaker_days_is_renewed_at_sign_in(begin: Begin, people: Seeded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_HASHER", AS_IT_SHOULD_BE)
    weak = PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD)
    with begin() as work:
        work.session.execute(update(User).where(User.login == "sales").values(password_hash=weak))
    sign_in(begin, login="sales", password=PASSWORD, browser=Browser("10.0.0.1"))
    with begin() as work:
        stored = work.session.scalar(select(User.password_hash).where(User.login == "sales"))
    assert stored is not None
    assert stored.split("$")[3] == hash_password(PASSWORD).split("$")[3] == "m=65536,t=3,p=4", "as RFC 9106 asks for"


def _person(login: str, **changes: Any) -> dict[str, Any]:
    person = {
        "login": login,
        "name": "王芳",
        "email": "wang.fang@example.com",
        "department_id": None,
        "roles": ["sales"],
        "password": PASSWORD,
        "is_service": False,
    }
    return {**person, **changes}


def _token(begin: Begin, people: Seeded, scopes: list[str]) -> dict[str, Any]:
    user_id = people.users["platform"]
    return issue_token(begin, name="usage", user_id=user_id, scopes=scopes, days=90, known_permissions=scopes)


def _failure(attempt_id: Any, login: str, address: str, at: Any) -> SignInAttempt:
    return SignInAttempt(id=attempt_id, login=login, address=address, at=at)
