"""Transfers (spec, customer.md, "The pool"): "a lead may transfer customers between his or her people (bulk too)"."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.contracts.customer_pool_calls import TRANSFER_MAX
from services.customer.store.owners import forget_warnings, give_to, lock_customers, owners_of
from services.customer.usecases.release_customer import release_customer
from services.kit.caller import Caller
from services.kit.errors import Conflict, Forbidden, InvalidInput
from services.kit.ids import new_id
from services.kit.tables import audit_entries
from tests.integration.customer.office import EAST, WEST, Office, person


@pytest.fixture(autouse=True)
def everybody(office: Office) -> None:
    office.hear_everybody()


def _codes(answer: dict[str, Any]) -> list[str]:
    """What came of each customer: ``ok``, or the refusal's code."""
    return [item["code"] or "ok" for item in answer["items"]]


def _owner(office: Office, customer_id: UUID) -> str | None:
    return office.row(customer_id).owner_name


def test_more_customers_than_a_statement_has_parameters_change_hands(office: Office) -> None:
    (customer_id,) = office.holding(office.zhang, "云帆")
    ids = [new_id() for _ in range(70_000)] + [customer_id]
    with office.database.session() as session, session.begin():
        assert list(owners_of(session, office.zhang, ids)) == [customer_id]
        assert [each.id for each in lock_customers(session, ids)] == [customer_id]
        forget_warnings(session, ids, office.today)
        given = give_to(session, ids, UUID(office.li.user_id), "李娜", EAST)
    assert [each.owner_name for each in given] == ["李娜"]


# What a transfer is


def test_a_lead_transfers_customers_between_the_leads_people(office: Office) -> None:
    first, second = office.holding(office.zhang, "云帆", "海鸥")
    answer = office.transfer(office.lead, office.li, [second, first])
    assert (answer["transferred"], answer["refused"]) == (2, 0)
    item: dict[str, Any] = {"outcome": "transferred", "code": None, "params": {}}
    assert answer["items"] == [
        {"customer_id": str(second), "customer_name": "海鸥", **item},
        {"customer_id": str(first), "customer_name": "云帆", **item},
    ]
    assert (_owner(office, first), _owner(office, second)) == ("李娜", "李娜")


def test_a_transfer_is_kept_in_history_and_audit_and_the_customers_change_is_told(office: Office) -> None:
    (customer_id,) = office.holding(office.zhang, "云帆")
    office.transfer(office.lead, office.li, [customer_id], reason="张伟调岗")
    move = office.history(customer_id)[-1]
    assert (move.from_tier, move.to_tier, move.rule, move.reason) == ("intent", "intent", "transferred", "张伟调岗")
    assert (move.owner_name, move.former_owner_name, move.by_name) == ("李娜", "张伟", "王芳")
    (changed,) = office.said("customer_changed")
    assert (changed["owner_id"], changed["owner_name"]) == (office.li.user_id, "李娜")
    assert office.row(customer_id).version == 2
    with office.database.session() as session:
        query = select(audit_entries.c.before, audit_entries.c.after, audit_entries.c.why, audit_entries.c.user_name)
        entries = session.execute(query.where(audit_entries.c.action == "customer_transferred")).all()
    assert entries == [({"owner": "张伟"}, {"owner": "李娜"}, "张伟调岗", "王芳")]


def test_tier_since_stays_so_that_a_window_goes_on_with_the_new_owner(office: Office) -> None:
    (customer_id,) = office.holding(office.zhang, "云帆")
    before = office.row(customer_id)
    office.today = date(2026, 3, 24)
    office.transfer(office.lead, office.li, [customer_id])
    row = office.row(customer_id)
    assert (row.tier_since, row.next_look_on) == (before.tier_since, before.next_look_on)
    office.sweep(date(2026, 3, 25))
    assert office.row(customer_id).tier == "silent"
    (fell,) = office.said("tier_changed")
    assert fell["owner_id"] == office.li.user_id


def test_the_new_owner_is_warned_of_a_fall_that_the_former_owner_was_warned_of(office: Office) -> None:
    (customer_id,) = office.holding(office.zhang, "云帆")
    office.sweep(date(2026, 3, 22))  # three days before the fall
    office.transfer(office.lead, office.li, [customer_id])
    for _ in range(2):
        office.sweep(date(2026, 3, 23))
    warned = [(event["owner_id"], event["due_on"]) for event in office.said("funnel_warning")]
    assert warned == [(office.zhang.user_id, "2026-03-25"), (office.li.user_id, "2026-03-25")]


