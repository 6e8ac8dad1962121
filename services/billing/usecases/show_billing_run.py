"""Show how far a billing run is; anyone may watch that of all customers (spec, billing.md, "Bills")."""

from typing import Any
from uuid import UUID

from services.billing.store.customers import find_visible_customer
from services.billing.store.runs import JOB
from services.kit.clock import Month
from services.kit.errors import NotFound
from services.kit.jobs import JobStatus, job_status
from services.kit.unit_of_work import Begin, UnitOfWork


def show_billing_run(begin: Begin, run_id: UUID) -> dict[str, Any]:
    """
    :returns: as ``BillingRun`` of the contract.
    :raises NotFound: ``job_not_found``, also for a run for a customer that the caller may not see.
    """
    with begin.asking() as work:
        status = job_status(work, run_id)
        if status.name != JOB:
            raise NotFound("job_not_found")
        if status.params.get("customer_id"):
            _check_visible(work, UUID(status.params["customer_id"]))
    return as_run(status)


def _check_visible(work: UnitOfWork, customer_id: UUID) -> None:
    try:
        find_visible_customer(work.session, work.caller, customer_id)
    except NotFound as error:
        raise NotFound("job_not_found") from error


def as_run(status: JobStatus) -> dict[str, Any]:
    """A job as ``BillingRun`` of the contract."""
    month = status.params.get("month")
    counts = [result for result in status.results if result]
    return {
        "id": status.id,
        "month": Month.parse(month) if month else Month.of(status.as_of).plus(-1),
        "customer_id": status.params.get("customer_id"),
        "state": status.state,
        "done": status.done,
        "total": status.total,
        "made": sum(result["made"] for result in counts),
        "refused": sum(result["refused"] for result in counts),
        "errors": status.errors,
        "created_at": status.created_at,
        "finished_at": status.finished_at,
    }
