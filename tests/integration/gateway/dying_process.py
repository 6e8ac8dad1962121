"""Services on a real bus that die of the first answer they keep: killed once it is committed, and before anybody hears it.

``BEHIND`` names the services (``billing payments``). With ``LIVES`` they live on, as any do.
"""

from deploy.launcher import make_green

make_green()

# Nothing of eventlet's, nameko's or psycopg's may be imported before the process is green.
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
from typing import Any  # noqa: E402

from nameko.containers import ServiceContainer  # noqa: E402
from sqlalchemy import event  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from deploy.catalogue import service_class  # noqa: E402
from deploy.stopping import StopRequest  # noqa: E402
from services.kit.answered_calls import Asked  # noqa: E402
from services.kit.settings import Settings  # noqa: E402
from services.kit.telemetry import configure_logging  # noqa: E402
from services.kit.unit_of_work import UnitOfWork  # noqa: E402

keep_answer = Asked.keep_answer


def keep_and_remember(asked: Asked, work: UnitOfWork, answer: Any) -> None:
    keep_answer(asked, work, answer)
    work.session.info["answered"] = True


def die(session: Session) -> None:
    if session.info.get("answered"):
        os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    settings = Settings.from_environment()
    configure_logging(settings)
    if "LIVES" not in os.environ:
        Asked.keep_answer = keep_and_remember  # type: ignore[assignment, method-assign]  # the program is this one story
        event.listen(Session, "after_commit", die)
    containers = [ServiceContainer(service_class(name), settings.nameko_config(name)) for name in os.environ["BEHIND"].split()]
    for container in containers:
        container.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    StopRequest().wait()
    for container in containers:
        container.stop()


main()