def test_taker_and_former_owners_are_told_once_a_transfer_not_once_a_customer(office: Office) -> None:
    mine, theirs = office.holding(office.zhang, "云帆", "海鸥"), office.holding(office.lead, "北极光")
    office.transfer(office.lead, office.li, [*mine, *theirs], reason="区域调整")
    told = {each["former_owner_name"]: each for each in office.said("customer_transferred")}
    assert {name: (each["count"], each["customer_names"]) for name, each in told.items()} == {
        "张伟": (2, ["云帆", "海鸥"]),
        "王芳": (1, ["北极光"]),
    }
    assert {(each["rule"], each["owner_name"], each["by_name"], each["reason"]) for each in told.values()} == {
        ("transferred", "李娜", "王芳", "区域调整")
    }
    assert told["张伟"]["customer_id"] == str(mine[0])


def test_a_thousand_customers_are_transferred_in_a_handful_of_statements(office: Office) -> None:
    customer_ids = office.many(office.zhang, TRANSFER_MAX)
    office.set_policy(holding_limits={"intent": TRANSFER_MAX})
    with office.statements() as asked:
        assert office.transfer(office.lead, office.li, customer_ids)["transferred"] == TRANSFER_MAX
    assert len(asked) < 20, asked
    assert {_owner(office, customer_ids[0]), _owner(office, customer_ids[-1])} == {"李娜"}


# Who may


def test_a_lead_takes_and_gives_own_customers_too(office: Office) -> None:
    (own,), (anothers,) = office.holding(office.lead, "云帆"), office.holding(office.zhang, "海鸥")
    assert _codes(office.transfer(office.lead, office.zhang, [own])) == ["ok"]
    assert _codes(office.transfer(office.lead, office.lead, [anothers])) == ["ok"]
    assert (_owner(office, own), _owner(office, anothers)) == ("张伟", "王芳")


def test_a_lead_transfers_to_nobody_outside_of_the_departments_led(office: Office) -> None:
    (customer_id,) = office.holding(office.zhang, "云帆")
    with pytest.raises(Forbidden) as refused:
        office.transfer(office.lead, office.zhao, [customer_id])
    assert (refused.value.code, refused.value.params) == ("taker_not_of_yours", {"name": "赵强"})
    assert _owner(office, customer_id) == "张伟"


def test_customers_that_a_lead_does_not_see_are_answered_like_those_that_do_not_exist(office: Office) -> None:
    (foreign,), (own,) = office.holding(office.zhao, "海鸥"), office.holding(office.zhang, "云帆")
    answer = office.transfer(office.lead, office.li, [foreign, new_id(), own])
    assert _codes(answer) == ["customer_not_found", "customer_not_found", "ok"]
    hidden, missing = ({**item, "customer_id": None} for item in answer["items"][:2])
    assert hidden == missing
    assert _owner(office, foreign) == "赵强"


def test_a_salesperson_transfers_nothing_to_others(office: Office) -> None:
    (customer_id,) = office.holding(office.zhang, "云帆")
    with pytest.raises(Forbidden, match="taker_not_of_yours"):
        office.transfer(office.zhang, office.li, [customer_id])


def test_a_lead_who_sees_all_by_another_role_still_transfers_between_own_people_only(office: Office) -> None:
    both = person("孙悦", None, "sales_lead", "finance", leads=(UUID(office.zhang.department_id),))
    (foreign,) = office.holding(office.zhao, "海鸥")
    assert _codes(office.transfer(both, office.li, [foreign])) == ["customer_not_yours"]


@pytest.mark.parametrize("role", ["sales_admin", "sales_director", "admin"])
def test_sales_administration_transfers_between_any(office: Office, role: str) -> None:
    (east,), (west,) = office.holding(office.zhang, "云帆"), office.holding(office.zhao, "海鸥")
    caller = person("周敏", None, role)
    assert _codes(office.transfer(caller, office.zhao, [east])) == ["ok"]
    assert _codes(office.transfer(caller, office.li, [west])) == ["ok"]
    assert office.row(east).owner_department_id == WEST


# To whom


def _accountant(office: Office) -> Caller:
    accountant = person("钱进", None, "finance")
    office.hear_user(accountant)
    return accountant


@pytest.mark.parametrize(
    "taker_of",
    [
        pytest.param(_accountant, id="one who does not sell"),
        pytest.param(lambda _: person("无名"), id="nobody"),
    ],
)
def test_the_taker_is_a_salesperson(office: Office, taker_of: Any) -> None:
    (customer_id,) = office.holding(office.zhang, "云帆")
    with pytest.raises(InvalidInput) as refused:
        office.transfer(office.admin, taker_of(office), [customer_id])
    assert refused.value.fields == {"to_user_id": ["no_such_salesperson"]}


def test_a_taker_who_has_left_is_a_conflict_that_says_so(office: Office) -> None:
    (customer_id,) = office.holding(office.zhang, "云帆")
    office.hear_user(office.li, active=False)
    with pytest.raises(Conflict, match="owner_has_left") as refused:
        office.transfer(office.admin, office.li, [customer_id])
    assert refused.value.params == {"name": "李娜"}
    assert list(refused.value.fields) == ["to_user_id"]


# Which


