"""The calls about jobs that every service with tasks answers."""

from datetime import date
from typing import Any
from uuid import UUID

from services.kit.bus.rpc import rpc
from services.kit.health import SettingsProvider
from services.kit.jobs import JobStatus, job_status, latest_jobs
from services.kit.unit_of_work import Begin
from services.kit.worker import ServiceTasks


class JobCalls:
    """Mixed into a service class whose ``tasks`` says which jobs there are."""

    tasks: ServiceTasks
    begin: Begin
    settings = SettingsProvider()

    @rpc
    def start_job(self, name: str, as_of: str, params: dict[str, Any]) -> dict[str, Any]:
        """Ask for a job, or find it; answers like :meth:`show_job`."""
        job_id = self.tasks.start(self.begin, self.settings, name, date.fromisoformat(as_of), params)
        return self.show_job(str(job_id))

    @rpc
    def show_job(self, job_id: str) -> dict[str, Any]:
        """How far a job is."""
        with self.begin() as work:
            return _as_json(job_status(work, UUID(job_id)))

    @rpc
    def list_jobs(self, names: list[str], each: int) -> dict[str, Any]:
        """The last ``each`` of every name, the newest first."""
        with self.begin() as work:
            return {"items": [_as_json(status) for status in latest_jobs(work, names, each=each)]}


def _as_json(status: JobStatus) -> dict[str, Any]:
    return {
        "id": str(status.id),
        "name": status.name,
        "as_of": status.as_of.isoformat(),
        "state": status.state,
        "done": status.done,
        "total": status.total,
        "results": status.results,
        "errors": status.errors,
        "created_at": status.created_at.isoformat(),
        "finished_at": status.finished_at and status.finished_at.isoformat(),
    }
