"""Which services there are, and where their parts stand: the only place that knows a service's class and tasks by path."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from services.kit.settings import SERVICES
from services.kit.worker import ServiceTasks

GATEWAY = "gateway"
CONTAINERS = (*SERVICES, GATEWAY)
"""What can be run, in the order of starting: the gateway last, so that no request comes before there is somebody to answer."""

_CLASSES = {
    "customer": "services.customer.service:CustomerService",
    "workflow": "services.workflow.service:WorkflowService",
    "billing": "services.billing.service:BillingService",
    "payments": "services.payments.service:PaymentsService",
    "notify": "services.notify.service:NotifyService",
    GATEWAY: "gateway.service:Gateway",
}


def service_class(service: str) -> Any:
    """The nameko class of a service. Only in a green process."""
    module, _, name = _CLASSES[service].partition(":")
    return getattr(import_module(module), name)


def tasks_of(service: str) -> ServiceTasks | None:
    """A service's Celery tasks; ``None`` if it has none."""
    module = f"services.{service}.tasks"
    if service == GATEWAY or find_spec(module) is None:
        return None
    tasks: ServiceTasks = import_module(module).tasks
    return tasks


def services_with_tasks() -> tuple[str, ...]:
    """The services that have jobs."""
    return tuple(service for service in SERVICES if tasks_of(service) is not None)


def owner_of_job(job: str) -> str | None:
    """The service that knows a job of this name."""
    for service in services_with_tasks():
        tasks = tasks_of(service)
        if tasks is not None and job in tasks.kinds:
            return service
    return None
