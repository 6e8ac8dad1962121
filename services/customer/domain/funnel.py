"""The funnel: what lifts a customer, what lets it fall, and of what its people are told (spec, customer.md, "Tiers"). Pure.

Both tables of the specification stand here as tables. Days are Shanghai days; ``on`` is the day that is judged.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from services.customer.domain.completeness import share
from services.customer.domain.policy import FunnelPolicy
from services.kit.clock import Month, add_months

TIERS: Final = ("contract", "trial", "intent", "silent", "pool")
"""Top to bottom."""


def is_above(tier: str, other: str) -> bool:
    """Whether a tier stands higher in the funnel than another."""
    return TIERS.index(tier) < TIERS.index(other)


@dataclass(frozen=True, order=True)
class Term:
    """A contract's first and last day."""

    valid_from: date
    valid_to: date

    def is_in_force(self, on: date) -> bool:
        return self.valid_from <= on <= self.valid_to


@dataclass(frozen=True)
class Facts:
    """All that the rules ask about a customer.

    :param tier_since: the day it entered its tier.
    :param last_log_on: the day of its last contact log.
    :param filled_items: of the five that make completeness, its best contact's.
    :param terms: of its archived contracts.
    :param last_usage_on: the last day for which usage was reported.
    :param is_protected: whether it never falls.
    :param fell_with: the :meth:`reasons` on the day it fell into its tier; ``None`` if it came there otherwise.
    """

    tier: str
    tier_since: date
    last_log_on: date | None = None
    filled_items: int = 0
    test_account_archived: bool = False
    has_account: bool = False
    terms: tuple[Term, ...] = ()
    last_usage_on: date | None = None
    is_protected: bool = False
    fell_with: str | None = None

    @property
    def quiet_since(self) -> date:
        """Where windows start: the last log, or the day the tier was entered if that is later."""
        return max(self.last_log_on or self.tier_since, self.tier_since)

    @property
    def contract_ends_on(self) -> date | None:
        """The last day of the contract that ends last."""
        return max((term.valid_to for term in self.terms), default=None)

    def has_contract_in_force(self, on: date) -> bool:
        return any(term.is_in_force(on) for term in self.terms)

    def reasons(self, on: date) -> str:
        """Everything an upgrade could rest on, in one word to compare; a contract's end gives no new reason."""
        tried, begun = self.has_account or self.test_account_archived, sum(term.valid_from <= on for term in self.terms)
        return f"{self.last_log_on}/{self.filled_items}/{tried:d}/{begun}"

    def to_json(self, on: date) -> dict[str, Any]:
        """The facts as a move in the history keeps them."""
        ends_on = self.contract_ends_on
        return {
            "tier_since": self.tier_since.isoformat(),
            "last_log_on": self.last_log_on and self.last_log_on.isoformat(),
            "completeness": str(share(self.filled_items)),
            "test_account_archived": self.test_account_archived,
            "has_account": self.has_account,
            "contract_in_force": self.has_contract_in_force(on),
            "contract_ends_on": ends_on and ends_on.isoformat(),
            "last_usage_on": self.last_usage_on and self.last_usage_on.isoformat(),
            "is_protected": self.is_protected,
        }


@dataclass(frozen=True)
class Upgrade:
    """A row of "Upgrades by rule".

    :param needs: what it asks besides a log within the window: ``completeness``, ``account``, ``contract``.
    """

    from_tier: str
    to_tier: str
    needs: tuple[str, ...]

    @property
    def rule(self) -> str:
        return f"{self.from_tier}_to_{self.to_tier}"


UPGRADES: Final = (
    Upgrade("silent", "contract", ("account", "contract")),
    Upgrade("silent", "trial", ("account",)),
    Upgrade("silent", "intent", ("completeness",)),
    Upgrade("intent", "contract", ("account", "contract")),
    Upgrade("intent", "trial", ("account",)),
    Upgrade("trial", "contract", ("contract",)),
)
"""The highest first. The window for the log is the tier's own: 3 months, 15 days, 1 month."""

FALLS: Final = {"contract": "trial", "trial": "intent", "intent": "silent", "silent": "pool"}

