"""``l2c admin``: the first administrator of an installation, who adds everybody else in the console.

As :mod:`deploy.cli`, it loads nothing at import that must come after :func:`deploy.launcher.make_green`.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

import click

from deploy.command import settings_of, settings_of_running

if TYPE_CHECKING:
    from services.kit.settings import Settings

_ACTOR: Final = "l2c admin"
"""Who added an administrator, to the audit trail: whoever may run the command has the database's password, and no name here."""


@click.group()
def admin() -> None:
    """Administrators: people who may do everything, the adding of others included."""


@admin.command()
@click.option("--login", required=True, help="What the administrator signs in as.")
@click.option("--name", required=True, help="As shown to people.")
@click.option("--email", help="Where letters go.")
@click.option(
    "--password-file", type=click.File(encoding="utf-8"),
    help="The first password, to be changed at the first sign-in; - is standard input. Without it a terminal is asked.",
)  # fmt: skip  # an option a line
@click.option("--at-provider", is_flag=True, help="No password: this person signs in at the company's identity provider alone.")
@click.pass_obj
def create(var: Path, login: str, name: str, email: str | None, password_file: TextIO | None, at_provider: bool) -> None:
    """Add an administrator to a system whose databases are there."""
    from services.kit.settings import names_database

    settings = settings_of(["gateway"]) if names_database() else settings_of_running(var)
    if at_provider and (password_file is not None or not settings.oidc_issuer):
        raise click.UsageError("--at-provider goes with L2C_OIDC_ISSUER, and without a password")
    password = None if at_provider else _password(password_file)
    from services.contracts.wording import LANGUAGES, refusal_in_full
    from services.kit.errors import Refusal

    try:
        _add(settings, {"login": login, "name": name, "email": email, "password": password})
    except Refusal as refusal:
        raise click.ClickException("\n".join(refusal_in_full(refusal, language) for language in LANGUAGES)) from refusal
    click.echo(f"已添加系统管理员 / administrator added: {login}")


def _password(file: TextIO | None) -> str:
    if file is None and sys.stdin.isatty():
        answer: str = click.prompt("密码 / password", hide_input=True, confirmation_prompt="再次输入 / again")
        return answer
    return (file or sys.stdin).read().removesuffix("\n").removesuffix("\r")


def _add(settings: "Settings", person: dict[str, Any]) -> None:
    from gateway.identity.usecases.add_user import add_user
    from services.contracts.gateway import EVENTS
    from services.contracts.gateway_calls import AddUser
    from services.kit.caller import CallContext, Caller
    from services.kit.database import Database
    from services.kit.schema import load
    from services.kit.unit_of_work import Begin

    database = Database(settings.database_url_of("gateway"), pool_size=1)
    begin = Begin("gateway", database, EVENTS, CallContext(Caller.system(_ACTOR)))
    try:
        # As the gateway adds people: the same rules, the same facts for the other services, the same trail.
        add_user(begin, **load(AddUser, {**person, "roles": ["admin"]}), password_needed=not settings.oidc_issuer)
    finally:
        database.close()
