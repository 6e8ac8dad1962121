"""A gateway with real services behind it, in one process; run by the tests of what needs both.

``BEHIND`` names the services (``customer workflow``), ``WORKED`` those whose jobs are done here: others stay asked for.
``RELAYED`` names those whose events are to be heard, or is ``all``; ``SCHEDULED`` is set where jobs start by themselves. Like
``gateway_process``, of which the beginning is told there.
"""

import os
import sys
from contextlib import ExitStack

from nameko.containers import ServiceContainer

from deploy.catalogue import service_class
from deploy.relays import Relays
from deploy.stopping import StopRequest
from deploy.workers import EmbeddedBeat, EmbeddedWorker, app_with_tasks
from services.kit.server_urls import WORKER
from services.kit.settings import Settings
from services.kit.telemetry import configure_logging
from tests.integration.gateway.passwords import hash_cheaply


def main() -> None:
    hash_cheaply()
    settings = Settings.from_environment()
    configure_logging(settings)
    services = [*os.environ["BEHIND"].split(), "gateway"]
    with ExitStack() as running:
        if worked := os.environ.get("WORKED", "").split():
            app = app_with_tasks(settings, worked, user=WORKER)
            worker = EmbeddedWorker(app)
            worker.start()
            running.callback(worker.stop)
            if "SCHEDULED" in os.environ:
                beat = EmbeddedBeat(app, settings.files_folder / "schedule")
                beat.start()
                running.callback(beat.stop)
        for name in services:
            container = ServiceContainer(service_class(name), settings.nameko_config(name))
            container.start()
            running.callback(container.stop)
        if relayed := os.environ.get("RELAYED"):
            relays = Relays(settings, services if relayed == "all" else relayed.split())
            relays.start()
            running.callback(relays.stop)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        StopRequest().wait()
