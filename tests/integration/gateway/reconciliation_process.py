"""A gateway with the real billing service behind it, and its worker, in one process; run by the tests of statements' routes.

Like ``gateway_process``, of which the beginning is told there.
"""

from deploy.launcher import make_green

make_green()

# Nothing of eventlet's, nameko's or psycopg's may be imported before the process is green.
import sys  # noqa: E402

from nameko.containers import ServiceContainer  # noqa: E402

from deploy.stopping import StopRequest  # noqa: E402
from deploy.workers import EmbeddedWorker, app_with_tasks  # noqa: E402
from gateway.service import Gateway  # noqa: E402
from services.billing.service import BillingService  # noqa: E402
from services.kit.settings import Settings  # noqa: E402
from services.kit.telemetry import configure_logging  # noqa: E402


def main() -> None:
    settings = Settings.from_environment()
    configure_logging(settings)
    worker = EmbeddedWorker(app_with_tasks(settings, ["billing"]))
    worker.start()
    containers = []
    for service, name in ((BillingService, "billing"), (Gateway, "gateway")):
        container = ServiceContainer(service, settings.nameko_config(name))
        container.start()
        containers.append(container)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    StopRequest().wait()
    for container in reversed(containers):
        container.stop()
    worker.stop()


main()
