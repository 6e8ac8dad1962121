"""Preview a policy (spec, customer.md: "with a preview of how many customers would move tonight")."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any, Final

from services.contracts.people import visibility_of
from services.customer.domain.funnel import FALL_RULES, FALLS, UPGRADES, Facts, judge
from services.customer.domain.policy import FunnelPolicy, Policy
from services.customer.store.policies import customers_in_reach, policy_in_force
from services.customer.store.tables import Customer
from services.customer.usecases.moves import facts_of
from services.kit.unit_of_work import Begin

BATCH = 500
"""So many are judged at a stretch; between two other calls have their turn."""
NAMED_MAX: Final = 20
"""So many of each rule's customers are named."""

_WAYS = [(upgrade.rule, upgrade.from_tier, upgrade.to_tier) for upgrade in UPGRADES] + [
    (rule, tier, FALLS[tier]) for tier, rule in FALL_RULES.items()
]
"""Every rule that moves customers, from where to where."""


def preview_policy(begin: Begin, *, as_of: date | None, **content: Any) -> dict[str, Any]:
    """What the sweep of a day would do under a proposed policy and under the one in force, as the customers stand now.

    The customers are judged by the sweep's own rules, a batch at a time; those that neither policy could move are not read.

    :param as_of: the day of the sweep; ``None`` for tonight's, which is tomorrow's.
    :returns: for ``PolicyPreview`` to dump. Customers are named to those who see all.
    """
    with begin() as work:
        on = as_of or work.today + timedelta(days=1)
        wanted, present = Policy.of(content).funnel, policy_in_force(work.session).funnel
        proposed, in_force, named = Counter[str](), Counter[str](), _Named()
        for customers in customers_in_reach(work.session, [wanted, present], on, BATCH):
            facts = facts_of(work, customers)
            for customer in customers:
                rule, rule_now = (
                    _rule_that_moves(facts[customer.id], wanted, on),
                    _rule_that_moves(facts[customer.id], present, on),
                )
                proposed.update(rule)
                in_force.update(rule_now)
                named.add(customer, rule, is_new=rule != rule_now)
        sees_all = visibility_of(work.caller).everything
    moves = [
        {
            "rule": rule,
            "from_tier": tier,
            "to_tier": to_tier,
            "proposed": proposed[rule],
            "in_force": in_force[rule],
            "customers": named.of(rule) if sees_all else [],
        }
        for rule, tier, to_tier in _WAYS
    ]
    return {"as_of": on, "moves": moves, "proposed": proposed.total(), "in_force": in_force.total()}


class _Named:
    """The first customers of each rule, those that it moves only by the proposed policy before the others."""

    def __init__(self) -> None:
        self._kept: defaultdict[tuple[str, bool], list[dict[str, Any]]] = defaultdict(list)

    def add(self, customer: Customer, rules: list[str], *, is_new: bool) -> None:
        for rule in rules:
            kept = self._kept[rule, is_new]
            if len(kept) < NAMED_MAX:
                kept.append({"id": customer.id, "name": customer.name, "owner_name": customer.owner_name, "is_new": is_new})

    def of(self, rule: str) -> list[dict[str, Any]]:
        return [*self._kept[rule, True], *self._kept[rule, False]][:NAMED_MAX]


def _rule_that_moves(facts: Facts, policy: FunnelPolicy, on: date) -> list[str]:
    verdict = judge(facts, policy, on)
    step = verdict.upgrade or verdict.fall
    return [step.rule] if step is not None else []
