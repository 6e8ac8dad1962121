"""List the customers that fall next (spec, gateway.md, "Console": "customers about to fall"), and count the funnel."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from services.contracts.customer_funnel_calls import COUNTED_MAX
from services.customer.domain.funnel import FALL_RULES, TIERS, Reach, next_fall, reach_of
from services.customer.domain.outlook import prospect_of_fall
from services.customer.store.falls import counts_by_tier, first_to_fall
from services.customer.usecases.moves import facts_of, funnel_policy
from services.kit.unit_of_work import Begin, UnitOfWork

_PREVENTED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    rule: ("contract", "usage") if tier == "contract" else ("contact_log",) for tier, rule in FALL_RULES.items()
}


def list_falls(begin: Begin, *, within_days: int, first: int) -> dict[str, Any]:
    """Those of the visible customers that fall within so many days by the policy in force, the soonest first.

    :returns: for ``Falls`` to dump.
    """
    with begin() as work:
        policy, reaches = funnel_policy(work), due_within(work, within_days)
        customers, total = first_to_fall(work.session, work.caller, reaches, first, COUNTED_MAX)
        facts = facts_of(work, customers)
        today = work.today
    falls = [(fall, each) for each in customers if (fall := next_fall(facts[each.id], policy)) is not None]
    falls.sort(key=lambda one: (one[0].on, one[1].name, one[1].id))
    items = [
        {
            "customer_id": customer.id,
            "customer_name": customer.name,
            "tier": customer.tier,
            "owner_id": customer.owner_id,
            "owner_name": customer.owner_name,
            "last_log_on": customer.last_log_on,
            "fall": prospect_of_fall(fall),
            "days_left": max(0, (fall.on - today).days),
            "prevented_by": _PREVENTED_BY[fall.rule],
        }
        for fall, customer in falls[:first]
    ]
    return {"within_days": within_days, "total": min(total, COUNTED_MAX), "is_more": total > COUNTED_MAX, "items": items}


def due_within(work: UnitOfWork, days: int) -> list[Reach]:
    """What must be true of a customer for it to fall within so many days from today, by the policy in force."""
    last: date = work.today + timedelta(days=days)
    return reach_of(funnel_policy(work), last)


def count_funnel(begin: Begin) -> dict[str, Any]:
    """How many customers the caller sees in each tier, top to bottom."""
    with begin() as work:
        counts = counts_by_tier(work.session, work.caller)
    return {"items": [{"tier": tier, "count": counts.get(tier, 0)} for tier in TIERS]}
