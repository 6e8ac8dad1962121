"""A gateway with the real billing service behind it, in one process; run by the tests of billing's routes.

Like ``gateway_process``, of which the beginning is told there. Without a worker: the jobs that a request asks for stay asked for,
so that nothing changes but by requests.
"""

from deploy.launcher import make_green

make_green()

# Nothing of eventlet's, nameko's or psycopg's may be imported before the process is green.
import sys  # noqa: E402

from nameko.containers import ServiceContainer  # noqa: E402

from deploy.catalogue import service_class  # noqa: E402
from deploy.stopping import StopRequest  # noqa: E402
from services.kit.settings import Settings  # noqa: E402
from services.kit.telemetry import configure_logging  # noqa: E402


def main() -> None:
    settings = Settings.from_environment()
    configure_logging(settings)
    containers = []
    for name in ("billing", "gateway"):
        container = ServiceContainer(service_class(name), settings.nameko_config(name))
        container.start()
        containers.append(container)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    StopRequest().wait()
    for container in reversed(containers):
        container.stop()


main()
