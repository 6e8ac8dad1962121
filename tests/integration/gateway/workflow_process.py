"""A gateway with its relay, the real workflow service behind it with its worker, and an owner of facts that agrees to all; in one
process, run by the tests of what needs them all.

Like ``gateway_process``, of which the beginning is told there.
"""

from deploy.launcher import make_green

make_green()

# Nothing of eventlet's, nameko's or psycopg's may be imported before the process is green.
import sys  # noqa: E402
from typing import Any  # noqa: E402

from nameko.containers import ServiceContainer  # noqa: E402

from deploy.relays import Relays  # noqa: E402
from deploy.stopping import StopRequest  # noqa: E402
from deploy.workers import EmbeddedWorker, app_with_tasks  # noqa: E402
from gateway.service import Gateway  # noqa: E402
from services.kit.bus.rpc import rpc  # noqa: E402
from services.kit.settings import Settings  # noqa: E402
from services.kit.telemetry import configure_logging  # noqa: E402
from services.workflow.service import WorkflowService  # noqa: E402


class AgreeingOwner:
    """Stands in for the customer service."""

    name = "customer"

    @rpc
    def prepare_process(self, request: dict[str, Any]) -> Any:
        return {
            "title": "上海云帆网络科技有限公司 申请",
            "subject": {"type": "customer", "id": request["subject_id"], "name": "上海云帆网络科技有限公司"},
            "customer_id": request["subject_id"],
            "customer_name": "上海云帆网络科技有限公司",
            "form": request["form"],
            "facts": {},
        }


def main() -> None:
    settings = Settings.from_environment()
    configure_logging(settings)
    worker = EmbeddedWorker(app_with_tasks(settings, ["workflow"]))
    worker.start()
    containers = []
    for service, name in ((AgreeingOwner, "customer"), (WorkflowService, "workflow"), (Gateway, "gateway")):
        container = ServiceContainer(service, settings.nameko_config(name))
        container.start()
        containers.append(container)
    relays = Relays(settings, ["gateway"])  # tells workflow who there is
    relays.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    StopRequest().wait()
    relays.stop()
    for container in reversed(containers):
        container.stop()
    worker.stop()


main()
