"""What the policy sets of the pool, all off unless set (spec, customer.md, "The pool").

How many customers one salesperson may hold by tier, how many claims a day, how many days a former owner waits before claiming the
same customer again, and "customers marked protected that never fall".
"""

from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from services.contracts import customer_calls as calls
from services.contracts import customer_pool_calls as pool
from services.customer.store.tables import Claim, Customer
from services.customer.usecases.protect_customer import protect_customer
from services.customer.usecases.release_customer import release_customer
from services.customer.usecases.show_customer import show_customer
from services.kit.caller import Caller
from services.kit.errors import Conflict, InvalidInput, NotFound, TooMany
from services.kit.ids import new_id
from services.kit.schema import dump, load
from services.kit.tables import audit_entries
from tests.integration.customer.office import Office, Running, outcomes_of

THREADS = 20


def _pooled_with_product(office: Office, name: str) -> tuple[UUID, UUID]:
    customer_id = office.add(office.zhao, name)
    product_id = office.product(office.zhao, customer_id)
    release_customer(office.begin(office.zhao), customer_id, "转行")
    return customer_id, product_id


def _tested(office: Office, name: str) -> Running:
    return office.test_account(office.zhang, _pooled_with_product(office, name)[1])


def _held(office: Office, owner: Caller) -> Counter[str]:
    """How many of each tier are an owner's, or are being claimed by him or her."""
    with office.database.session() as session:
        mine = (Customer.owner_id == UUID(owner.user_id)) | (Customer.claimant_id == UUID(owner.user_id))
        return Counter(session.scalars(select(Customer.tier).where(mine)))


def _claims(office: Office) -> int:
    with office.database.session() as session:
        return session.scalars(select(func.count()).select_from(Claim)).one()


# How many a salesperson may hold


def test_without_a_policy_nothing_is_limited(office: Office) -> None:
    for number in range(5):
        office.add(office.zhang, f"客户{number}")
        office.prepare(office.claim(office.zhang, office.pooled(f"池中{number}")))
    assert _held(office, office.zhang) == {"intent": 5, "pool": 5}


def test_adding_stops_at_the_limit_of_the_new_tier_and_says_so(office: Office) -> None:
    office.set_policy(holding_limits={"intent": 2, "silent": 0})
    office.holding(office.zhang, "甲公司", "乙公司")
    with pytest.raises(Conflict) as refused:
        office.add(office.zhang, "丙公司")
    assert refused.value.code == "holding_limit_reached"
    assert refused.value.params == {"owner": "张伟", "tier_zh": "意向客户", "tier_en": "intent", "limit": 2, "held": 2}
    office.add(office.li, "丙公司")


def test_a_name_that_is_taken_is_said_before_the_limit(office: Office) -> None:
    office.set_policy(holding_limits={"intent": 1})
    office.add(office.zhang, "甲公司")
    with pytest.raises(Conflict, match="customer_name_taken"):
        office.add(office.zhang, "甲公司")


def test_claims_in_progress_count_for_the_tier_that_they_lead_to(office: Office) -> None:
    office.set_policy(holding_limits={"silent": 1, "trial": 1})
    first, second = office.pooled("甲公司"), office.pooled("乙公司")
    claim = office.claim(office.zhang, first)
    office.prepare(claim)
    with pytest.raises(Conflict, match="holding_limit_reached"):
        office.prepare(office.claim(office.zhang, second))
    assert office.row(second).claim_process_id is None, "the refused claim takes nothing out of the pool"
    office.prepare(_tested(office, "丙公司"))
    with pytest.raises(Conflict) as refused:
        office.prepare(_tested(office, "丁公司"))
    assert (refused.value.code, refused.value.params["tier_en"]) == ("holding_limit_reached", "trial")
    office.turn(claim, "rejected")
    office.prepare(office.claim(office.zhang, second))


def test_claimed_customers_count_for_the_policys_claimed_tier(office: Office) -> None:
    office.set_policy(holding_limits={"intent": 1}, claimed_tier="intent")
    office.add(office.zhang, "甲公司")
    with pytest.raises(Conflict, match="holding_limit_reached"):
        office.prepare(office.claim(office.zhang, office.pooled("乙公司")))


def test_a_claim_prepared_within_the_limits_is_archived_whatever_the_limits_are_then(office: Office) -> None:
    first, second = office.claim(office.zhang, office.pooled("甲公司")), office.claim(office.zhang, office.pooled("乙公司"))
    for claim in (first, second):
        office.prepare(claim)
    office.set_policy(holding_limits={"silent": 0})
    assert office.prepare(first), "asked again, it holds the customer already"
    for claim in (first, second):
        office.archive(claim)
    assert _held(office, office.zhang) == {"silent": 2}


