"""What the commands of ``l2c`` begin and end with: whose settings they are about, and what they say.

As :mod:`deploy.cli`, it loads nothing at import that must come after :func:`deploy.launcher.make_green`.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from deploy.answer import Answer
    from services.kit.settings import Settings


@contextmanager
def refused_plainly() -> Iterator[None]:
    """What keeps a process from starting, and whoever starts it can mend, is told without a traceback."""
    from services.kit.listening import PortTaken
    from services.kit.settings import SettingsError

    try:
        yield
    except (PortTaken, SettingsError) as error:
        raise click.ClickException(str(error)) from error


def url_of(address: str) -> str:
    """Where a gateway answers that listens at an address."""
    return address if "://" in address else f"http://{address}"


def settings_of(services: Sequence[str] = ()) -> "Settings":
    """What the environment says.

    :param services: that the process is going to act for.
    """
    from services.kit.settings import Settings, SettingsError
    from services.kit.telemetry import configure_logging

    try:
        settings = Settings.from_environment()
        settings.require_passwords_of(services)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    configure_logging(settings)
    return settings


def settings_as_they_are(var: Path) -> "Settings":
    """Of the system that the environment names, or of the embedded one.

    :raises SettingsError: if one is missing or wrong.
    """
    from services.kit.settings import Settings, names_database

    if not names_database():
        return settings_of_running(var)
    return Settings.from_environment()


def settings_of_running(var: Path) -> "Settings":
    """Of the system that the environment names, or of the embedded one, which must run."""
    from services.kit.settings import names_database

    if names_database():
        return settings_of()
    from deploy.embedded_settings import embedded_settings
    from deploy.postgresql import running_url

    url = running_url(var.resolve() / "postgresql")
    if url is None:
        raise click.ClickException(f"no system runs in {var}; start it by `l2c run --embedded`")
    return embedded_settings(var.resolve(), url, allow_as_of=True)


@contextmanager
def settings_of_stopped(var: Path) -> "Iterator[Settings]":
    """Of the system that the environment names, or of the embedded one, which must not run: its database does for the time of a
    ``with``. In green processes only.
    """
    from services.kit.settings import names_database

    if names_database():
        yield settings_of()
        return
    from deploy.embedded import AlreadyRunning, database_alone
    from services.kit.settings import SettingsError

    try:
        with database_alone(var) as settings:
            yield settings
    except (AlreadyRunning, SettingsError) as error:
        raise click.ClickException(str(error)) from error


def perform(var: Path, **request: Any) -> NoReturn:
    """Do an operation (:func:`deploy.operations.perform`) here, or have the embedded system do it; say the answer."""
    from services.kit.settings import names_database

    if names_database():
        settings = settings_of()
        from deploy import operations

        tell(operations.perform(settings, request))
    from deploy.control import NotRunning, ask

    try:
        tell(ask(var, request))
    except NotRunning as error:
        raise click.ClickException(str(error)) from error


def tell(answer: "Answer") -> NoReturn:
    """Say an operation's answer, and end with its status."""
    for line in answer.lines:
        click.echo(line)
    sys.exit(answer.status)
