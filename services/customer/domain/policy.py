"""What an administrator may set of the funnel and of the pool (spec, customer.md, "Daily sweep" and "The pool"). Pure.

The default is the specification's: its windows, its threshold, every rule on, no limit on the pool.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, Self

from services.kit.clock import add_months

RULES: Final = (
    "silent_to_intent",
    "silent_to_trial",
    "silent_to_contract",
    "intent_to_trial",
    "intent_to_contract",
    "trial_to_contract",
    "contract_quiet",
    "contract_expiring",
    "contract_ended",
    "trial_quiet",
    "intent_quiet",
    "silent_quiet",
)
"""Every rule that can be switched off: the rows of "Upgrades by rule", then those of "Daily sweep"."""

OWNED_TIERS: Final = ("contract", "trial", "intent", "silent")


@dataclass(frozen=True)
class Window:
    """A stretch of time that a rule grants. Months clip: one month after 31 January is the last day of February."""

    months: int = 0
    days: int = 0

    def over_on(self, start: date) -> date:
        """The day it is full, and so over: a month from 10 March is over on 10 April."""
        return add_months(start, self.months) + timedelta(days=self.days)

    def last_start_over_by(self, on: date) -> date:
        """The latest start whose window is over on a day: what started then or earlier is over, what started later is not."""
        # Clipping lets several starts be over on one day, so the inverse is looked for near its rough place.
        start = add_months(on - timedelta(days=self.days), -self.months)
        while self.over_on(start + timedelta(days=1)) <= on:
            start += timedelta(days=1)
        while self.over_on(start) > on:
            start -= timedelta(days=1)
        return start

    def to_json(self) -> dict[str, int]:
        return {"months": self.months, "days": self.days}


def _quiet() -> dict[str, Window]:
    return {"contract": Window(months=1), "trial": Window(months=1), "intent": Window(days=15), "silent": Window(months=3)}


@dataclass(frozen=True)
class FunnelPolicy:
    """What an administrator may set of the funnel.

    :param quiet: how long each tier may be without a log. In ``contract`` it only brings a notice.
    :param completeness: from which share on a silent customer counts as known, 0 to 1.
    :param renewal_notice: how long before a contract's end its people are told.
    :param renewal_grace: how long after its end a contract may be renewed before the customer falls.
    :param warning_days: how many days before a fall the owner is warned; 0 for never.
    :param claimed_tier: the tier of a customer claimed from the pool.
    :param off: the :data:`RULES` that are switched off.
    """

    quiet: Mapping[str, Window] = field(default_factory=_quiet)
    completeness: Decimal = Decimal("0.6")
    renewal_notice: Window = Window(months=1)
    renewal_grace: Window = Window(months=3)
    warning_days: int = 3
    claimed_tier: str = "silent"
    off: frozenset[str] = frozenset()

    def has(self, rule: str) -> bool:
        """Whether a rule is on."""
        return rule not in self.off


@dataclass(frozen=True)
class PoolPolicy:
    """What an administrator may set of the pool; everything is off by default.

    :param holding_limits: how many customers of a tier one salesperson may hold; a tier without one has no limit.
    :param claims_per_day: how many customers one salesperson may claim a day; ``None`` for any number.
    :param reclaim_wait_days: how many days a former owner waits before claiming the same customer again.
    """

    holding_limits: Mapping[str, int] = field(default_factory=dict)
    claims_per_day: int | None = None
    reclaim_wait_days: int = 0


@dataclass(frozen=True)
class Policy:
    """Both, as one version of the policy has them."""

    funnel: FunnelPolicy = field(default_factory=FunnelPolicy)
    pool: PoolPolicy = field(default_factory=PoolPolicy)

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Self:
        """From what :meth:`to_json` gave, or a schema loaded: windows as ``{months, days}``, the threshold as text or decimal."""
        funnel = FunnelPolicy(
            quiet={tier: Window(**content["quiet"][tier]) for tier in OWNED_TIERS},
            completeness=Decimal(content["completeness"]),
            renewal_notice=Window(**content["renewal_notice"]),
            renewal_grace=Window(**content["renewal_grace"]),
            warning_days=content["warning_days"],
            claimed_tier=content["claimed_tier"],
            off=frozenset(rule for rule, is_on in content["rules"].items() if not is_on),
        )
        limits = {tier: limit for tier, limit in content["holding_limits"].items() if limit is not None}
        return cls(funnel, PoolPolicy(limits, content["claims_per_day"], content["reclaim_wait_days"]))

    def to_json(self) -> dict[str, Any]:
        """As it is kept and shown: every rule with whether it is on, every tier's limit (null for none)."""
        funnel, pool = self.funnel, self.pool
        return {
            "quiet": {tier: funnel.quiet[tier].to_json() for tier in OWNED_TIERS},
            "completeness": str(funnel.completeness),
            "renewal_notice": funnel.renewal_notice.to_json(),
            "renewal_grace": funnel.renewal_grace.to_json(),
            "warning_days": funnel.warning_days,
            "claimed_tier": funnel.claimed_tier,
            "rules": {rule: funnel.has(rule) for rule in RULES},
            "holding_limits": {tier: pool.holding_limits.get(tier) for tier in OWNED_TIERS},
            "claims_per_day": pool.claims_per_day,
            "reclaim_wait_days": pool.reclaim_wait_days,
        }


DEFAULT_POLICY: Final = FunnelPolicy()
"""The specification's funnel."""
