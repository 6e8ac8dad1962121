"""A gateway with the real workflow service behind it, its worker and relays, and an owner of facts that agrees to everything; in
one process, run by the tests of what needs them all.

Like ``gateway_process``, of which the beginning is told there.
"""

import sys
from typing import Any

from nameko.containers import ServiceContainer

from deploy.relays import Relays
from deploy.stopping import StopRequest
from deploy.workers import EmbeddedWorker, app_with_tasks
from gateway.service import Gateway
from services.kit.bus.rpc import rpc
from services.kit.settings import Settings
from services.kit.telemetry import configure_logging
from services.workflow.service import WorkflowService
from tests.integration.gateway.passwords import hash_cheaply


class Owner:
    """Stands for the customer service: every form is right."""

    name = "customer"

    @rpc
    def prepare_process(self, request: dict[str, Any]) -> Any:
        return {
            "title": "申请客户：上海云帆网络科技有限公司",
            "subject": {"type": "customer", "id": request["subject_id"], "name": "上海云帆网络科技有限公司"},
            "customer_id": request["subject_id"],
            "customer_name": "上海云帆网络科技有限公司",
            "form": request["form"],
            "facts": {},
        }


def main() -> None:
    hash_cheaply()
    settings = Settings.from_environment()
    configure_logging(settings)
    worker = EmbeddedWorker(app_with_tasks(settings, ["workflow"], user="workflow"))
    worker.start()
    containers = []
    for service, name in ((Owner, "customer"), (WorkflowService, "workflow"), (Gateway, "gateway")):
        container = ServiceContainer(service, settings.nameko_config(name))
        container.start()
        containers.append(container)
    relays = Relays(settings, ["gateway"])  # which tells workflow who the people are
    relays.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    StopRequest().wait()
    relays.stop()
    for container in reversed(containers):
        container.stop()
    worker.stop()
