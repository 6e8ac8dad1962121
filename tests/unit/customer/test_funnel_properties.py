"""What holds of the funnel whatever the facts: it is swept day by day against the rules' own words."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from services.customer.domain.funnel import (
    FALLS,
    TIERS,
    Facts,
    Notice,
    Term,
    first_look,
    is_above,
    judge,
    next_look,
)
from services.customer.domain.policy import DEFAULT_POLICY, OWNED_TIERS, RULES, FunnelPolicy, Window

START = date(2026, 1, 31)
DAYS = 200

days = st.integers(-120, 150).map(lambda offset: START + timedelta(days=offset))
terms = st.tuples(days, st.integers(0, 120)).map(lambda term: Term(term[0], term[0] + timedelta(days=term[1])))
facts = st.builds(
    Facts,
    tier=st.sampled_from(TIERS),
    tier_since=st.integers(0, 120).map(lambda ago: START - timedelta(days=ago)),
    last_log_on=st.none() | st.integers(0, 120).map(lambda ago: START - timedelta(days=ago)),
    filled_items=st.integers(0, 5),
    test_account_archived=st.booleans(),
    has_account=st.booleans(),
    terms=st.lists(terms, max_size=2).map(tuple),
    last_usage_on=st.none() | days,
    is_protected=st.booleans(),
)
windows = st.builds(Window, months=st.integers(0, 3), days=st.integers(1, 40))
policies = st.just(DEFAULT_POLICY) | st.builds(
    FunnelPolicy,
    quiet=st.fixed_dictionaries(dict.fromkeys(OWNED_TIERS, windows)),
    completeness=st.integers(0, 10).map(lambda tenths: Decimal(tenths) / 10),
    renewal_notice=windows,
    renewal_grace=windows,
    warning_days=st.integers(0, 10),
    off=st.sets(st.sampled_from(RULES), max_size=6).map(frozenset),
)


def _swept(facts: Facts, policy: FunnelPolicy, on: date) -> tuple[Facts, set[Notice]]:
    """As a sweep of everybody would: it looks again at whoever has risen."""
    told: set[Notice] = set()
    while True:
        verdict = judge(facts, policy, on)
        told |= {replace(notice, due_on=on) for notice in verdict.notices}
        if verdict.fall is not None:
            return replace(facts, tier=verdict.fall.to_tier, tier_since=on, fell_with=facts.reasons(on)), told
        if verdict.upgrade is None:
            return facts, told
        facts = replace(facts, tier=verdict.upgrade.to_tier, tier_since=on, fell_with=None)


@given(facts, policies)
def test_a_second_sweep_on_the_same_day_moves_nobody(facts: Facts, policy: FunnelPolicy) -> None:
    once, _ = _swept(facts, policy, START)
    again, _ = _swept(once, policy, START)
    assert (again.tier, again.tier_since) == (once.tier, once.tier_since)


@given(facts, policies)
def test_nobody_falls_two_steps_in_a_day(facts: Facts, policy: FunnelPolicy) -> None:
    swept, _ = _swept(facts, policy, START)
    assert swept.tier == facts.tier or is_above(swept.tier, facts.tier) or swept.tier == FALLS[facts.tier]


@given(facts, policies, st.integers(0, 200))
def test_a_customer_with_a_fresh_log_never_falls_for_its_silence(facts: Facts, policy: FunnelPolicy, age: int) -> None:
    logged_on = START - timedelta(days=age)
    fall = judge(replace(facts, last_log_on=logged_on), policy, START).fall
    is_fresh = facts.tier in policy.quiet and policy.quiet[facts.tier].over_on(logged_on) > START
    assert fall is None or fall.rule == "contract_ended" or not is_fresh


@given(facts, policies)
def test_a_protected_customer_never_falls(facts: Facts, policy: FunnelPolicy) -> None:
    assert judge(replace(facts, is_protected=True), policy, START).fall is None


@given(facts, policies)
def test_a_rule_that_is_off_moves_nobody(facts: Facts, policy: FunnelPolicy) -> None:
    verdict = judge(facts, policy, START)
    assert not {step.rule for step in (verdict.upgrade, verdict.fall) if step is not None} & policy.off


LIFTED_WHILE_ITS_CONTRACT_ENDS = Facts("trial", START, START, terms=(Term(date(2026, 2, 1), date(2026, 2, 2)),))


@given(facts, policies)
@example(LIFTED_WHILE_ITS_CONTRACT_ENDS, DEFAULT_POLICY)
def test_looking_only_on_the_planned_days_misses_nothing(facts: Facts, policy: FunnelPolicy) -> None:
    """A sweep that looks at everybody every day, and one that looks when the plan says, do the same on the same days."""
    daily = planned = facts
    told_daily: set[tuple[str, str, date]] = set()
    told_planned: set[tuple[str, str, date]] = set()
    look = first_look(planned, policy, START)
    for offset in range(DAYS):
        on = START + timedelta(days=offset)
        daily, notices = _swept(daily, policy, on)
        told_daily |= _first_of_each(told_daily, notices)
        if look is not None and look <= on:
            planned, notices = _swept(planned, policy, on)
            told_planned |= _first_of_each(told_planned, notices)
            look = next_look(planned, policy, on)
        assert (planned.tier, planned.tier_since, told_planned) == (daily.tier, daily.tier_since, told_daily)


def _first_of_each(told: set[tuple[str, str, date]], notices: set[Notice]) -> set[tuple[str, str, date]]:
    known = {(rule, period) for rule, period, _ in told}
    return {(each.rule, each.period, each.due_on) for each in notices if (each.rule, each.period) not in known}