FALL_RULES: Final = {
    "contract": "contract_ended",
    "trial": "trial_quiet",
    "intent": "intent_quiet",
    "silent": "silent_quiet",
}
"""The rule by which a tier falls."""


def has_recent_log(facts: Facts, policy: FunnelPolicy, on: date) -> bool:
    """Whether there is a log in the window of the customer's tier."""
    window = policy.quiet.get(facts.tier)
    return window is not None and facts.last_log_on is not None and on < window.over_on(facts.last_log_on)


def unmet_needs(facts: Facts, policy: FunnelPolicy, upgrade: Upgrade, on: date) -> list[str]:
    """What an upgrade from the customer's tier still lacks: ``log``, or one of its needs."""
    met = {
        "completeness": share(facts.filled_items) >= policy.completeness,
        "account": facts.has_account or facts.test_account_archived,
        "contract": facts.has_contract_in_force(on),
    }
    log = [] if has_recent_log(facts, policy, on) else ["log"]
    return log + [need for need in upgrade.needs if not met[need]]


def upgrade_by_rule(facts: Facts, policy: FunnelPolicy, on: date) -> Upgrade | None:
    """The highest upgrade by rule that applies.

    What a fall was decided on does not undo it: else a complete customer that fell for 15 days without a log would rise again
    the next day, by that same log, and fall again, for three months.
    """
    if facts.fell_with == facts.reasons(on):
        return None
    candidates = (upgrade for upgrade in UPGRADES if upgrade.from_tier == facts.tier and policy.has(upgrade.rule))
    return next((upgrade for upgrade in candidates if not unmet_needs(facts, policy, upgrade, on)), None)


@dataclass(frozen=True)
class Fall:
    """One step down, and the day it is due. Once due it stays due until it is done or its cause is gone."""

    rule: str
    to_tier: str
    on: date


def next_fall(facts: Facts, policy: FunnelPolicy) -> Fall | None:
    """The step down that comes if nothing happens; ``None`` if none would."""
    rule = FALL_RULES.get(facts.tier)
    if rule is None or facts.is_protected or not policy.has(rule):
        return None
    to_tier = FALLS[facts.tier]
    if facts.tier != "contract":
        return Fall(rule, to_tier, policy.quiet[facts.tier].over_on(facts.quiet_since))
    ends_on = facts.contract_ends_on
    if ends_on is None or (facts.last_usage_on is not None and facts.last_usage_on > ends_on):
        return None
    return Fall(rule, to_tier, policy.renewal_grace.over_on(ends_on))


@dataclass(frozen=True)
class Notice:
    """Something its people are told once in a period.

    :param rule: ``contract_quiet``, ``contract_expiring``, or the rule of the fall that is warned of.
    :param period: what "once" means: the calendar month, or the day of the fall.
    :param due_on: the day it is about: since when it is quiet, when the contract ends, when it falls.
    """

    rule: str
    period: str
    due_on: date


def _expiring_from(ends_on: date, policy: FunnelPolicy) -> date:
    return add_months(ends_on, -policy.renewal_notice.months) - timedelta(days=policy.renewal_notice.days)


def notices_due(facts: Facts, policy: FunnelPolicy, on: date) -> list[Notice]:
    """What is to be told on a day, unless it has been told in that period."""
    month, notices = str(Month.of(on)), []
    if facts.tier == "contract":
        quiet_on, ends_on = policy.quiet["contract"].over_on(facts.quiet_since), facts.contract_ends_on
        if quiet_on <= on and policy.has("contract_quiet"):
            notices.append(Notice("contract_quiet", month, quiet_on))
        if ends_on is not None and _expiring_from(ends_on, policy) <= on <= ends_on and policy.has("contract_expiring"):
            notices.append(Notice("contract_expiring", month, ends_on))
    fall = next_fall(facts, policy)
    if fall is not None and fall.on - timedelta(days=policy.warning_days) <= on < fall.on:
        notices.append(Notice(fall.rule, fall.on.isoformat(), fall.on))
    return notices


