"""A gateway with the real workflow and customer services behind it, and the relays of all three, in one process.

Like ``customer_process``; run by the tests of processes that customer owns.
"""

from deploy.launcher import make_green

make_green()

# Nothing of eventlet's, nameko's or psycopg's may be imported before the process is green.
import sys  # noqa: E402

from nameko.containers import ServiceContainer  # noqa: E402

from deploy.catalogue import service_class  # noqa: E402
from deploy.relays import Relays  # noqa: E402
from deploy.stopping import StopRequest  # noqa: E402
from services.kit.settings import Settings  # noqa: E402
from services.kit.telemetry import configure_logging  # noqa: E402

SERVICES = ("customer", "workflow", "gateway")


def main() -> None:
    settings = Settings.from_environment()
    configure_logging(settings)
    containers = []
    for name in SERVICES:
        container = ServiceContainer(service_class(name), settings.nameko_config(name))
        container.start()
        containers.append(container)
    relays = Relays(settings, SERVICES)
    relays.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    StopRequest().wait()
    relays.stop()
    for container in reversed(containers):
        container.stop()


main()