def test_a_move_by_rule_is_never_refused(office: Office) -> None:
    office.set_policy(holding_limits={"silent": 0})
    customer_id = office.add(office.zhang, "甲公司")
    office.sweep(office.today + timedelta(days=15))
    assert office.row(customer_id).tier == "silent"


def test_of_twenty_adds_at_once_exactly_as_many_pass_as_the_limit_has_room_for(office: Office) -> None:
    office.set_policy(holding_limits={"intent": 7})
    office.holding(office.zhang, "甲公司", "乙公司")
    outcomes = outcomes_of(lambda number: office.add(office.zhang, f"客户{number}"), list(range(THREADS)), threads=THREADS)
    assert Counter(outcomes) == {"ok": 5, "holding_limit_reached": 15}
    assert _held(office, office.zhang) == {"intent": 7}


def test_of_twenty_claims_and_adds_at_once_exactly_as_many_pass_as_the_limit_has_room_for(office: Office) -> None:
    office.set_policy(holding_limits={"intent": 6}, claimed_tier="intent")
    claims = [office.claim(office.zhang, office.pooled(f"池中{number}")) for number in range(THREADS // 2)]

    def acquire(number: int) -> None:
        if number % 2:
            office.add(office.zhang, f"客户{number}")
        else:
            office.prepare(claims[number // 2])

    outcomes = outcomes_of(acquire, list(range(THREADS)), threads=THREADS)
    assert Counter(outcomes) == {"ok": 6, "holding_limit_reached": 14}
    assert _held(office, office.zhang).total() == 6


# How many claims a day


def test_the_days_quota_is_not_escaped_by_claim_and_return(office: Office) -> None:
    office.set_policy(claims_per_day=2)
    customers = [office.pooled(f"池中{number}") for number in range(4)]
    for customer_id, how in zip(customers, ("rejected", "withdrawn"), strict=False):
        claim = office.claim(office.zhang, customer_id)
        office.prepare(claim)
        office.turn(claim, how)
    assert _held(office, office.zhang).total() == 0
    with pytest.raises(TooMany) as refused:
        office.prepare(office.claim(office.zhang, customers[2]))
    assert (refused.value.code, refused.value.params) == ("claim_quota_used", {"limit": 2, "seconds": 12 * 3600})
    assert office.row(customers[2]).claim_process_id is None
    assert _claims(office) == 2, "a refused claim does not count"
    office.prepare(office.claim(office.li, customers[2]))
    office.today += timedelta(days=1)
    office.prepare(office.claim(office.zhang, customers[3]))


def test_a_test_account_for_a_pool_customer_counts_for_the_quota(office: Office) -> None:
    office.set_policy(claims_per_day=1)
    office.prepare(_tested(office, "甲公司"))
    with pytest.raises(TooMany, match="claim_quota_used"):
        office.prepare(_tested(office, "乙公司"))
    with pytest.raises(TooMany, match="claim_quota_used"):
        office.prepare(office.claim(office.zhang, office.pooled("丙公司")))


def test_a_claim_that_found_the_customer_taken_does_not_count(office: Office) -> None:
    office.set_policy(claims_per_day=1)
    customer_id = office.pooled("甲公司")
    office.prepare(office.claim(office.li, customer_id))
    with pytest.raises(Conflict, match="customer_already_claimed"):
        office.prepare(office.claim(office.zhang, customer_id))
    office.prepare(office.claim(office.zhang, office.pooled("乙公司")))


def test_the_same_process_counts_once_a_day_and_again_when_it_is_resubmitted_on_another(office: Office) -> None:
    office.set_policy(claims_per_day=1)
    claim, other = office.claim(office.zhang, office.pooled("甲公司")), office.claim(office.zhang, office.pooled("乙公司"))
    office.prepare(claim)
    office.prepare(claim)
    office.turn(claim, "rejected", version=2)
    office.prepare(claim, "resubmit", version=3)
    office.turn(claim, "rejected", version=4)
    assert _claims(office) == 1
    office.today += timedelta(days=1)
    office.prepare(claim, "resubmit", version=5)
    assert _claims(office) == 2
    with pytest.raises(TooMany, match="claim_quota_used"):
        office.prepare(other)


def test_of_twenty_claims_at_once_exactly_the_quota_is_let_through(office: Office) -> None:
    office.set_policy(claims_per_day=3)
    claims = [office.claim(office.zhang, office.pooled(f"池中{number}")) for number in range(THREADS)]
    outcomes = outcomes_of(office.prepare, claims, threads=THREADS)
    assert Counter(outcomes) == {"ok": 3, "claim_quota_used": 17}
    assert _held(office, office.zhang) == {"pool": 3}
    assert _claims(office) == 3


# How long a former owner waits


@pytest.mark.parametrize("by", ["release", "fall"])
def test_a_former_owner_waits_until_the_day_that_the_policys_days_are_over(office: Office, by: str) -> None:
    office.set_policy(reclaim_wait_days=10)
    customer_id = office.add(office.zhang, "甲公司")
    if by == "release":
        release_customer(office.begin(office.zhang), customer_id, "暂无需求")
    else:
        for day in (date(2026, 3, 25), date(2026, 6, 25)):
            office.sweep(day)
    moved_on = office.today
    assert office.row(customer_id).tier == "pool"
    claim = office.claim(office.zhang, customer_id)
    for waited in (0, 9):
        office.today = moved_on + timedelta(days=waited)
        with pytest.raises(Conflict) as refused:
            office.prepare(claim)
        assert refused.value.code == "reclaim_too_early"
        assert refused.value.params["until"] == (moved_on + timedelta(days=10)).isoformat()
    office.today = moved_on + timedelta(days=10)
    office.prepare(claim)


def test_others_do_not_wait_and_neither_does_who_owned_it_before_the_last_owner(office: Office) -> None:
    office.set_policy(reclaim_wait_days=10)
    customer_id = office.pooled("甲公司")  # 赵强's
    office.today += timedelta(days=8)
    claim = office.claim(office.zhang, customer_id)
    office.prepare(claim)
    office.archive(claim)
    release_customer(office.begin(office.zhang), customer_id, "暂无需求")
    office.today += timedelta(days=2)
    with pytest.raises(Conflict, match="reclaim_too_early"):
        office.prepare(office.claim(office.zhang, customer_id))
    office.prepare(office.claim(office.zhao, customer_id))


def test_a_test_account_is_no_way_round_the_wait(office: Office) -> None:
    office.set_policy(reclaim_wait_days=1)
    _, product_id = _pooled_with_product(office, "甲公司")
    with pytest.raises(Conflict, match="reclaim_too_early"):
        office.prepare(office.test_account(office.zhao, product_id))


# Protection


def _protect(office: Office, customer_id: UUID, **protection: Any) -> dict[str, Any]:
    given = load(pool.ProtectCustomer, {"is_protected": True, "reason": "战略客户", **protection})
    shown: dict[str, Any] = dump(calls.Customer, protect_customer(office.begin(office.admin), customer_id, **given))
    return shown


def test_a_protected_customer_never_falls_until_it_is_unprotected(office: Office) -> None:
    customer_id = office.add(office.zhang, "甲公司")
    shown = _protect(office, customer_id)
    assert (shown["is_protected"], shown["protection_reason"], shown["version"]) == (True, "战略客户", 2)
    assert office.row(customer_id).next_look_on is None
    office.sweep(date(2027, 3, 10))
    assert (office.row(customer_id).tier, office.said("funnel_warning")) == ("intent", [])
    shown = _protect(office, customer_id, is_protected=False, reason="合作结束")
    assert (shown["is_protected"], shown["protection_reason"]) == (False, "")
    office.sweep(office.today)
    assert office.row(customer_id).tier == "silent"
    assert len(office.said("customer_changed")) == 3


def test_protection_is_audited_with_its_reason_and_said_twice_changes_nothing(office: Office) -> None:
    customer_id = office.add(office.zhang, "甲公司")
    _protect(office, customer_id)
    assert _protect(office, customer_id)["version"] == 2
    with office.database.session() as session:
        query = select(audit_entries.c.before, audit_entries.c.after, audit_entries.c.why, audit_entries.c.user_name)
        entries = session.execute(query.where(audit_entries.c.action == "customer_protection_changed")).all()
    assert entries == [({"is_protected": False}, {"is_protected": True}, "战略客户", "周敏")]


def test_protection_needs_a_reason_and_a_customer_that_is_somebodys(office: Office) -> None:
    with pytest.raises(InvalidInput) as refused:
        _protect(office, office.add(office.zhang, "甲公司"), reason=" ")
    assert list(refused.value.fields) == ["reason"]
    with pytest.raises(Conflict, match="customer_in_pool"):
        _protect(office, office.pooled("乙公司"))
    with pytest.raises(NotFound, match="customer_not_found"):
        _protect(office, new_id())


def test_a_protected_customer_that_is_released_is_protected_no_more(office: Office) -> None:
    customer_id = office.add(office.zhang, "甲公司")
    _protect(office, customer_id)
    release_customer(office.begin(office.zhang), customer_id, "暂无需求")
    shown = show_customer(office.begin(office.li), customer_id)
    assert (shown["is_protected"], shown["protection_reason"]) == (False, "")
