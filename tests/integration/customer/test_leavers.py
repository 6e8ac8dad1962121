"""Leaving users hand their customers to someone (spec, gateway.md), and none stays behind, whatever is heard first."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from services.customer.store.tables import CompanyDepartment, Customer, CustomerSearch, TierMove, User
from services.customer.usecases.copy_user import copy_user
from services.customer.usecases.release_customer import release_customer
from services.customer.usecases.show_customer import show_customer
from services.kit.caller import Caller
from services.kit.errors import Conflict, NotFound
from services.kit.ids import new_id
from services.kit.tables import audit_entries
from tests.integration.customer.office import EAST, WEST, Office, Running, outcomes_of, person

MANY = 5_000
DIVISION = new_id()


def _owners(office: Office) -> Counter[str | None]:
    with office.database.session() as session:
        return Counter(session.scalars(select(Customer.owner_name)))


def _copy(office: Office, table: type[Any], key: Any) -> Any:
    with office.database.session() as session:
        return session.get_one(table, UUID(str(key)))


# Copies of the people


def test_of_the_people_everything_is_copied_and_an_older_fact_overwrites_nothing(office: Office) -> None:
    older = office.hear_user(office.zhang, name="张小伟", roles=["sales"])
    office.hear_user(office.zhang, roles=["sales", "sales_lead"])
    copy_user(office.begin(office.admin, consumer="on_user_changed"), replace(older, id=new_id()))
    user = _copy(office, User, office.zhang.user_id)
    assert (user.login, user.name, str(user.department_id), user.roles, user.active, user.successor_id) == (
        "张伟",
        "张伟",
        office.zhang.department_id,
        ["sales", "sales_lead"],
        True,
        None,
    )
    office.hear_department(DIVISION)
    office.hear_department(EAST, lead=office.lead, parent_id=DIVISION)
    department = _copy(office, CompanyDepartment, EAST)
    assert (department.parent_id, str(department.lead_id)) == (DIVISION, office.lead.user_id)


def test_an_event_of_an_older_gateway_names_no_successor_and_is_copied_all_the_same(office: Office) -> None:
    event = office.hear_user(office.zhang)
    del event.data["successor_id"]
    event.data["name"] = "张大伟"
    newer = replace(event, id=new_id(), aggregate_version=event.aggregate_version + 1)
    copy_user(office.begin(office.admin, consumer="on_user_changed"), newer)
    assert _copy(office, User, office.zhang.user_id).name == "张大伟"


# To whom


def test_a_leavers_customers_go_to_the_successor(office: Office) -> None:
    office.hear_everybody()
    first, _ = office.holding(office.zhang, "云帆", "海鸥")
    office.holding(office.li, "别人的客户")
    before = office.row(first)
    office.hear_user(office.zhang, active=False, successor=office.zhao)
    assert _owners(office) == {"赵强": 2, "李娜": 1}
    row = office.row(first)
    assert (str(row.owner_id), str(row.owner_department_id)) == (office.zhao.user_id, office.zhao.department_id)
    assert (row.tier, row.tier_since, row.next_look_on) == (before.tier, before.tier_since, before.next_look_on)
    assert row.version == before.version + 1
    move = office.history(first)[-1]
    assert (move.from_tier, move.to_tier, move.rule) == ("intent", "intent", "handed_over")
    assert (move.owner_name, move.former_owner_name, move.by_name) == ("赵强", "张伟", "周敏")
    assert [event["owner_name"] for event in office.said("customer_changed")] == ["赵强", "赵强"]
    with office.database.session() as session:
        query = select(audit_entries.c.before, audit_entries.c.after, audit_entries.c.why)
        entries = session.execute(query.where(audit_entries.c.action == "customer_handed_over")).all()
    assert entries == [({"owner": "张伟"}, {"owner": "赵强"}, "handed_over")] * 2


def test_the_taker_is_told_once_however_many_customers_there_are(office: Office) -> None:
    office.hear_everybody()
    office.many(office.zhang, 25)
    office.hear_user(office.zhang, active=False, successor=office.li)
    (told,) = office.said("customer_transferred")
    assert (told["rule"], told["count"], told["owner_id"], told["former_owner_name"]) == (
        "handed_over",
        25,
        office.li.user_id,
        "张伟",
    )
    assert told["customer_names"] == [f"张伟的客户 {number:05}" for number in range(20)]
    assert told["customer_name"] == "张伟的客户 00000"


def test_without_a_successor_they_go_to_the_nearest_active_lead_up_the_tree(office: Office) -> None:
    director = person("邓总", DIVISION, "sales_director")
    office.hear_user(director)
    office.hear_everybody()
    office.hear_department(DIVISION, lead=director)
    office.hear_department(EAST, lead=office.lead, parent_id=DIVISION)
    office.hear_department(WEST, lead=office.zhao, parent_id=DIVISION)
    office.holding(office.zhang, "云帆")
    office.holding(office.zhao, "海鸥")
    office.hear_user(office.zhang, active=False)
    assert _owners(office) == {"王芳": 1, "赵强": 1}
    office.hear_user(office.zhao, active=False)  # leads his own department
    assert _owners(office) == {"王芳": 1, "邓总": 1}
    office.hear_user(office.lead, active=False)
    assert _owners(office) == {"邓总": 2}


def test_with_nobody_there_they_stay_and_can_be_transferred(office: Office) -> None:
    office.hear_everybody()
    (customer_id,) = office.holding(office.zhang, "云帆")
    office.hear_user(office.zhang, active=False)
    assert _owners(office) == {"张伟": 1}
    assert office.transfer(office.admin, office.li, [customer_id])["transferred"] == 1
    assert _owners(office) == {"李娜": 1}


def test_a_successor_named_later_takes_over_what_is_left(office: Office) -> None:
    office.hear_everybody()
    office.holding(office.zhang, "云帆")
    office.hear_user(office.zhang, active=False)
    office.hear_user(office.zhang, active=False, successor=office.li)
    assert _owners(office) == {"李娜": 1}


def test_a_successor_who_has_left_too_is_followed_to_his_or_her_own(office: Office) -> None:
    office.hear_everybody()
    office.hear_user(office.li, active=False, successor=office.zhao)
    office.holding(office.zhang, "云帆")
    office.hear_user(office.zhang, active=False, successor=office.li)
    assert _owners(office) == {"赵强": 1}


def test_a_user_who_comes_back_gets_nothing_back(office: Office) -> None:
    office.hear_everybody()
    office.holding(office.zhang, "云帆")
    office.hear_user(office.zhang, active=False, successor=office.li)
    office.hear_user(office.zhang)
    assert _owners(office) == {"李娜": 1}
    office.add(office.zhang, "海鸥")
    assert _owners(office) == {"李娜": 1, "张伟": 1}


def test_no_limit_keeps_a_leavers_customers_behind(office: Office) -> None:
    office.hear_everybody()
    office.set_policy(holding_limits={"intent": 1})
    office.holding(office.zhang, "云帆")
    office.holding(office.li, "海鸥")
    office.hear_user(office.zhang, active=False, successor=office.li)
    assert _owners(office) == {"李娜": 2}


def test_five_thousand_customers_are_handed_over_in_a_handful_of_statements(office: Office) -> None:
    office.hear_everybody()
    office.many(office.zhang, MANY)
    with office.statements() as asked:
        office.hear_user(office.zhang, active=False, successor=office.li)
    assert len(asked) < 20, asked
    assert _owners(office) == {"李娜": MANY}
    with office.database.session() as session:
        handed_over = session.scalar(select(func.count()).where(TierMove.rule == "handed_over"))
    assert (handed_over, len(office.said("customer_changed"))) == (MANY, MANY)


# Whatever is heard first


def test_who_takes_over_may_be_heard_of_after_the_leaver(office: Office) -> None:
    office.holding(office.zhang, "云帆")
    office.hear_user(office.zhang, active=False, successor=office.li)
    assert _owners(office) == {"张伟": 1}
    office.hear_user(office.li)
    assert _owners(office) == {"李娜": 1}


@pytest.mark.parametrize("last", ["the department", "its lead"])
def test_the_lead_and_the_department_may_be_heard_of_after_the_leaver(office: Office, last: str) -> None:
    office.holding(office.zhang, "云帆")
    office.hear_user(office.zhang, active=False)
    steps: dict[str, Callable[[], Any]] = {
        "the department": lambda: office.hear_department(EAST, lead=office.lead),
        "its lead": lambda: office.hear_user(office.lead),
    }
    for step in sorted(steps, key=lambda name: name == last):
        assert _owners(office) == {"张伟": 1}
        steps[step]()
    assert _owners(office) == {"王芳": 1}


def test_what_no_event_handed_over_the_daily_sweep_does(office: Office) -> None:
    office.add(office.zhang, "云帆")
    office.hear_department(EAST, lead=office.lead)
    for each in (office.zhang, office.lead):
        office.hear_user(each)
    with office.database.session() as session, session.begin():
        # As when a process of somebody never heard of was archived beside the event that tells that he has left.
        session.get_one(User, UUID(office.zhang.user_id)).active = False
    office.sweep(date(2026, 3, 11))
    assert _owners(office) == {"王芳": 1}


def test_of_leaver_and_successor_heard_at_once_neither_is_overlooked(office: Office) -> None:
    for _ in range(10):
        leaver, successor = person("离职者"), person("接手人")
        office.many(leaver, 3)
        heard: list[tuple[Caller, dict[str, Any]]] = [(leaver, {"active": False, "successor": successor}), (successor, {})]
        assert outcomes_of(lambda each: office.hear_user(each[0], **each[1]), heard) == ["ok", "ok"]
        with office.database.session() as session, session.begin():
            owners = set(session.scalars(select(Customer.owner_id)))
            assert owners == {UUID(successor.user_id)}
            for table in (TierMove, CustomerSearch):
                session.query(table).delete()
            session.query(Customer).delete()


def test_a_customer_added_while_its_adder_leaves_does_not_stay_behind(office: Office) -> None:
    office.hear_everybody()
    for number in range(10):
        leaver = person(f"离职者{number}")
        office.hear_user(leaver)

        def add(each: int, leaver: Caller = leaver) -> None:
            if each == 4:
                office.hear_user(leaver, active=False, successor=office.li)
            else:
                office.add(leaver, f"{leaver.name}的客户{each}")

        outcomes = outcomes_of(add, list(range(8)), threads=8)
        assert set(outcomes) <= {"ok", "owner_has_left"}
    assert set(_owners(office)) == {"李娜"}


# Processes whose initiator has left


def _claim(office: Office) -> Running:
    return office.claim(office.zhang, office.pooled("云帆"))


def _test_account(office: Office) -> Running:
    customer_id = office.add(office.zhao, "云帆")
    product_id = office.product(office.zhao, customer_id)
    release_customer(office.begin(office.zhao), customer_id, "转行")
    return office.test_account(office.zhang, product_id)


def _contract(office: Office) -> Running:
    customer_id = office.add(office.zhang, "云帆")
    process = office.contract(office.zhang, customer_id, date(2026, 3, 1), date(2027, 2, 28))
    office.prepare(process)
    release_customer(office.begin(office.zhang), customer_id, "不做了")
    return process


CLAIMS = pytest.mark.parametrize(
    ("start", "tier", "entered"),
    [
        pytest.param(_claim, "silent", {}, id="claim"),
        pytest.param(_test_account, "trial", {"account_identifiers": ["y1"]}, id="test account"),
        pytest.param(_contract, "contract", {}, id="contract"),
    ],
)


def _customer(office: Office) -> Customer:
    with office.database.session() as session:
        return session.scalars(select(Customer)).one()


def _prepare(office: Office, process: Running) -> None:
    if process.code != "contract_review":
        office.prepare(process)


@CLAIMS
def test_a_process_archived_after_its_initiator_left_makes_the_customer_the_successors(
    office: Office, start: Callable[[Office], Running], tier: str, entered: dict[str, Any]
) -> None:
    office.hear_everybody()
    process = start(office)
    _prepare(office, process)
    office.hear_user(office.zhang, active=False, successor=office.li)
    office.archive(process, **entered)
    customer = _customer(office)
    assert (customer.owner_name, customer.tier, customer.claim_process_id) == ("李娜", tier, None)


@CLAIMS
def test_a_process_archived_before_its_initiator_left_makes_the_customer_the_successors_too(
    office: Office, start: Callable[[Office], Running], tier: str, entered: dict[str, Any]
) -> None:
    office.hear_everybody()
    process = start(office)
    _prepare(office, process)
    office.archive(process, **entered)
    office.hear_user(office.zhang, active=False, successor=office.li)
    customer = _customer(office)
    assert (customer.owner_name, customer.tier) == ("李娜", tier)


def test_a_claim_archived_while_its_initiator_leaves_does_not_stay_with_the_leaver(office: Office) -> None:
    office.hear_everybody()
    for number in range(12):
        leaver = person(f"离职者{number}")
        office.hear_user(leaver)
        customer_id = office.pooled(f"云帆{number}")
        claim = office.claim(leaver, customer_id)
        office.prepare(claim)

        def happen(what: str, leaver: Caller = leaver, claim: Running = claim) -> None:
            if what == "archived":
                office.archive(claim)
            else:
                office.hear_user(leaver, active=False, successor=office.li)

        assert outcomes_of(happen, ["archived", "leaves"]) == ["ok", "ok"]
        assert office.row(customer_id).owner_name == "李娜"


@CLAIMS
def test_with_nobody_there_the_customer_stays_in_the_pool_and_the_process_says_so(
    office: Office, start: Callable[[Office], Running], tier: str, entered: dict[str, Any]
) -> None:
    office.hear_everybody()
    process = start(office)
    _prepare(office, process)
    office.hear_user(office.zhang, active=False)
    office.archive(process, **entered)
    customer = _customer(office)
    assert (customer.owner_id, customer.tier, customer.claim_process_id) == (None, "pool", None)
    (applied,) = office.said("process_applied")
    assert "张伟 已离职且无人接手，客户留在公共池" in applied["summary_zh"]
    assert "张伟 has left and nobody took over: the customer stays in the pool" in applied["summary_en"]
    assert office.said("customer_claimed") == []
    office.prepare(office.claim(office.li, customer.id))


def test_a_contract_signed_by_a_leaver_takes_no_claim_from_another(office: Office) -> None:
    office.hear_everybody()
    process = _contract(office)
    claim = office.claim(office.li, _customer(office).id)
    office.prepare(claim)
    office.hear_user(office.zhang, active=False)
    office.archive(process)
    assert _customer(office).claim_process_id == claim.id


def test_a_claimant_who_moves_is_seen_claiming_where_he_or_she_is_now(office: Office) -> None:
    office.hear_everybody()
    customer_id = office.pooled("云帆")
    office.prepare(office.claim(office.zhang, customer_id))
    version = office.row(customer_id).version
    office.hear_user(office.zhang, name="张大伟", department_id=str(WEST))
    customer = office.row(customer_id)
    assert (customer.claimant_name, customer.claimant_department_id, customer.version) == ("张大伟", WEST, version)
    with pytest.raises(NotFound):
        show_customer(office.begin(office.lead), customer_id)
    west_lead = person("吴军", WEST, "sales_lead", leads=(WEST,))
    assert show_customer(office.begin(west_lead), customer_id)["claimant_name"] == "张大伟"


def test_an_initiator_who_moved_to_another_department_gets_the_customer_there(office: Office) -> None:
    office.hear_everybody()
    process = _claim(office)
    office.prepare(process)
    office.hear_user(office.zhang, name="张大伟", department_id=str(WEST))
    office.archive(process)
    customer = _customer(office)
    assert (customer.owner_name, customer.owner_department_id) == ("张大伟", WEST)


def test_a_leaver_adds_and_claims_nothing(office: Office) -> None:
    customer_id = office.pooled("云帆")
    office.hear_user(office.zhang, active=False)
    with pytest.raises(Conflict, match="owner_has_left"):
        office.add(office.zhang, "海鸥")
    with pytest.raises(Conflict, match="owner_has_left"):
        office.prepare(office.claim(office.zhang, customer_id))
