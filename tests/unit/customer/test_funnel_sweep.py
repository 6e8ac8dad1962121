"""The daily sweep: every row of its table, and every boundary day (spec, customer.md, "Daily sweep")."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.customer.domain.funnel import Facts, Notice, Term, judge, next_fall
from services.customer.domain.policy import DEFAULT_POLICY, Window

JANUARY = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("window", "start", "over_on"),
    [
        pytest.param(Window(months=1), date(2026, 3, 10), date(2026, 4, 10), id="a log on 10 March covers up to 9 April"),
        pytest.param(Window(months=1), date(2026, 1, 31), date(2026, 2, 28), id="31 January clips"),
        pytest.param(Window(months=1), date(2028, 1, 31), date(2028, 2, 29), id="31 January clips in a leap year"),
        pytest.param(Window(months=3), date(2025, 11, 30), date(2026, 2, 28), id="3 months from 30 November clip"),
        pytest.param(Window(days=15), date(2026, 2, 20), date(2026, 3, 7), id="15 days"),
    ],
)
def test_a_window_is_over_on_the_day_it_is_full(window: Window, start: date, over_on: date) -> None:
    assert window.over_on(start) == over_on


@pytest.mark.parametrize(
    ("facts", "falls_on", "to_tier"),
    [
        pytest.param(Facts("trial", JANUARY, date(2026, 3, 10)), date(2026, 4, 10), "intent", id="trial, 1 month"),
        pytest.param(Facts("intent", JANUARY, date(2026, 3, 10)), date(2026, 3, 25), "silent", id="intent, 15 days"),
        pytest.param(Facts("silent", JANUARY, date(2026, 3, 10)), date(2026, 6, 10), "pool", id="silent, 3 months"),
        pytest.param(
            Facts("intent", JANUARY, None), date(2026, 1, 16), "silent", id="a new customer never contacted has its 15 days"
        ),
        pytest.param(
            Facts("silent", date(2026, 3, 10), JANUARY), date(2026, 6, 10), "pool", id="from the day the tier was entered"
        ),
        pytest.param(
            Facts("contract", JANUARY, None, terms=(Term(JANUARY, date(2026, 3, 31)),)),
            date(2026, 6, 30),
            "trial",
            id="contract, 3 months after its end",
        ),
        pytest.param(
            Facts("contract", JANUARY, None, terms=(Term(JANUARY, date(2026, 3, 31)),), last_usage_on=date(2026, 3, 31)),
            date(2026, 6, 30),
            "trial",
            id="usage on its last day is none since",
        ),
        pytest.param(
            Facts(
                "contract",
                JANUARY,
                None,
                terms=(Term(JANUARY, date(2026, 3, 31)), Term(date(2026, 5, 1), date(2026, 7, 31))),
            ),
            date(2026, 10, 31),
            "trial",
            id="renewed: the later end counts",
        ),
    ],
)
def test_one_step_down_on_the_day_and_not_before(facts: Facts, falls_on: date, to_tier: str) -> None:
    assert judge(facts, DEFAULT_POLICY, falls_on - timedelta(days=1)).fall is None
    fall = judge(facts, DEFAULT_POLICY, falls_on).fall
    assert fall is not None
    assert (fall.to_tier, fall.on) == (to_tier, falls_on)
    late = judge(facts, DEFAULT_POLICY, falls_on + timedelta(days=40)).fall
    assert late == fall, "a day that the sweep missed is made up for"


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(
            Facts("contract", JANUARY, None, terms=(Term(JANUARY, date(2026, 3, 31)),), last_usage_on=date(2026, 4, 1)),
            id="usage since the contract's end",
        ),
        pytest.param(Facts("contract", JANUARY), id="a contract customer without a log"),
        pytest.param(Facts("pool", JANUARY), id="the pool is the bottom"),
    ],
)
def test_these_do_not_fall(facts: Facts) -> None:
    assert next_fall(facts, DEFAULT_POLICY) is None


QUIET = Facts("contract", JANUARY, date(2026, 3, 10), terms=(Term(JANUARY, date(2027, 12, 31)),))
EXPIRING = Facts("contract", JANUARY, date(2026, 7, 1), terms=(Term(JANUARY, date(2026, 7, 31)),))
TRIAL = Facts("trial", JANUARY, date(2026, 3, 10))


@pytest.mark.parametrize(
    ("facts", "on", "notices"),
    [
        pytest.param(QUIET, date(2026, 4, 9), [], id="contract: not yet 1 month without a log"),
        pytest.param(
            QUIET,
            date(2026, 4, 10),
            [Notice("contract_quiet", "2026-04", date(2026, 4, 10))],
            id="contract: 1 month without a log",
        ),
        pytest.param(
            QUIET, date(2026, 5, 1), [Notice("contract_quiet", "2026-05", date(2026, 4, 10))], id="and in the next calendar month"
        ),
        pytest.param(EXPIRING, date(2026, 6, 29), [], id="more than a month before the contract ends"),
        pytest.param(
            replace(EXPIRING, last_log_on=date(2026, 6, 20)),
            date(2026, 6, 30),
            [Notice("contract_expiring", "2026-06", date(2026, 7, 31))],
            id="one month before the contract ends (30 June, clipped)",
        ),
        pytest.param(
            EXPIRING, date(2026, 7, 31), [Notice("contract_expiring", "2026-07", date(2026, 7, 31))], id="its last day, if still"
        ),
        pytest.param(EXPIRING, date(2026, 8, 1), [Notice("contract_quiet", "2026-08", date(2026, 8, 1))], id="over"),
        pytest.param(TRIAL, date(2026, 4, 6), [], id="4 days before a fall"),
        pytest.param(
            TRIAL, date(2026, 4, 7), [Notice("trial_quiet", "2026-04-10", date(2026, 4, 10))], id="3 days before a fall"
        ),
        pytest.param(TRIAL, date(2026, 4, 10), [], id="on the day of the fall its people are told of the fall"),
    ],
)
def test_what_is_told(facts: Facts, on: date, notices: list[Notice]) -> None:
    assert list(judge(facts, DEFAULT_POLICY, on).notices) == notices
