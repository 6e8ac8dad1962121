"""What comes next for a customer, in words a salesperson acts on (spec, customer.md, "Tiers"). Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from services.customer.domain.funnel import UPGRADES, Facts, Fall, is_above, next_fall, unmet_needs
from services.customer.domain.policy import FunnelPolicy

TIER_NAMES: Final = {
    "contract": ("合同客户", "contract"),
    "trial": ("测试客户", "trial"),
    "intent": ("意向客户", "intent"),
    "silent": ("沉默客户", "silent"),
    "pool": ("公共池", "the pool"),
}
_NEEDS: Final = {
    "log": ("新的联系日志", "a new contact log"),
    "completeness": ("更完整的联系人信息", "more complete contact details"),
    "account": ("归档的测试账号申请或账号", "a test account archived or an account on a product"),
    "contract": ("生效中的合同", "a contract archived and in force"),
}
_LIFTED_BY: Final = {
    "claim_customer": ("申请客户", "claim"),
    "test_account": ("测试账号申请", "test account"),
    "contract_review": ("合同评审", "contract review"),
}


@dataclass(frozen=True)
class Prospect:
    """Something that would move the customer.

    :param by: the rule's or process's code.
    :param on: the day a fall comes; ``None`` for what lifts.
    :param missing: what a lift by rule still lacks.
    """

    to_tier: str
    by: str
    on: date | None
    missing: tuple[str, ...]
    text_zh: str
    text_en: str


@dataclass(frozen=True)
class Outlook:
    """:param fall: what comes unless something is done; :param lifts: what would lift, the nearest tier first."""

    fall: Prospect | None
    lifts: tuple[Prospect, ...]


def outlook_of(facts: Facts, policy: FunnelPolicy, on: date) -> Outlook:
    """What comes next as the facts stand on a day."""
    fall = next_fall(facts, policy)
    lifts = [*_lifts_by_process(facts, policy), *_lifts_by_rule(facts, policy, on)]
    nearest_first = sorted(lifts, key=lambda lift: is_above(lift.to_tier, "trial") * 2 + is_above(lift.to_tier, "intent"))
    return Outlook(prospect_of_fall(fall) if fall else None, tuple(nearest_first))


def prospect_of_fall(fall: Fall) -> Prospect:
    """A fall in words."""
    zh, en = TIER_NAMES[fall.to_tier]
    day_en = f"{fall.on.day} {fall.on:%B %Y}"
    if fall.rule == "contract_ended":
        text_zh = f"若未续签且无发送量，将于 {fall.on} 降为{zh}"
        text_en = f"falls to {en} on {day_en} unless renewed or used"
    else:
        text_zh = f"若无联系日志，将于 {fall.on} {'落入' if fall.to_tier == 'pool' else '降为'}{zh}"
        text_en = f"falls to {en} on {day_en} unless contacted"
    return Prospect(fall.to_tier, fall.rule, fall.on, (), text_zh, text_en)


def _lifts_by_process(facts: Facts, policy: FunnelPolicy) -> list[Prospect]:
    targets = [("contract_review", "contract")] if facts.tier != "pool" else [("claim_customer", policy.claimed_tier)]
    lifts = []
    for process, to_tier in [("test_account", "trial"), *targets]:
        if is_above(to_tier, facts.tier):
            (by_zh, by_en), (zh, en) = _LIFTED_BY[process], TIER_NAMES[to_tier]
            lifts.append(
                Prospect(to_tier, process, None, (), f"{by_zh}归档后成为{zh}", f"becomes {en} once a {by_en} is archived")
            )
    return lifts


def _lifts_by_rule(facts: Facts, policy: FunnelPolicy, on: date) -> list[Prospect]:
    lifts = []
    for upgrade in UPGRADES:
        if upgrade.from_tier == facts.tier and policy.has(upgrade.rule):
            # Nothing is missing when the same facts let it fall: then it takes a new log.
            missing = tuple(unmet_needs(facts, policy, upgrade, on)) or ("log",)
            zh, en = TIER_NAMES[upgrade.to_tier]
            needs_zh, needs_en = "、".join(_NEEDS[need][0] for need in missing), " and ".join(_NEEDS[need][1] for need in missing)
            text_zh, text_en = f"有了{needs_zh}，即成为{zh}", f"becomes {en} with {needs_en}"
            lifts.append(Prospect(upgrade.to_tier, upgrade.rule, None, missing, text_zh, text_en))
    return lifts
