"""Who falls next (spec, gateway.md, "Console": "customers about to fall"), and how many stand in each tier.

The query finds whom the domain's rule lets fall: both are asked about customers of every kind.
"""

import random
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select, text, update

from services.contracts import customer_calls as calls
from services.contracts import customer_funnel_calls as funnel
from services.contracts.people import SEES_ALL_CUSTOMERS
from services.customer.domain.funnel import Fall, next_fall
from services.customer.domain.policy import DEFAULT_POLICY, Window
from services.customer.store.tables import Contract, Customer
from services.customer.usecases import list_falls as falls_module
from services.customer.usecases.list_customers import list_customers
from services.customer.usecases.list_falls import count_funnel, list_falls
from services.customer.usecases.moves import facts_of, funnel_policy
from services.kit.caller import Caller
from services.kit.ids import new_id
from services.kit.schema import dump, load
from tests.bench.asking import indexes_in, plans_of
from tests.integration.customer.office import DRAFT, Office, noon, person

TODAY = date(2026, 3, 10)


def _falls(office: Office, caller: Caller, **query: Any) -> dict[str, Any]:
    answer: dict[str, Any] = dump(funnel.Falls, list_falls(office.begin(caller), **load(funnel.FallsQuery, query)))
    return answer


def _by_the_rule(office: Office, within_days: int) -> dict[UUID, tuple[Fall, Customer]]:
    """The domain's word about every customer there is."""
    with office.begin(office.admin)() as work:
        customers = list(work.session.scalars(select(Customer)))
        policy, facts = funnel_policy(work), facts_of(work, customers)
        falls = {each.id: (next_fall(facts[each.id], policy), each) for each in customers}
        last = work.today + timedelta(days=within_days)
        work.session.expunge_all()
    return {key: (fall, each) for key, (fall, each) in falls.items() if fall is not None and fall.on <= last}


def _shuffle(office: Office, customer_ids: list[UUID], chance: random.Random) -> None:
    """Give each a tier and days of its own; some have a contract, usage, protection, a claim."""
    with office.database.session() as session, session.begin():
        for number, customer_id in enumerate(customer_ids):
            tier = chance.choice(("contract", "trial", "intent", "silent", "silent"))
            ends_on = TODAY - timedelta(days=chance.randrange(60, 130)) if tier == "contract" and chance.random() < 0.8 else None
            used_on = TODAY - timedelta(days=chance.randrange(130)) if chance.random() < 0.3 else None
            # At every hour: a day begins at another in Shanghai than in UTC.
            since = noon(TODAY - timedelta(days=chance.randrange(110))) + timedelta(hours=chance.randrange(-12, 12))
            values = {
                "tier": tier,
                "tier_since": since,
                "last_log_on": TODAY - timedelta(days=chance.randrange(110)) if chance.random() < 0.6 else None,
                "contract_ends_on": ends_on,
                "last_usage_on": used_on,
                "is_protected": chance.random() < 0.1,
            }
            session.execute(update(Customer).where(Customer.id == customer_id).values(values))
            if ends_on is not None:
                session.execute(insert(Contract).values(_contract(customer_id, ends_on, number)))


def _contract(customer_id: UUID, ends_on: date, number: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "number": f"HT-{number}",
        "customer_id": customer_id,
        "process_id": new_id(),
        "valid_from": ends_on - timedelta(days=300),
        "valid_to": ends_on,
        "is_standard": True,
        "is_auto_renewing": False,
        "draft": DRAFT,
        "stamped_scan": [],
        "remarks": "",
        "created_at": noon(TODAY),
    }


@pytest.mark.parametrize("seed", range(3))
def test_whom_the_query_finds_the_rule_lets_fall_and_no_other(office: Office, seed: int) -> None:
    owners = (office.zhang, office.li, office.zhao)
    _shuffle(office, [each for owner in owners for each in office.many(owner, 60)], random.Random(seed))
    office.pooled("公共客户")
    seen_by = {
        office.zhang: {office.zhang.user_id},
        office.lead: {office.zhang.user_id, office.li.user_id},
        office.admin: {each.user_id for each in owners},
        person("新人"): set[str](),
    }
    for within_days in (0, 3, 7, 45):
        ruled = _by_the_rule(office, within_days)
        for caller, owner_ids in seen_by.items():
            falling = {key: fall for key, (fall, each) in ruled.items() if str(each.owner_id) in owner_ids}
            answer = _falls(office, caller, within_days=within_days, first=50)
            assert (answer["total"], answer["is_more"]) == (len(falling), False)
            days = sorted(fall.on for fall in falling.values())
            assert [each["fall"]["on"] for each in answer["items"]] == [day.isoformat() for day in days[:50]]
            assert {UUID(each["customer_id"]) for each in answer["items"]} <= falling.keys()
            query = load(calls.CustomerQuery, {"falls_within_days": within_days, "page_size": 200})
            listed = list_customers(office.begin(caller), **query).items
            assert {each["id"] for each in listed} == falling.keys(), "the whole list is that of all customers, narrowed"