@dataclass(frozen=True)
class Verdict:
    """What a day brings a customer: at most one of a lift and a fall, and what is to be told."""

    upgrade: Upgrade | None
    fall: Fall | None
    notices: tuple[Notice, ...]

    @property
    def keeps_tier(self) -> bool:
        return self.upgrade is None and self.fall is None

    @property
    def is_empty(self) -> bool:
        return self.keeps_tier and not self.notices


def judge(facts: Facts, policy: FunnelPolicy, on: date) -> Verdict:
    """The daily sweep's question about one customer."""
    upgrade, fall = upgrade_by_rule(facts, policy, on), next_fall(facts, policy)
    due = fall if upgrade is None and fall is not None and fall.on <= on else None
    # Of its new tier a customer that moves is told the same day: the next look is planned as if nothing were left to tell.
    step = upgrade or due
    stands = facts if step is None else replace(facts, tier=step.to_tier, tier_since=on)
    return Verdict(upgrade, due, tuple(notices_due(stands, policy, on)))


def next_look(facts: Facts, policy: FunnelPolicy, after: date) -> date | None:
    """The first later day on which the sweep could find something due, if all that was due up to ``after`` is done.

    The sweep looks only at customers whose day has come, so a day too early costs a look, a day too late breaks a rule. It is
    ``after`` itself for one that has risen and may rise further: where the rule that would have lifted it so high is off.
    """
    if upgrade_by_rule(facts, policy, after) is not None:
        return after
    days: list[date] = []
    fall = next_fall(facts, policy)
    if fall is not None:
        days += [fall.on, fall.on - timedelta(days=policy.warning_days)]
    if facts.tier == "contract":
        days += _notice_days(facts, policy, after)
    else:
        days += [term.valid_from for term in facts.terms if facts.tier != "pool"]
    return min((day for day in days if day > after), default=None)


def _notice_days(facts: Facts, policy: FunnelPolicy, after: date) -> list[date]:
    # A notice that has begun comes again with every month that begins before its cause is gone.
    next_month = Month.of(after).plus(1).first_day
    quiet_on, ends_on = policy.quiet["contract"].over_on(facts.quiet_since), facts.contract_ends_on
    days = [quiet_on if quiet_on > after else next_month] if policy.has("contract_quiet") else []
    if ends_on is not None and policy.has("contract_expiring"):
        expiring_from = _expiring_from(ends_on, policy)
        days += [expiring_from] if expiring_from > after else [next_month] if next_month <= ends_on else []
    return days


def first_look(facts: Facts, policy: FunnelPolicy, on: date) -> date | None:
    """The same after a fact changed on a day: that very day if something is due on it, for the sweep has perhaps been."""
    return next_look(facts, policy, on) if judge(facts, policy, on).is_empty else on


@dataclass(frozen=True)
class Reach:
    """What a customer of a tier must be like for the sweep of day ``on`` to move it. Wider than the rules, never narrower.

    :param quiet_by: it may fall if it has been quiet since that day or longer; ``None`` if no silence lets it fall.
    :param ended_by: it may fall if its contract ended on that day or earlier; ``None`` if no end lets it fall.
    :param logged_after: it may rise if its last log is later than that day.
    :param rises_by: the upgrades open to it.
    """

    tier: str
    on: date
    quiet_by: date | None
    ended_by: date | None
    logged_after: date
    rises_by: tuple[Upgrade, ...]


def reach_of(policy: FunnelPolicy, on: date) -> list[Reach]:
    """For each tier that a sweep may move, so that the rest need not be read."""
    return [
        Reach(
            tier=tier,
            on=on,
            quiet_by=policy.quiet[tier].last_start_over_by(on) if tier != "contract" and policy.has(rule) else None,
            ended_by=policy.renewal_grace.last_start_over_by(on) if tier == "contract" and policy.has(rule) else None,
            logged_after=policy.quiet[tier].last_start_over_by(on),
            rises_by=tuple(upgrade for upgrade in UPGRADES if upgrade.from_tier == tier and policy.has(upgrade.rule)),
        )
        for tier, rule in FALL_RULES.items()
    ]
