"""``l2c admin create``, as whoever installs the system uses it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Protocol

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from deploy.cli import main
from gateway.identity.store.tables import User
from gateway.identity.usecases.begin_session import Browser
from gateway.identity.usecases.sign_in import sign_in
from services.contracts.gateway import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.tables import audit_entries, outbox
from services.kit.unit_of_work import Begin

SETTINGS: Final = {"L2C_AMQP_URL": "amqp://", "L2C_CELERY_BROKER_URL": "amqp://", "L2C_FILES_FOLDER": "files"}
PASSWORD: Final = "keys to the house"
PROVIDER: Final = {
    "L2C_OIDC_ISSUER": "https://login.example.com",
    "L2C_OIDC_CLIENT_ID": "l2c",
    "L2C_CONSOLE_URL": "https://l2c.example.com",
}


class Ask(Protocol):
    def __call__(self, *arguments: str, password: str = "") -> Result: ...


@pytest.fixture
def url(fresh_database: Callable[[str], str]) -> str:
    """Of a gateway's database that knows nobody."""
    return fresh_database("gateway")


@pytest.fixture
def begin(url: str) -> Iterator[Begin]:
    database = Database(url, pool_size=2)
    yield Begin("gateway", database, EVENTS, CallContext(Caller.system("gateway")))
    database.close()


@pytest.fixture
def ask(url: str, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run the command in an environment that leads to this database."""
    monkeypatch.setattr("services.kit.telemetry.configure_logging", lambda _settings: None)  # logs are pytest's here
    for name, text in {**SETTINGS, "L2C_DATABASE_URL": url}.items():
        monkeypatch.setenv(name, text)

    def run(*arguments: str, password: str = "") -> Result:
        return CliRunner().invoke(main, ["admin", "create", *arguments], input=password)

    return run


def users(begin: Begin) -> list[tuple[str, str, list[str], bool]]:
    with begin() as work:
        return [(user.login, user.name, user.roles, user.must_change_password) for user in work.session.scalars(select(User))]


def test_the_first_administrator_is_added_signs_in_and_changes_the_password(ask: Ask, begin: Begin, tmp_path: Path) -> None:
    made = ask("--login", "Root", "--name", "王主管", "--email", "wang@example.com", password=f"{PASSWORD}\n")
    assert made.exit_code == 0, made.output
    assert PASSWORD not in made.output
    assert users(begin) == [("root", "王主管", ["admin"], True)]
    sign_in(begin, login="root", password=PASSWORD, browser=Browser("127.0.0.1"))
    with begin() as work:
        (told,) = work.session.scalars(select(outbox.c.envelope).where(outbox.c.type == "user_changed"))
        added = select(audit_entries.c.user_name, audit_entries.c.after).where(audit_entries.c.action == "user_added")
        (entry,) = work.session.execute(added).all()
    assert (told["data"]["login"], told["data"]["roles"]) == ("root", ["admin"])
    assert tuple(entry) == ("l2c admin", {"login": "root", "roles": ["admin"]})

    secret = tmp_path / "password"
    secret.write_text("of the second one")
    assert ask("--login", "second", "--name", "李四", "--password-file", str(secret)).exit_code == 0
    again = ask("--login", "ROOT", "--name", "张三", password=PASSWORD)
    assert (again.exit_code, "已被使用" in again.stderr, "is taken" in again.stderr) == (1, True, True), again.stderr
    assert [login for login, *_ in users(begin)] == ["root", "second"]


@pytest.mark.parametrize(
    ("arguments", "password", "said"),
    [
        pytest.param(["--login", "root", "--name", "王"], "short", "password: ", id="too short"),
        pytest.param(["--login", "root", "--name", "王"], "", "password: ", id="none"),
        pytest.param(["--login", "rootroot", "--name", "王"], "ROOTROOT", "password: ", id="the login"),
        pytest.param(["--login", "根", "--name", "王"], PASSWORD, "login: ", id="no login"),
        pytest.param(["--login", "root", "--name", ""], PASSWORD, "name: ", id="no name"),
        pytest.param(["--login", "root", "--name", "王", "--at-provider"], "", "L2C_OIDC_ISSUER", id="no provider"),
    ],
)
def test_what_the_products_own_rules_refuse_is_refused(
    ask: Ask, begin: Begin, arguments: list[str], password: str, said: str
) -> None:
    refused = ask(*arguments, password=password)
    assert isinstance(refused.exception, SystemExit), refused.exception
    assert (said in refused.stderr, users(begin)) == (True, []), refused.stderr


def test_where_a_provider_proves_who_people_are_there_need_be_no_password(
    ask: Ask, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in PROVIDER.items():
        monkeypatch.setenv(name, text)
    assert ask("--login", "root", "--name", "王", "--at-provider").exit_code == 0
    assert users(begin) == [("root", "王", ["admin"], False)]