def test_the_soonest_comes_first_with_its_day_and_what_prevents_it(office: Office) -> None:
    """customer.md: "falls to silent on 25 March unless contacted"."""
    first, second, third = office.holding(office.zhang, "云帆", "蓝鲸", "青禾")
    days = {first: (15, None), second: (20, "silent"), third: (13, None)}
    with office.database.session() as session, session.begin():
        for customer_id, (ago, _) in days.items():
            since = noon(TODAY - timedelta(days=ago))
            session.execute(update(Customer).where(Customer.id == customer_id).values(tier="intent", tier_since=since))
        contract = {"tier": "contract", "tier_since": noon(date(2025, 1, 1)), "contract_ends_on": date(2025, 12, 12)}
        session.execute(update(Customer).where(Customer.id == second).values(contract))
        session.execute(insert(Contract).values(_contract(second, date(2025, 12, 12), 1)))
    answer = _falls(office, office.zhang)
    assert [(each["customer_name"], each["fall"]["on"], each["days_left"]) for each in answer["items"]] == [
        ("云帆", "2026-03-10", 0),
        ("蓝鲸", "2026-03-12", 2),
        ("青禾", "2026-03-12", 2),
    ]
    assert [(each["fall"]["to_tier"], each["prevented_by"]) for each in answer["items"]] == [
        ("silent", ["contact_log"]),
        ("trial", ["contract", "usage"]),
        ("silent", ["contact_log"]),
    ]
    assert answer["items"][2]["fall"]["text_en"] == "falls to silent on 12 March 2026 unless contacted"
    office.log(office.zhang, third)
    assert [each["customer_name"] for each in _falls(office, office.zhang)["items"]] == ["云帆", "蓝鲸"]


def test_who_falls_is_a_matter_of_the_policy_in_force_from_the_moment_it_is_set(office: Office) -> None:
    office.add(office.zhang, "云帆")
    assert _falls(office, office.zhang)["items"] == []
    shorter = {**DEFAULT_POLICY.quiet, "intent": Window(days=5)}
    office.set_policy(quiet=shorter)
    (falling,) = _falls(office, office.zhang)["items"]
    assert falling["fall"]["on"] == "2026-03-15"
    office.set_policy(quiet=shorter, off=frozenset({"intent_quiet"}))
    assert _falls(office, office.zhang)["items"] == []


def test_counting_ends_where_nobody_reads_on(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(falls_module, "COUNTED_MAX", 3)
    office.many(office.zhang, 5)
    answer = _falls(office, office.zhang, within_days=30, first=2)
    assert (answer["total"], answer["is_more"], len(answer["items"])) == (3, True, 2)


def test_the_funnel_counts_ones_own_those_one_leads_or_all_and_what_can_be_claimed(office: Office) -> None:
    office.many(office.zhang, 3)
    (of_li,) = office.holding(office.li, "蓝鲸")
    office.holding(office.zhao, "青禾")
    with office.database.session() as session, session.begin():
        session.execute(update(Customer).where(Customer.id == of_li).values(tier="trial"))
    claimed = office.pooled("公共一")
    office.pooled("公共二")
    office.prepare(office.claim(office.li, claimed))
    finance = replace(office.admin, roles=frozenset({"finance"}))
    assert "finance" in SEES_ALL_CUSTOMERS
    for caller, counts in (
        (office.zhang, [0, 0, 3, 0, 1]),
        (office.li, [0, 1, 0, 0, 1]),
        (office.lead, [0, 1, 3, 0, 1]),
        (finance, [0, 1, 4, 0, 1]),
    ):
        shown = dump(funnel.Funnel, count_funnel(office.begin(caller)))["items"]
        assert [each["tier"] for each in shown] == ["contract", "trial", "intent", "silent", "pool"]
        assert [each["count"] for each in shown] == counts, caller.name


@pytest.mark.parametrize(("sees", "index"), [("all", "ix_customers_quiet"), ("own", "ix_customers_owner")])
def test_who_falls_is_found_by_an_index_and_not_by_reading_all(office: Office, sees: str, index: str) -> None:
    office.many(office.zhang, 5_000)
    office.many(office.li, 10)
    with office.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE customers"))
    begin, query = office.begin(office.admin if sees == "all" else office.li), load(funnel.FallsQuery, {})
    plans = plans_of(office.database.engine, lambda: partial(list_falls, begin, **query))
    assert not [line for line in plans if "Seq Scan on customers" in line]
    assert index in str(indexes_in(plans))