def test_all_of_ones_customers_are_transferred_by_name(office: Office) -> None:
    office.holding(office.zhang, "b 客户", "a 客户")
    office.holding(office.li, "别人的客户")
    answer = office.transfer(office.lead, office.li, from_user_id=office.zhang.user_id)
    assert [item["customer_name"] for item in answer["items"]] == ["a 客户", "b 客户"]
    assert answer["transferred"] == 2
    again = office.transfer(office.lead, office.li, from_user_id=office.zhang.user_id)
    assert again == {"transferred": 0, "refused": 0, "items": []}


def test_whose_customers_a_lead_does_not_see_has_none_for_the_lead(office: Office) -> None:
    office.holding(office.zhao, "海鸥")
    for user_id in (office.zhao.user_id, str(new_id())):
        answer = office.transfer(office.lead, office.li, from_user_id=user_id)
        assert answer == {"transferred": 0, "refused": 0, "items": []}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        pytest.param({}, {"customer_ids": ["required"]}, id="neither customers nor whose"),
        pytest.param(
            {"customer_ids": [new_id()], "from_user_id": str(new_id())}, {"from_user_id": ["besides|customer_ids"]}, id="both"
        ),
        pytest.param({"customer_ids": []}, {"customer_ids": ["length|1|1000"]}, id="no customers"),
        pytest.param(
            {"customer_ids": [new_id()] * 1001}, {"customer_ids": ["length|1|1000"]}, id="more than a thousand customers"
        ),
        pytest.param({"from_user_id": str(new_id()), "reason": " "}, {"reason": ["length|1|"]}, id="no reason"),
    ],
)
def test_what_is_wrong_with_a_transfer_is_said_by_field(office: Office, fields: dict[str, Any], wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        office.transfer(office.lead, office.li, **fields)
    assert refused.value.fields.keys() == wrong.keys()
    if "reason" not in wrong:
        assert refused.value.fields == wrong


def test_a_customer_named_twice_has_one_outcome(office: Office) -> None:
    (customer_id,) = office.holding(office.zhang, "云帆")
    assert _codes(office.transfer(office.lead, office.li, [customer_id, customer_id])) == ["ok"]


# One that cannot be transferred does not hold up the others


def test_every_customer_has_its_own_outcome_and_the_reason_why_not(office: Office) -> None:
    free, claimed = office.pooled("池中的客户"), office.pooled("申请中的客户")
    office.prepare(office.claim(office.zhang, claimed))
    (takers,), (moves,) = office.holding(office.li, "李娜的客户"), office.holding(office.zhang, "云帆")
    answer = office.transfer(office.admin, office.li, [free, claimed, takers, moves, new_id()])
    assert _codes(answer) == [
        "customer_in_pool",
        "customer_already_claimed",
        "customer_theirs_already",
        "ok",
        "customer_not_found",
    ]
    assert (answer["transferred"], answer["refused"]) == (1, 4)
    assert answer["items"][1]["params"] == {"name": "申请中的客户", "claimant": "张伟"}
    assert answer["items"][2]["params"] == {"name": "李娜的客户", "owner": "李娜"}
    assert [office.row(each).version for each in (free, takers)] == [2, 1]
    (told,) = office.said("customer_transferred")
    assert told["customer_names"] == ["云帆"]


def test_a_transfer_that_moves_nothing_tells_nobody(office: Office) -> None:
    (takers,) = office.holding(office.li, "李娜的客户")
    assert _codes(office.transfer(office.lead, office.li, [takers])) == ["customer_theirs_already"]
    assert office.said("customer_transferred") == office.said("customer_changed") == []


def test_the_takers_limit_is_asked_for_every_customer_by_its_tier(office: Office) -> None:
    office.set_policy(holding_limits={"intent": 2})
    office.holding(office.li, "李娜的客户")
    trial = office.row(office.holding(office.zhang, "测试客户")[0])
    process = office.test_account(office.zhang, office.product(office.zhang, trial.id))
    office.prepare(process)
    office.archive(process, account_identifiers=["y1"])
    office.set_policy(holding_limits={"intent": 3})
    first, second = office.holding(office.zhang, "云帆", "海鸥")
    office.set_policy(holding_limits={"intent": 2})
    answer = office.transfer(office.lead, office.li, [trial.id, first, second])
    assert _codes(answer) == ["ok", "ok", "holding_limit_reached"]
    assert answer["items"][2]["params"] == {"owner": "李娜", "tier_zh": "意向客户", "tier_en": "intent", "limit": 2, "held": 2}


def test_a_transferred_customer_is_the_new_owners_to_release_and_not_the_former_owners(office: Office) -> None:
    office.set_policy(reclaim_wait_days=5)
    (customer_id,) = office.holding(office.zhang, "云帆")
    office.transfer(office.lead, office.li, [customer_id])
    release_customer(office.begin(office.li), customer_id, "不合适")
    office.prepare(office.claim(office.zhang, customer_id))
    with pytest.raises(Conflict, match="customer_already_claimed"):
        office.prepare(office.claim(office.li, customer_id))
