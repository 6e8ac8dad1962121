"""The daily sweep of the funnel (spec, customer.md, "Daily sweep")."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.customer.domain.funnel import Facts, Fall, Notice, first_look, judge, next_look
from services.customer.domain.policy import Policy
from services.customer.store.contacts import remind_of_follow_ups
from services.customer.store.contracts import last_contracts
from services.customer.store.people import departments_of_superiors, lock_people
from services.customer.store.policies import newest_policy
from services.customer.store.processes import note_told
from services.customer.store.sweeps import Part, fallen_on, take_after, take_due, write_plans, write_swept
from services.customer.store.tables import Contract, Customer
from services.customer.usecases.follow_ups import reminder
from services.customer.usecases.hand_over_leavers import hand_over_leavers
from services.customer.usecases.moves import NOBODY, Move, change_tier, facts_of, funnel_policy, owner_of, tell_moves
from services.kit.clock import business_date, start_of_day
from services.kit.jobs import Shard
from services.kit.unit_of_work import Begin, Fact, UnitOfWork

BATCH = 1000


def sweep_funnel(shard: Shard) -> dict[str, Any]:
    """Do what the day brings to a share of the customers, a batch a transaction; killed and run again it goes on where it was.

    Customers are found by the day they are next due, so that only those are read for whom something may be. A second sweep for
    the same day finds none. After a change of the policy those days are planned anew first.

    :returns: how many were planned anew, looked at, rose, fell; how many notices and follow-ups were told.
    """
    begin, counts = _on_the_day(shard.begin, shard.as_of), Counter[str]()
    if shard.number == 0:
        with begin() as work:
            # What no event came for: a leaver whom nobody could follow that day, and who has a lead by now.
            lock_people(work.session)
            hand_over_leavers(work)
    for step in (_replan_batch, _sweep_batch, _remind_batch):
        while True:
            with begin() as work:
                done = step(work, shard)
            counts += done
            if not done:
                break
            shard.report(done=counts["replanned"] + counts["looked_at"] + counts["follow_ups"])
    return dict(counts)


def _on_the_day(begin: Begin, as_of: date) -> Begin:
    # What a sweep for another day than today's does, it does at that day's beginning.
    at: datetime = begin.now if business_date(begin.now) == as_of else start_of_day(as_of)
    return replace(begin, context=replace(begin.context, as_of=at))


def _replan_batch(work: UnitOfWork, shard: Shard) -> Counter[str]:
    # All shards wait here, taking batches in turn, until the last customer is planned: only then is it known who is due.
    newest = newest_policy(work.session, lock=True)
    if newest is None or newest.replanned_at is not None:
        return Counter()
    customers = take_after(work.session, newest.replanned_to, BATCH)
    if not customers:
        newest.replanned_at = work.now
        return Counter()
    policy, facts = Policy.of(newest.content).funnel, facts_of(work, customers)
    for customer in customers:
        customer.next_look_on = first_look(facts[customer.id], policy, shard.as_of)
    write_plans(work.session, customers)
    newest.replanned_to = customers[-1].id
    return Counter(replanned=len(customers))


def _sweep_batch(work: UnitOfWork, shard: Shard) -> Counter[str]:
    as_of, part = shard.as_of, Part(shard.number, shard.of)
    customers = take_due(work.session, as_of, part, BATCH)
    if not customers:
        return Counter()
    policy, facts = funnel_policy(work), facts_of(work, customers)
    verdicts = {customer.id: judge(facts[customer.id], policy, as_of) for customer in customers}
    # Only where somebody pretended a time before the fall, and set off another by that.
    fallen = fallen_on(work.session, [each.id for each in customers if verdicts[each.id].fall is not None], as_of)
    moves, counts = [], Counter(looked_at=len(customers))
    for customer in customers:
        verdict, known = verdicts[customer.id], facts[customer.id]
        if customer.id in fallen:
            customer.next_look_on = as_of + timedelta(days=1)
            continue
        if verdict.upgrade is not None:
            moves.append(change_tier(work, customer, verdict.upgrade.to_tier, verdict.upgrade.rule, known))
            counts["rose"] += 1
        elif verdict.fall is not None:
            moves.append(_fall(work, customer, verdict.fall, known))
            counts["fell"] += 1
        moved = (
            known if verdict.keeps_tier else replace(known, tier=customer.tier, tier_since=as_of, fell_with=customer.fell_with)
        )
        customer.next_look_on = next_look(moved, policy, as_of)
    write_swept(work.session, customers)
    tell_moves(work, moves)
    looked_at = [customer for customer in customers if customer.id not in fallen]
    counts["told"] = _tell(work, [(customer, notice) for customer in looked_at for notice in verdicts[customer.id].notices])
    return +counts


def _fall(work: UnitOfWork, customer: Customer, fall: Fall, facts: Facts) -> Move:
    new_owner = NOBODY if fall.to_tier == "pool" else None
    return change_tier(work, customer, fall.to_tier, fall.rule, facts, owner=new_owner, falls=True)


def _tell(work: UnitOfWork, notices: Sequence[tuple[Customer, Notice]]) -> int:
    rows = [
        {"customer_id": customer.id, "rule": notice.rule, "period": notice.period, "told_at": work.now}
        for customer, notice in notices
    ]
    untold: set[tuple[UUID, str, str]] = note_told(work.session, rows)
    expiring = [customer.id for customer, notice in notices if notice.rule == "contract_expiring"]
    contracts = last_contracts(work.session, expiring)
    owners = {owner_of(customer) for customer, _ in notices}
    superiors = departments_of_superiors(work.session, {owner.id: owner.department_id for owner in owners})
    work.publish_all(
        [
            _fact_to_tell(customer, notice, contracts.get(customer.id), superiors[owner_of(customer).id])
            for customer, notice in notices
            if (customer.id, notice.rule, notice.period) in untold
        ]
    )
    return len(untold)


def _fact_to_tell(customer: Customer, notice: Notice, contract: Contract | None, superior: UUID | None) -> Fact:
    told: dict[str, Any] = {
        "customer_id": customer.id,
        "customer_name": customer.name,
        "owner_id": customer.owner_id,
        "owner_department_id": customer.owner_department_id,
        "superior_department_id": superior,
    }
    if notice.rule == "contract_expiring" and contract is not None:
        told |= {"contract_id": contract.id, "number": contract.number, "valid_to": contract.valid_to}
        return Fact("contract_expiring", customer.id, told, customer.version)
    return Fact("funnel_warning", customer.id, told | {"rule": notice.rule, "due_on": notice.due_on}, customer.version)


def _remind_batch(work: UnitOfWork, shard: Shard) -> Counter[str]:
    due = remind_of_follow_ups(work.session, shard.as_of, work.now, BATCH)
    work.publish_all([fact for log, customer in due if (fact := reminder(customer, log)) is not None])
    return +Counter(follow_ups=len(due))
