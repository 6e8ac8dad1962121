"""Start a billing run by hand, for all customers or for one ("Generate"; spec, billing.md, "Bills")."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.billing.store.customers import find_visible_customer
from services.billing.store.runs import attempts_of_run
from services.contracts.people import BILLS_ALL_CUSTOMERS
from services.kit.clock import Month
from services.kit.errors import Forbidden, InvalidInput
from services.kit.unit_of_work import Begin

StartJob = Callable[[str, date, dict[str, Any]], UUID]
"""Asks for a job by name, day and params; the one that was asked for before is found again by its key."""


def key_of_run(as_of: date, params: Mapping[str, Any]) -> str:
    """What makes two requests the same run: month, customer, and the how-manieth it is once the one before has ended."""
    month = params.get("month") or Month.of(as_of).plus(-1)
    return f"{month}:{params.get('customer_id') or 'all'}:{params.get('attempt', 1)}"


def start_billing_run(begin: Begin, start_job: StartJob, *, month: Month, customer_id: UUID | None) -> UUID:
    """Start a run, or find the one that is under way for the same month and customer.

    :returns: the run's id.
    :raises InvalidInput: for a month that is not over.
    :raises NotFound: ``customer_not_found``.
    :raises Forbidden: ``all_customers_forbidden``.
    """
    with begin() as work:
        if month >= Month.of(work.today):
            raise InvalidInput(fields={"month": ["month_not_over"]})
        if customer_id is not None:
            find_visible_customer(work.session, work.caller, customer_id)
        elif not work.caller.has_role("system", *BILLS_ALL_CUSTOMERS):
            raise Forbidden("all_customers_forbidden")
        attempts, running = attempts_of_run(work.session, month, customer_id)
        today = work.today
    if running is not None:
        return running
    params = {"month": str(month), "customer_id": customer_id and str(customer_id), "attempt": attempts + 1}
    return start_job("billing_run", today, params)
