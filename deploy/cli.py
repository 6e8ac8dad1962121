"""The ``l2c`` command.

At import it loads nothing that must come after :func:`deploy.launcher.make_green`; each command imports what it needs.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

import click

from deploy import launcher
from deploy.administrators import admin
from deploy.backup.commands import backup, restore
from deploy.command import perform, refused_plainly, settings_as_they_are, settings_of, settings_of_running, tell, url_of

_SERVICES = ("customer", "workflow", "billing", "payments", "notify", "gateway")
_STORY_FOLDER = "story"
_DEFAULT_ADDRESS = "127.0.0.1:8000"
_ADDRESS_HELP = "The gateway's; with https:// before it where it speaks TLS."


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--var", type=click.Path(file_okay=False, path_type=Path), default=Path("var"), envvar="L2C_VAR", show_default=True,
    help="The folder of the embedded mode's data.",
)  # fmt: skip  # an option a line
@click.pass_context
def main(context: click.Context, var: Path) -> None:
    """Lead-to-cash: run it, look after it, show it.

    Without L2C_DATABASE_URL in the environment, commands are about the embedded system in the --var folder.
    """
    context.obj = var


for _command in (admin, backup, restore):
    main.add_command(_command)


@main.command()
@click.argument("services", nargs=-1, type=click.Choice(_SERVICES))
@click.option("--embedded", is_flag=True, help="Everything in this one process, PostgreSQL beside it.")
@click.option("--demo", is_flag=True, help="Make demo data first, unless it is there. Embedded only.")
@click.option("--story", is_flag=True, help="Play the story first, unless it was played. Embedded only.")
@click.pass_obj
def run(var: Path, services: tuple[str, ...], embedded: bool, demo: bool, story: bool) -> None:
    """Run services (all of them, without names) in this process, until SIGTERM or Ctrl-C."""
    if embedded and services:
        raise click.UsageError("--embedded runs everything: name no service")
    if (demo or story) and not embedded:
        raise click.UsageError("--demo and --story go with --embedded; elsewhere there are `l2c demo` and `l2c story`")
    launcher.make_green()
    if embedded:
        from deploy.embedded import run_embedded
        from deploy.first_steps import FirstSteps

        sys.exit(run_embedded(var, allow_as_of=demo or story, when_up=FirstSteps(var / _STORY_FOLDER, demo=demo, story=story)))
    settings = settings_of(services or _SERVICES)
    from deploy.distributed import run_services

    with refused_plainly():
        sys.exit(run_services(settings, services or _SERVICES))


@main.command()
@click.argument("services", nargs=-1, type=click.Choice(_SERVICES))
def relay(services: tuple[str, ...]) -> None:
    """Publish the outboxes of services (all, without names) to the bus."""
    launcher.make_green()
    settings = settings_of(services or _SERVICES)
    from deploy.relay_process import run_relays

    with refused_plainly():
        run_relays(settings, services or _SERVICES)


@main.command()
@click.argument("services", nargs=-1, type=click.Choice(_SERVICES[:-1]))
@click.option("--concurrency", default=2, show_default=True, help="Processes.")
def worker(services: tuple[str, ...], concurrency: int) -> None:
    """Do the jobs of services (all that have any, without names)."""
    launcher.count_across_forks()
    settings = settings_of()
    from deploy.catalogue import services_with_tasks
    from deploy.workers import run_worker

    with refused_plainly():
        run_worker(settings, services or services_with_tasks(), concurrency=concurrency)


@main.command()
@click.pass_obj
def beat(var: Path) -> None:
    """Start scheduled jobs when they fall due. One such process for all services."""
    settings = settings_of()
    from deploy.workers import run_beat

    with refused_plainly():
        run_beat(settings, var / "schedule")


@main.command()
@click.argument("services", nargs=-1, type=click.Choice(_SERVICES))
def migrate(services: tuple[str, ...]) -> None:
    """Make the databases that are missing and bring them up to date.

    With L2C_DATABASE_OWNER_URL set, as that owner; it then makes the services' roles, too, with their passwords of now.
    """
    settings = settings_of(services or _SERVICES)
    from services.kit.migration import bring_up_to_date

    for service in services or _SERVICES:
        bring_up_to_date(service, settings)
        click.echo(f"{service}: up to date")


@main.command("new-migration")
@click.argument("service", type=click.Choice(_SERVICES))
@click.argument("message")
@click.option("--of-kit", is_flag=True, help="It is the kit's tables that changed, which every service's database has.")
def new_migration(service: str, message: str, of_kit: bool) -> None:
    """Write a service's next migration from what its tables have and its database (of L2C_DATABASE_URL) has not."""
    from services.kit.migration import new_migration as write_migration

    write_migration(service, settings_of().owned_database_url_of(service), message, of_kit=of_kit)


