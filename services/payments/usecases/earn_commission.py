"""Pay the customer's owner commission, and take it back (spec, payments.md, "Commission").

Who owns the customer at that time earns: when the write-off is archived, or when the reconciliation of a bill is that prepaid
balances have covered. Unit cost and rate are those in force on that day. Nobody earns on a customer without an owner.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from services.kit.clock import Month
from services.kit.errors import Conflict
from services.kit.unit_of_work import Fact, UnitOfWork
from services.payments.domain.commission import (
    Borne,
    Commission,
    DatedValue,
    bill_cost,
    commission_of,
    cost_beside,
    cost_share,
    value_in_force,
)
from services.payments.store.commissions import (
    BorneRow,
    balance_entries_of,
    borne_by_write_offs,
    entries_of_write_off,
    insert_entries,
)
from services.payments.store.dated_values import rates_of, unit_costs_of
from services.payments.store.tables import CommissionEntry, Customer, Receivable


@dataclass(frozen=True)
class Terms:
    """Unit costs and commission rates in force on a day, by product type."""

    day: date
    unit_costs: Mapping[str, Sequence[DatedValue]]
    rates: Mapping[str, Sequence[DatedValue]]

    @classmethod
    def on(cls, work: UnitOfWork, day: date, product_types: set[str]) -> Self:
        return cls(day, unit_costs_of(work.session, product_types), rates_of(work.session, product_types))

    def unit_cost(self, product_type: str) -> Decimal:
        """
        :raises Conflict: ``unit_cost_not_set``.
        """
        return self._value(self.unit_costs, product_type, "unit_cost_not_set")

    def rate(self, product_type: str) -> Decimal:
        """
        :raises Conflict: ``commission_rate_not_set``.
        """
        return self._value(self.rates, product_type, "commission_rate_not_set")

    def _value(self, values: Mapping[str, Sequence[DatedValue]], product_type: str, code: str) -> Decimal:
        value = value_in_force(values.get(product_type, ()), self.day)
        if value is None:
            raise Conflict(code, product_type=product_type, day=self.day.isoformat())
        return value


def earn_by_write_off(
    work: UnitOfWork,
    write_off_id: UUID,
    customer: Customer,
    receivables: Mapping[UUID, Receivable],
    amounts: Mapping[UUID, Decimal],
    day: date,
) -> None:
    """For an archived write-off: (amount written off - its share of the bill's cost) x the rate, an entry a bill.

    :param amounts: by bill.
    :raises Conflict: ``unit_cost_not_set``, ``commission_rate_not_set``.
    """
    if customer.owner_id is None:
        return
    terms = Terms.on(work, day, {receivable.product_type for receivable in receivables.values()})
    before = borne_by_write_offs(work.session, amounts)
    entries = []
    for bill_id, amount in amounts.items():
        receivable = receivables[bill_id]
        unit_cost, whole = cost_of(receivable, terms)
        share = cost_share(whole, receivable.amount, amount, [_borne(receivable, row) for row in before.get(bill_id, ())])
        earned = commission_of(amount, share, terms.rate(receivable.product_type))
        entries.append(
            _entry(work, customer, receivable, earned, terms)
            | {"origin": "write_off", "process_id": write_off_id, "write_off_id": write_off_id, "unit_cost": unit_cost}
        )
    _add(work, entries)


def earn_by_balances(
    work: UnitOfWork,
    process_id: UUID,
    customer: Customer,
    receivables: Mapping[UUID, Receivable],
    covered: Mapping[UUID, Decimal],
    day: date,
) -> None:
    """For reconciled bills that prepaid balances have covered: nobody owes that part, so no write-off will earn it.

    :param process_id: the reconciliation's.
    :param covered: by bill, what of it; each once only.
    :raises Conflict: ``unit_cost_not_set``, ``commission_rate_not_set``.
    """
    if customer.owner_id is None or not covered:
        return
    terms = Terms.on(work, day, {receivables[bill_id].product_type for bill_id in covered})
    entries = []
    for bill_id, amount in covered.items():
        receivable = receivables[bill_id]
        unit_cost = terms.unit_cost(receivable.product_type)
        cost = bill_cost(receivable.covered_quantity, unit_cost)
        earned = commission_of(amount, cost, terms.rate(receivable.product_type))
        entries.append(
            _entry(work, customer, receivable, earned, terms)
            | {"origin": "balance", "process_id": process_id, "write_off_id": None, "unit_cost": unit_cost}
        )
    _add(work, entries)


def take_back_write_off(work: UnitOfWork, write_off_id: UUID, reversal_id: UUID, day: date) -> Sequence[dict[str, Any]]:
    """Take back what a write-off earned: from whoever earned it, at the cost and rate it was earned at, on the reversal's day.

    :returns: the reversing entries.
    """
    taken_back = {"process_id": reversal_id, "write_off_id": reversal_id, "earned_on": day}
    entries = [_reversing(work, earned) | taken_back for earned in entries_of_write_off(work.session, write_off_id)]
    insert_entries(work.session, entries)
    return entries


def take_back_balances(work: UnitOfWork, bill_id: UUID, process_id: UUID, day: date) -> None:
    """Take back what balances earned on a bill, as it is voided and they have their money again. Safe to repeat.

    :param process_id: what voided it.
    """
    entries = [
        _reversing(work, earned) | {"process_id": process_id, "earned_on": day}
        for earned in balance_entries_of(work.session, bill_id)
    ]
    insert_entries(work.session, entries)
    for entry in entries:
        told = entry | {"commission_id": entry["id"], "amount": -entry["amount"], "month": Month.of(day)}
        work.publish("commission_taken_back", entry["id"], told, version=1)


def cost_of(receivable: Receivable, terms: Terms) -> tuple[Decimal | None, Decimal]:
    """The unit cost in force, and the cost of what is owed; an e-commerce order brings its own and has no unit cost.

    :raises Conflict: ``unit_cost_not_set``.
    """
    if receivable.cost is not None:
        return None, receivable.cost
    unit_cost = terms.unit_cost(receivable.product_type)
    return unit_cost, _cost_at(receivable, unit_cost)


def _cost_at(receivable: Receivable, unit_cost: Decimal) -> Decimal:
    return cost_beside(receivable.covered_quantity, receivable.quantity, unit_cost)


def _borne(receivable: Receivable, row: BorneRow) -> Borne:
    cost = receivable.cost if row.unit_cost is None else _cost_at(receivable, row.unit_cost)
    assert cost is not None, "an entry without a unit cost is of a bill that brings its own"
    return Borne(cost, row.written_off, row.cost)


def _entry(work: UnitOfWork, customer: Customer, receivable: Receivable, earned: Commission, terms: Terms) -> dict[str, Any]:
    return {
        "id": work.new_id(),
        "bill_id": receivable.bill_id,
        "bill_number": receivable.number,
        "customer_id": customer.id,
        "customer_name": customer.name,
        "owner_id": customer.owner_id,
        "owner_name": customer.owner_name or "",
        "owner_department_id": customer.owner_department_id,
        "product_type": receivable.product_type,
        "written_off": earned.written_off,
        "cost": earned.cost,
        "rate": terms.rate(receivable.product_type),
        "amount": earned.amount,
        "earned_on": terms.day,
    }


def _reversing(work: UnitOfWork, earned: CommissionEntry) -> dict[str, Any]:
    columns = {column.key: getattr(earned, column.key) for column in CommissionEntry.__table__.columns}
    mirrored = {"written_off": -earned.written_off, "cost": -earned.cost, "amount": -earned.amount}
    return columns | mirrored | {"id": work.new_id(), "reverses": earned.id}


def _add(work: UnitOfWork, entries: Sequence[dict[str, Any]]) -> None:
    insert_entries(work.session, entries)
    told = [entry | {"commission_id": entry["id"], "month": Month.of(entry["earned_on"])} for entry in entries]
    work.publish_all([Fact("commission_earned", one["id"], one, 1) for one in told])
