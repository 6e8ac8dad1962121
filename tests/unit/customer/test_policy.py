"""The policy of funnel and pool: what an administrator may set, and what each setting does (spec, customer.md)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.customer_policy_calls import FUNNEL_RULES, SetPolicy
from services.customer.domain.funnel import FALL_RULES, UPGRADES, Facts, Term, judge, next_fall, notices_due, upgrade_by_rule
from services.customer.domain.outlook import outlook_of
from services.customer.domain.policy import DEFAULT_POLICY, RULES, FunnelPolicy, Policy, PoolPolicy, Window
from services.kit.errors import InvalidInput
from services.kit.schema import load

JANUARY = date(2026, 1, 1)
ON = date(2026, 7, 1)
IN_FORCE = (Term(JANUARY, date(2026, 12, 31)),)
LOGGED = date(2026, 6, 30)


def _set(**changes: Any) -> dict[str, Any]:
    return {**Policy().to_json(), "version": 0, "reason": "试行", **changes}


def test_the_default_is_the_specification_s() -> None:
    assert Policy().to_json() == {
        "quiet": {
            "contract": {"months": 1, "days": 0},
            "trial": {"months": 1, "days": 0},
            "intent": {"months": 0, "days": 15},
            "silent": {"months": 3, "days": 0},
        },
        "completeness": "0.6",
        "renewal_notice": {"months": 1, "days": 0},
        "renewal_grace": {"months": 3, "days": 0},
        "warning_days": 3,
        "claimed_tier": "silent",
        "rules": dict.fromkeys(RULES, True),
        "holding_limits": {"contract": None, "trial": None, "intent": None, "silent": None},
        "claims_per_day": None,
        "reclaim_wait_days": 0,
    }


def test_every_rule_of_both_tables_can_be_switched_off_and_has_words() -> None:
    assert set(RULES) == set(FUNNEL_RULES)
    assert {upgrade.rule for upgrade in UPGRADES} | set(FALL_RULES.values()) <= set(RULES)


def test_a_policy_is_kept_and_read_again_as_it_was() -> None:
    policy = Policy(
        FunnelPolicy(completeness=Decimal("0.8"), off=frozenset({"silent_quiet"}), warning_days=0, claimed_tier="intent"),
        PoolPolicy({"intent": 50}, claims_per_day=3, reclaim_wait_days=30),
    )
    assert Policy.of(policy.to_json()) == policy
    loaded = load(SetPolicy, {**policy.to_json(), "version": 0, "reason": "试行"})
    assert Policy.of(loaded) == policy


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"completeness": "1.1"}, {"completeness": ["range|0|1"]}),
        ({"completeness": "0.625"}, {"completeness": ["too_many_places|2"]}),
        ({"warning_days": -1}, {"warning_days": ["range|0|90"]}),
        ({"claimed_tier": "pool"}, {"claimed_tier": ["one_of|silent, intent"]}),
        ({"rules": {**dict.fromkeys(RULES, True), "no_rule": True}}, {"rules.no_rule": ["unknown"]}),
        ({"rules": dict.fromkeys(RULES[1:], True)}, {f"rules.{RULES[0]}": ["required"]}),
        (
            {"quiet": {**Policy().to_json()["quiet"], "intent": {"months": 0, "days": 0}}},
            {"quiet.intent.days": ["window_empty"]},
        ),
        ({"holding_limits": {"pool": 1}}, {"holding_limits.pool": ["unknown"]}),
        ({"reason": " "}, {"reason": ["required"]}),
    ],
)
def test_a_wrong_setting_is_named_by_its_field(changes: dict[str, Any], wrong: dict[str, list[str]]) -> None:
    with pytest.raises(InvalidInput) as refused:
        load(SetPolicy, _set(**changes))
    assert refused.value.fields == wrong


@given(st.integers(0, 4), st.integers(0, 40), st.dates(date(2020, 1, 1), date(2032, 12, 31)))
def test_the_last_start_that_is_over_is_the_windows_inverse(months: int, days: int, on: date) -> None:
    window = Window(months, days)
    start = window.last_start_over_by(on)
    assert window.over_on(start) <= on < window.over_on(start + timedelta(days=1))


def _without(rule: str) -> FunnelPolicy:
    return replace(DEFAULT_POLICY, off=frozenset({rule}))


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("silent_to_intent", Facts("silent", JANUARY, LOGGED, filled_items=5)),
        ("silent_to_trial", Facts("silent", JANUARY, LOGGED, has_account=True)),
        ("intent_to_trial", Facts("intent", JANUARY, LOGGED, has_account=True)),
        ("trial_to_contract", Facts("trial", JANUARY, LOGGED, terms=IN_FORCE)),
    ],
)
def test_an_upgrade_that_is_off_lifts_nobody(rule: str, facts: Facts) -> None:
    upgrade = upgrade_by_rule(facts, DEFAULT_POLICY, ON)
    assert upgrade is not None
    assert upgrade.rule == rule
    assert upgrade_by_rule(facts, _without(rule), ON) is None
    assert rule not in [lift.by for lift in outlook_of(facts, _without(rule), ON).lifts]


@pytest.mark.parametrize("tier", ["silent", "intent"])
def test_without_the_highest_upgrade_the_next_one_applies(tier: str) -> None:
    facts = Facts(tier, JANUARY, LOGGED, has_account=True, terms=IN_FORCE)
    upgrade = upgrade_by_rule(facts, _without(f"{tier}_to_contract"), ON)
    assert upgrade is not None
    assert upgrade.rule == f"{tier}_to_trial"


ENDED = (Term(JANUARY, date(2026, 3, 31)),)
FALLING = [
    ("trial_quiet", Facts("trial", JANUARY)),
    ("intent_quiet", Facts("intent", JANUARY)),
    ("silent_quiet", Facts("silent", JANUARY)),
    ("contract_ended", Facts("contract", JANUARY, LOGGED, terms=ENDED)),
]


@pytest.mark.parametrize(("rule", "facts"), FALLING)
def test_a_fall_that_is_off_moves_and_warns_nobody(rule: str, facts: Facts) -> None:
    fall = next_fall(facts, DEFAULT_POLICY)
    assert fall is not None
    assert fall.rule == rule
    assert judge(facts, _without(rule), ON).fall is None
    assert outlook_of(facts, _without(rule), ON).fall is None
    before = fall.on - timedelta(days=3)
    assert rule in [notice.rule for notice in notices_due(facts, DEFAULT_POLICY, before)]
    assert rule not in [notice.rule for notice in notices_due(facts, _without(rule), before)]


@pytest.mark.parametrize(("rule", "facts"), FALLING)
def test_a_protected_customer_never_falls_and_is_not_warned_of(rule: str, facts: Facts) -> None:
    protected = replace(facts, is_protected=True)
    for day in range(400):
        verdict = judge(protected, DEFAULT_POLICY, JANUARY + timedelta(days=day))
        assert verdict.fall is None
        assert rule not in [notice.rule for notice in verdict.notices]
    assert outlook_of(protected, DEFAULT_POLICY, ON).fall is None


def test_a_protected_customer_rises_like_any_other() -> None:
    facts = Facts("silent", JANUARY, LOGGED, filled_items=5, is_protected=True)
    assert upgrade_by_rule(facts, DEFAULT_POLICY, ON) is not None


@pytest.mark.parametrize(
    ("rule", "facts", "on"),
    [
        ("contract_quiet", Facts("contract", JANUARY, terms=IN_FORCE), date(2026, 3, 1)),
        ("contract_expiring", Facts("contract", JANUARY, date(2026, 12, 1), terms=IN_FORCE), date(2026, 12, 5)),
    ],
)
def test_a_notice_that_is_off_is_not_told(rule: str, facts: Facts, on: date) -> None:
    assert [notice.rule for notice in notices_due(facts, DEFAULT_POLICY, on)] == [rule]
    assert notices_due(facts, _without(rule), on) == []


@pytest.mark.parametrize(
    ("warning_days", "first"), [(3, date(2026, 1, 13)), (7, date(2026, 1, 9)), (0, None)], ids=["3 days", "7 days", "never"]
)
def test_an_owner_is_warned_as_many_days_before_a_fall_as_the_policy_says(warning_days: int, first: date | None) -> None:
    policy = replace(DEFAULT_POLICY, warning_days=warning_days)
    days = [JANUARY + timedelta(days=offset) for offset in range(15)]
    warned = [on for on in days if notices_due(Facts("intent", JANUARY), policy, on)]
    assert (warned[0] if warned else None) == first


def test_windows_and_threshold_are_the_policy_s() -> None:
    policy = replace(
        DEFAULT_POLICY,
        quiet={**DEFAULT_POLICY.quiet, "intent": Window(days=30)},
        completeness=Decimal("0.8"),
        renewal_grace=Window(months=6),
    )
    fall = next_fall(Facts("intent", JANUARY), policy)
    assert fall is not None
    assert fall.on == date(2026, 1, 31)
    fall = next_fall(Facts("contract", JANUARY, terms=ENDED), policy)
    assert fall is not None
    assert fall.on == date(2026, 9, 30)
    assert upgrade_by_rule(Facts("silent", JANUARY, LOGGED, filled_items=3), policy, ON) is None
    assert upgrade_by_rule(Facts("silent", JANUARY, LOGGED, filled_items=4), policy, ON) is not None
