"""What holds of the funnel whatever the facts: it is swept day by day against the rules' own words."""

from dataclasses import replace
from datetime import date, timedelta

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
from services.customer.domain.policy import DEFAULT_POLICY

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
)


def _swept(facts: Facts, on: date) -> tuple[Facts, set[Notice]]:
    verdict = judge(facts, DEFAULT_POLICY, on)
    if verdict.upgrade is not None:
        facts = replace(facts, tier=verdict.upgrade.to_tier, tier_since=on, fell_with=None)
    elif verdict.fall is not None:
        facts = replace(facts, tier=verdict.fall.to_tier, tier_since=on, fell_with=facts.reasons(on))
    return facts, {replace(notice, due_on=on) for notice in verdict.notices}


@given(facts)
def test_a_second_sweep_on_the_same_day_moves_nobody(facts: Facts) -> None:
    once, _ = _swept(facts, START)
    again, _ = _swept(once, START)
    assert (again.tier, again.tier_since) == (once.tier, once.tier_since)


@given(facts)
def test_nobody_falls_two_steps_in_a_day(facts: Facts) -> None:
    swept, _ = _swept(facts, START)
    assert swept.tier == facts.tier or is_above(swept.tier, facts.tier) or swept.tier == FALLS[facts.tier]


@given(facts, st.integers(0, 14))
def test_a_customer_with_a_fresh_log_never_falls_for_its_silence(facts: Facts, age: int) -> None:
    fall = judge(replace(facts, last_log_on=START - timedelta(days=age)), DEFAULT_POLICY, START).fall
    assert fall is None or fall.rule == "contract_ended"


LIFTED_WHILE_ITS_CONTRACT_ENDS = Facts("trial", START, START, terms=(Term(date(2026, 2, 1), date(2026, 2, 2)),))


@given(facts)
@example(LIFTED_WHILE_ITS_CONTRACT_ENDS)
def test_looking_only_on_the_planned_days_misses_nothing(facts: Facts) -> None:
    """A sweep that looks at everybody every day, and one that looks when the plan says, do the same on the same days."""
    daily = planned = facts
    told_daily: set[tuple[str, str, date]] = set()
    told_planned: set[tuple[str, str, date]] = set()
    look = first_look(planned, DEFAULT_POLICY, START)
    for offset in range(DAYS):
        on = START + timedelta(days=offset)
        daily, notices = _swept(daily, on)
        told_daily |= _first_of_each(told_daily, notices)
        if look is not None and look <= on:
            planned, notices = _swept(planned, on)
            told_planned |= _first_of_each(told_planned, notices)
            look = next_look(planned, DEFAULT_POLICY, on)
        assert (planned.tier, planned.tier_since, told_planned) == (daily.tier, daily.tier_since, told_daily)


def _first_of_each(told: set[tuple[str, str, date]], notices: set[Notice]) -> set[tuple[str, str, date]]:
    known = {(rule, period) for rule, period, _ in told}
    return {(each.rule, each.period, each.due_on) for each in notices if (each.rule, each.period) not in known}