@main.command()
@click.option("--address", default=_DEFAULT_ADDRESS, show_default=True, envvar="L2C_HTTP_ADDRESS", help=_ADDRESS_HELP)
@click.pass_obj
def demo(var: Path, address: str) -> None:
    """Make demo data on a running system, unless it is there."""
    from deploy.first_steps import make_demo

    make_demo(settings_of_running(var), url_of(address))


@main.command()
@click.option("--address", default=_DEFAULT_ADDRESS, show_default=True, envvar="L2C_HTTP_ADDRESS", help=_ADDRESS_HELP)
@click.pass_obj
def story(var: Path, address: str) -> None:
    """Play the main job, end to end, on a running system."""
    from deploy.first_steps import play_story

    settings = settings_of_running(var)
    if settings.is_embedded:
        # The story's messaging platform publishes over AMQP, and the embedded bus cannot be reached from another process.
        raise click.ClickException("an embedded system plays the story itself: `l2c run --embedded --story`")
    play_story(settings, url_of(address), var / _STORY_FOLDER)


@main.command()
@click.argument("name")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day that the job is for.")
@click.pass_obj
def job(var: Path, name: str, as_of: datetime) -> None:
    """Start a job for a day, or find the one there is; wait for its end."""
    perform(var, operation="job", name=name, as_of=as_of.date().isoformat())


@main.group("dead-letters")
def dead_letters() -> None:
    """Events that failed too often and were parked."""


_service = click.argument("service", type=click.Choice(_SERVICES))


@dead_letters.command("list")
@_service
@click.pass_obj
def list_dead_letters(var: Path, service: str) -> None:
    """One line an event, its id first."""
    perform(var, operation="dead-letters", action="list", service=service)


@dead_letters.command("show")
@_service
@click.argument("letter_id", metavar="ID")
@click.pass_obj
def show_dead_letter(var: Path, service: str, letter_id: str) -> None:
    """All of one event."""
    perform(var, operation="dead-letters", action="show", service=service, id=letter_id)


@dead_letters.command("replay")
@_service
@click.argument("letter_id", metavar="[ID]", required=False)
@click.pass_obj
def replay_dead_letters(var: Path, service: str, letter_id: str | None) -> None:
    """Give an event (all, without an id) to its handler again."""
    perform(var, operation="dead-letters", action="replay", service=service, id=letter_id)


@dead_letters.command("discard")
@_service
@click.argument("letter_id", metavar="ID")
@click.option("--reason", required=True, help="Kept in the log.")
@click.pass_obj
def discard_dead_letter(var: Path, service: str, letter_id: str, reason: str) -> None:
    """Drop one event for good."""
    perform(var, operation="dead-letters", action="discard", service=service, id=letter_id, reason=reason)


@main.command()
@click.option("--address", default=_DEFAULT_ADDRESS, show_default=True, envvar="L2C_HTTP_ADDRESS", help=_ADDRESS_HELP)
def health(address: str) -> None:
    """Whether a running system is ready, service by service."""
    from deploy.health import show_health

    tell(show_health(url_of(address)))


@main.command()
@click.pass_obj
def doctor(var: Path) -> None:
    """What is wrong with an installation, what that means, and what to do.

    Ends with 0 if nothing is, 1 if something will cost, 2 if something does not work.
    """
    from services.kit.settings import SettingsError

    launcher.make_green()
    from deploy.doctor.examination import examine, report
    from deploy.doctor.finding import broken

    try:
        settings = settings_as_they_are(var)
    except SettingsError as error:
        tell(report([broken("settings", str(error), "No process starts.", "Set what is named; the README lists every setting.")]))
    tell(report(list(examine(settings))))


@main.command()
def openapi() -> None:
    """Print the HTTP interface's description."""
    launcher.make_green()
    from gateway.openapi import openapi_of
    from gateway.service import Gateway

    click.echo(json.dumps(openapi_of(Gateway), ensure_ascii=False, indent=2))


@main.command("broker-definitions")
def broker_definitions() -> None:
    """Print the broker's users, their rights and what they share, for `rabbitmqctl import_definitions`.

    With {service} in L2C_AMQP_URL and L2C_CELERY_BROKER_URL. Import them before the first start, and before each new version's.
    """
    launcher.make_green()
    settings = settings_of()
    from deploy.broker_definitions import broker_definitions as define
    from services.kit.settings import SettingsError

    try:
        click.echo(json.dumps(define(settings), indent=2))
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@main.command()
def asyncapi() -> None:
    """Print the events' description."""
    launcher.make_green()
    from gateway.asyncapi import asyncapi as describe_events

    click.echo(json.dumps(describe_events(), ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
