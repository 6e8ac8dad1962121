"""Preview a policy (spec, customer.md: "with a preview of how many customers would move tonight")."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from services.customer.domain.funnel import FALL_RULES, FALLS, UPGRADES, Facts, judge
from services.customer.domain.policy import FunnelPolicy, Policy
from services.customer.store.policies import customers_in_reach, policy_in_force
from services.customer.usecases.moves import facts_of
from services.kit.unit_of_work import Begin

BATCH = 500
"""So many are judged at a stretch; between two other calls have their turn."""

_WAYS = [(upgrade.rule, upgrade.from_tier, upgrade.to_tier) for upgrade in UPGRADES] + [
    (rule, tier, FALLS[tier]) for tier, rule in FALL_RULES.items()
]
"""Every rule that moves customers, from where to where."""


def preview_policy(begin: Begin, *, as_of: date | None, **content: Any) -> dict[str, Any]:
    """What the sweep of a day would do under a proposed policy and under the one in force, as the customers stand now.

    The customers are judged by the sweep's own rules, a batch at a time; those that neither policy could move are not read.

    :param as_of: the day of the sweep; ``None`` for tonight's, which is tomorrow's.
    :returns: for ``PolicyPreview`` to dump.
    """
    with begin() as work:
        on = as_of or work.today + timedelta(days=1)
        policies = [Policy.of(content).funnel, policy_in_force(work.session).funnel]
        counts = [Counter[str](), Counter[str]()]
        for customers in customers_in_reach(work.session, policies, on, BATCH):
            for facts in facts_of(work, customers).values():
                for policy, count in zip(policies, counts, strict=True):
                    count.update(_rule_that_moves(facts, policy, on))
    proposed, in_force = counts
    moves = [
        {"rule": rule, "from_tier": tier, "to_tier": to_tier, "proposed": proposed[rule], "in_force": in_force[rule]}
        for rule, tier, to_tier in _WAYS
    ]
    return {"as_of": on, "moves": moves, "proposed": proposed.total(), "in_force": in_force.total()}


def _rule_that_moves(facts: Facts, policy: FunnelPolicy, on: date) -> list[str]:
    verdict = judge(facts, policy, on)
    step = verdict.upgrade or verdict.fall
    return [step.rule] if step is not None else []
