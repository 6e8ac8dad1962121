"""Jobs of all services, started, watched and listed at one place."""

from typing import Any, Final

from gateway.http import ApiRequest, route
from services.contracts import gateway_job_calls as calls
from services.kit.bus.rpc import ServiceClient
from services.kit.clock import business_date, utc_now
from services.kit.errors import NotFound, Refusal, Unavailable
from services.kit.schema import load

JOB_OWNERS: Final = {
    "auto_write_off": "payments",
    "billing_run": "billing",
    "customer_file_cleaning": "customer",
    "funnel_sweep": "customer",
    "interest_accrual": "payments",
    "message_archiving": "notify",
    "receipt_import_cleaning": "payments",
    "rerate_late_usage": "billing",
    "workflow_paper_cleaning": "workflow",
}
"""Job of a day → the service that does it. Jobs that something else asks for (a file, a statement) are only watched here."""

SERVICES_WITH_JOBS: Final = ("billing", "customer", "notify", "payments", "workflow")
"""Who is asked about a job."""

RUNS_SHOWN: Final = 10
"""How many of each job's runs are listed."""


class JobRoutes:
    """``/jobs``."""

    customer = ServiceClient("customer")
    billing = ServiceClient("billing")
    payments = ServiceClient("payments")
    workflow = ServiceClient("workflow")
    notify = ServiceClient("notify")

    @route("GET", "/jobs", permission="jobs.read", answer=calls.JobKinds)
    def list_jobs(self, request: ApiRequest) -> Any:
        """Every job that can be started, whose it is, and its last ten runs. All services are asked at once."""
        replies = {}
        missing = set()
        for service in SERVICES_WITH_JOBS:
            names = [name for name, owner in JOB_OWNERS.items() if owner == service]
            try:
                replies[service] = getattr(self, service).list_jobs.call_async(names, RUNS_SHOWN)
            except Unavailable:
                missing.add(service)
        runs: dict[str, list[Any]] = {name: [] for name in JOB_OWNERS}
        for service, reply in replies.items():
            try:
                for job in reply.result()["items"]:
                    runs[job["name"]].append(job)
            except Unavailable:
                missing.add(service)
        items = [{"name": name, "service": owner, "runs": runs[name]} for name, owner in sorted(JOB_OWNERS.items())]
        return {"items": items, "missing": sorted(missing)}

    @route("POST", "/jobs/<name>", permission="jobs.write", body=calls.StartJob, answer=calls.Job, status=202)
    def start_job(self, request: ApiRequest, name: str) -> Any:
        """Ask for a job of a day; asked again for the same day, it is the same job."""
        asked = load(calls.StartJob, request.body)
        if name not in JOB_OWNERS:
            raise NotFound("job_not_found")
        as_of = asked["as_of"] or business_date(request.context.as_of or utc_now())
        return getattr(self, JOB_OWNERS[name]).start_job(name, as_of.isoformat(), asked["params"])

    @route("GET", "/jobs/<job_id>", permission="jobs.read", answer=calls.Job)
    def show_job(self, request: ApiRequest, job_id: str) -> Any:
        """How far a job is. Its id does not say whose it is: all that have jobs are asked at once."""
        replies = [getattr(self, service).show_job.call_async(job_id) for service in SERVICES_WITH_JOBS]
        failures: list[Refusal] = []
        for reply in replies:
            try:
                return reply.result()
            except Refusal as failure:
                failures.append(failure)
        # Not found only if all have said so: one that is away may be the one that knows.
        raise next((each for each in failures if not isinstance(each, NotFound)), NotFound("job_not_found"))
