"""Upgrades by rule: every row of the table, and every boundary day (spec, customer.md, "Upgrades by rule")."""

from dataclasses import replace
from datetime import date

import pytest

from services.customer.domain.funnel import Facts, Term, upgrade_by_rule
from services.customer.domain.policy import DEFAULT_POLICY

ON = date(2026, 7, 1)
IN_FORCE = (Term(date(2026, 1, 1), date(2026, 12, 31)),)
COMING = (Term(date(2026, 7, 2), date(2027, 7, 1)),)
OVER = (Term(date(2025, 7, 1), date(2026, 6, 30)),)


def _facts(tier: str, logged: date | None, **facts: object) -> Facts:
    return replace(Facts(tier=tier, tier_since=date(2026, 1, 1), last_log_on=logged), **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "to_tier"),
    [
        # silent → intent: a log in the last 3 months and completeness at or above 0.6
        pytest.param(_facts("silent", date(2026, 4, 2), filled_items=3), "intent", id="silent, complete, log in its last day"),
        pytest.param(_facts("silent", date(2026, 4, 1), filled_items=3), None, id="silent, complete, log 3 months ago"),
        pytest.param(_facts("silent", date(2026, 6, 30), filled_items=2), None, id="silent, not complete enough"),
        pytest.param(_facts("silent", None, filled_items=5), None, id="silent, complete, never a log"),
        # silent → trial: a log in the last 3 months and (测试账号申请 archived or a product has an account)
        pytest.param(_facts("silent", date(2026, 4, 2), has_account=True), "trial", id="silent, account"),
        pytest.param(_facts("silent", date(2026, 4, 2), test_account_archived=True), "trial", id="silent, test account"),
        pytest.param(_facts("silent", date(2026, 4, 1), has_account=True), None, id="silent, account, log 3 months ago"),
        pytest.param(
            _facts("silent", date(2026, 4, 2), has_account=True, filled_items=5), "trial", id="silent, the highest wins"
        ),
        # silent → contract: the same, and a contract archived and in force
        pytest.param(_facts("silent", date(2026, 4, 2), has_account=True, terms=IN_FORCE), "contract", id="silent, contract"),
        pytest.param(_facts("silent", date(2026, 4, 2), terms=IN_FORCE), None, id="silent, contract without account"),
        pytest.param(_facts("silent", date(2026, 4, 2), has_account=True, terms=OVER), "trial", id="silent, contract over"),
        # intent → trial: a log in the last 15 days and (…)
        pytest.param(_facts("intent", date(2026, 6, 17), has_account=True), "trial", id="intent, account, day 14"),
        pytest.param(_facts("intent", date(2026, 6, 16), has_account=True), None, id="intent, account, day 15"),
        pytest.param(_facts("intent", date(2026, 6, 17), test_account_archived=True), "trial", id="intent, test account"),
        pytest.param(_facts("intent", date(2026, 6, 30), filled_items=5), None, id="intent, complete lifts no further"),
        # intent → contract
        pytest.param(_facts("intent", date(2026, 6, 17), has_account=True, terms=IN_FORCE), "contract", id="intent, contract"),
        pytest.param(_facts("intent", date(2026, 6, 17), has_account=True, terms=COMING), "trial", id="intent, contract to come"),
        # trial → contract: a log in the last month and a contract archived and in force
        pytest.param(_facts("trial", date(2026, 6, 2), terms=IN_FORCE), "contract", id="trial, contract, log in its last day"),
        pytest.param(_facts("trial", date(2026, 6, 1), terms=IN_FORCE), None, id="trial, contract, log a month ago"),
        pytest.param(_facts("trial", date(2026, 6, 30), terms=OVER), None, id="trial, contract over"),
        pytest.param(_facts("trial", date(2026, 6, 30), terms=(*OVER, *IN_FORCE)), "contract", id="trial, renewed"),
        pytest.param(_facts("contract", ON, terms=IN_FORCE, has_account=True), None, id="contract has nothing above"),
        pytest.param(
            _facts("pool", ON, terms=IN_FORCE, has_account=True, filled_items=5), None, id="no rule lifts from the pool"
        ),
    ],
)
def test_the_highest_rule_that_applies_wins(facts: Facts, to_tier: str | None) -> None:
    upgrade = upgrade_by_rule(facts, DEFAULT_POLICY, ON)
    assert (upgrade and upgrade.to_tier) == to_tier


@pytest.mark.parametrize("on", [date(2026, 12, 31), date(2026, 1, 1)], ids=["last day", "first day"])
def test_a_contract_is_in_force_on_both_its_ends(on: date) -> None:
    facts = _facts("trial", on, terms=IN_FORCE)
    assert upgrade_by_rule(facts, DEFAULT_POLICY, on) is not None


def test_a_fall_is_not_undone_by_the_facts_it_was_decided_on() -> None:
    fallen = _facts("silent", date(2026, 6, 10), filled_items=5)
    fallen = replace(fallen, fell_with=fallen.reasons(ON))
    assert upgrade_by_rule(fallen, DEFAULT_POLICY, ON) is None


@pytest.mark.parametrize(
    "change",
    [{"last_log_on": date(2026, 6, 30)}, {"filled_items": 4}, {"has_account": True}],
    ids=["a log", "completeness", "an account"],
)
def test_any_new_fact_lifts_a_fallen_customer_again(change: dict[str, object]) -> None:
    fallen = _facts("silent", date(2026, 6, 10), filled_items=3)
    fallen = replace(fallen, fell_with=fallen.reasons(ON), **change)  # type: ignore[arg-type]
    assert upgrade_by_rule(fallen, DEFAULT_POLICY, ON) is not None


def test_the_end_of_a_contract_is_no_new_reason_to_rise() -> None:
    fallen = _facts("silent", date(2026, 6, 10), has_account=True, terms=IN_FORCE)
    fallen = replace(fallen, fell_with=fallen.reasons(ON), terms=(Term(date(2026, 1, 1), ON),))
    assert upgrade_by_rule(fallen, DEFAULT_POLICY, date(2026, 7, 2)) is None
