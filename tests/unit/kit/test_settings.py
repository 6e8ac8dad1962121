"""Settings are refused at the start, by name."""

from pathlib import Path

import pytest

from deploy.embedded_settings import embedded_settings
from services.kit.server_urls import plain_broker_url
from services.kit.settings import Settings, SettingsError

KEY, OLDER_KEY = "A" * 43 + "=", "B" * 42 + "A="
WHOLE = Settings("postgresql+psycopg://x/{service}", "l2c-memory://", "memory://", Path("var/files"), allow_as_of=True)


def test_settings_go_through_the_environment_of_another_process() -> None:
    assert Settings.from_environment(WHOLE.to_environment()) == WHOLE


def test_what_is_missing_is_named() -> None:
    with pytest.raises(SettingsError, match=r"L2C_DATABASE_URL, L2C_AMQP_URL, L2C_CELERY_BROKER_URL, L2C_FILES_FOLDER"):
        Settings.from_environment({})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("L2C_MAX_WORKERS", "many"),
        ("L2C_ALLOW_AS_OF", "perhaps"),
        ("L2C_EVENT_RETRY_DELAYS_SECONDS", "1,soon"),
        ("L2C_FILES_URL", "ftp://host/bucket"),
        ("L2C_FILES_URL", "https://host"),
        ("L2C_FILES_URL", "https://key:secret@host/bucket"),
        ("L2C_FILES_URL", "https://host/bucket?colour=red"),
        ("L2C_SMTP_URL", "https://mail.example.com"),
        ("L2C_SMTP_URL", "smtp://"),
        ("L2C_SMTP_URL", "smtp://mail.example.com:no"),
        ("L2C_SMTP_URL", "smtp://mail.example.com/box"),
        ("L2C_SMTP_URL", "smtp://user@mail.example.com"),
        ("L2C_SMTP_URL", "smtp://mail.example.com?starttls=perhaps"),
        ("L2C_SMTP_URL", "smtp://mail.example.com?colour=red"),
        ("L2C_SMTP_URL", "smtps://mail.example.com?starttls=off"),
        ("L2C_MAIL_FROM", "somebody"),
        ("L2C_MAIL_FROM", "L2C <l2c@example.com>\r\nBcc: x@example.com"),
        ("L2C_ROBOT_HOSTS", "ftp://open.feishu.cn"),
        ("L2C_ROBOT_HOSTS", "https://open.feishu.cn/open-apis"),
        ("L2C_ROBOT_HOSTS", "user@open.feishu.cn"),
        ("L2C_CONSOLE_URL", "l2c.example.com"),
        ("L2C_CONSOLE_URL", "https://l2c.example.com/?a=b"),
        ("L2C_OIDC_ISSUER", "http://id.example.com"),
        ("L2C_OIDC_ISSUER", "https:id.example.com"),
    ],
)
def test_what_is_wrong_is_named(name: str, text: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment(WHOLE.to_environment() | {name: text})


PROVIDER = {
    "L2C_OIDC_ISSUER": "https://id.example.com/company/",
    "L2C_OIDC_CLIENT_ID": "l2c",
    "L2C_OIDC_CLIENT_SECRET": "hush",
    "L2C_CONSOLE_URL": "https://l2c.example.com/",
}


def test_an_identity_provider_is_named_to_the_letter_and_its_secret_nowhere() -> None:
    settings = Settings.from_environment(WHOLE.to_environment() | PROVIDER)
    assert (settings.oidc_issuer, settings.console_url) == ("https://id.example.com/company/", "https://l2c.example.com")
    assert settings.oidc_login_claim == "preferred_username"
    assert "hush" not in f"{settings!r} {settings}"


@pytest.mark.parametrize("name", ["L2C_OIDC_CLIENT_ID", "L2C_OIDC_LOGIN_CLAIM", "L2C_CONSOLE_URL"])
def test_half_an_identity_provider_is_refused_at_the_start(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment(WHOLE.to_environment() | PROVIDER | {name: ""})


def test_secrets_of_the_file_store_are_not_written_where_settings_are() -> None:
    settings = Settings.from_environment(WHOLE.to_environment() | {"L2C_FILES_SECRET_KEY": "hush"})
    assert settings.files_secret_key == "hush"
    assert "hush" not in f"{settings!r} {settings}"


def test_channels_go_through_the_environment_too() -> None:
    given = {
        "L2C_SMTP_URL": "smtp://l2c:hush@mail.example.com:587",
        "L2C_MAIL_FROM": "销售系统 <l2c@example.com>",
        "L2C_ROBOT_HOSTS": "qyapi.weixin.qq.com, http://127.0.0.1:9999",
        "L2C_CONSOLE_URL": "https://l2c.example.com/",
        "L2C_SEALING_KEYS": f"{KEY}\n{OLDER_KEY}\n",
    }
    settings = Settings.from_environment(WHOLE.to_environment() | given)
    assert settings.robot_hosts == ("https://qyapi.weixin.qq.com", "http://127.0.0.1:9999")
    assert settings.console_origin == "https://l2c.example.com"
    assert settings.sealing_keys == (KEY, OLDER_KEY)
    assert Settings.from_environment(settings.to_environment()) == settings
    for secret in ("hush", KEY, OLDER_KEY):
        assert secret not in f"{settings!r} {settings}"


def test_mail_without_a_sender_is_refused_at_the_start() -> None:
    with pytest.raises(SettingsError, match="L2C_MAIL_FROM"):
        Settings.from_environment(WHOLE.to_environment() | {"L2C_SMTP_URL": "smtp://mail.example.com"})


@pytest.mark.parametrize("url", ["smtp://l2c:hush@mail.example.com:no", "imap://l2c:hush@mail.example.com", "smtp://l2c:hush@[x"])
def test_a_mistake_in_the_mail_servers_url_is_told_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError, match=r"L2C_SMTP_URL=…") as told:
        Settings.from_environment(WHOLE.to_environment() | {"L2C_SMTP_URL": url})
    assert "hush" not in f"{told.value} {told.value.__cause__} {told.value.__cause__ and told.value.__cause__.__context__!r}"


def test_links_lead_to_the_gateway_itself_where_nothing_else_is_said() -> None:
    assert WHOLE.console_origin == "http://127.0.0.1:8000"


def test_any_setting_can_be_in_a_file_without_the_newline_at_its_end(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hush\n")
    (tmp_path / "database").write_text("postgresql+psycopg://l2c:hush@host/l2c_{service}\r\n")
    environment = WHOLE.to_environment() | {
        "L2C_OIDC_CLIENT_SECRET_FILE": str(tmp_path / "secret"),
        "L2C_DATABASE_URL_FILE": str(tmp_path / "database"),
    }
    del environment["L2C_OIDC_CLIENT_SECRET"], environment["L2C_DATABASE_URL"]
    settings = Settings.from_environment(environment)
    assert settings.oidc_client_secret == "hush"
    assert settings.database_url_of("billing") == "postgresql+psycopg://l2c:hush@host/l2c_billing"
    assert "hush" not in f"{settings!r} {settings}"


@pytest.mark.parametrize(("content", "reason"), [("", "empty"), ("\n", "empty"), (None, "No such file"), (b"hush\xff", "UTF-8")])
def test_a_file_that_says_nothing_is_refused_at_the_start(tmp_path: Path, content: str | bytes | None, reason: str) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    environment = WHOLE.to_environment() | {"L2C_OIDC_CLIENT_SECRET_FILE": str(file)}
    del environment["L2C_OIDC_CLIENT_SECRET"]
    with pytest.raises(SettingsError, match=f"L2C_OIDC_CLIENT_SECRET_FILE=.*secret: .*{reason}") as told:
        Settings.from_environment(environment)
    assert "hush" not in str(told.value)


def test_a_setting_that_is_given_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hush")
    with pytest.raises(SettingsError, match="both are set: L2C_OIDC_CLIENT_SECRET, L2C_OIDC_CLIENT_SECRET_FILE"):
        Settings.from_environment(WHOLE.to_environment() | {"L2C_OIDC_CLIENT_SECRET_FILE": str(tmp_path / "secret")})


SERVERS = {
    "L2C_DATABASE_URL": "postgresql+psycopg://l2c_{service}:{password}@host/l2c_{service}?sslmode=verify-full",
    "L2C_AMQP_URL": "amqp://l2c_{service}:{password}@host/l2c",
    "L2C_CELERY_BROKER_URL": "amqp://l2c_{service}:{password}@host/jobs",
}


@pytest.fixture
def secrets(tmp_path: Path) -> dict[str, str]:
    """A password a service, and an environment that names their files."""
    for service in ("billing", "notify", "worker"):
        (tmp_path / f"database-{service}").write_text(f"{service}:p@ss/{{service}} %\n")
        (tmp_path / f"amqp-{service}").write_text(f"{service}-hush\n")
    files = {f"L2C_{name.upper()}_PASSWORD_FILE": str(tmp_path / f"{name}-{{service}}") for name in ("database", "amqp")}
    return WHOLE.to_environment() | SERVERS | files


def test_each_service_has_a_name_and_a_password_of_its_own(secrets: dict[str, str]) -> None:
    settings = Settings.from_environment(secrets)
    assert settings.database_url_of("billing") == (
        "postgresql+psycopg://l2c_billing:billing%3Ap%40ss%2F%7Bservice%7D%20%25@host/l2c_billing?sslmode=verify-full"
    )
    assert settings.amqp_url_of("notify") == "amqp://l2c_notify:notify-hush@host/l2c"
    assert settings.nameko_config("notify")["AMQP_URI"] == "amqp://l2c_notify:notify-hush@host/l2c"
    assert settings.celery_broker_url_of("worker") == "amqp://l2c_worker:worker-hush@host/jobs"
    assert settings.has_bus_users
    assert "hush" not in f"{settings!r} {settings}"
    assert Settings.from_environment(settings.to_environment()) == settings


def test_a_service_that_finds_no_password_says_which_file_it_looked_for(secrets: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=r"L2C_DATABASE_PASSWORD_FILE=.*database-payments: No such file"):
        Settings.from_environment(secrets).database_url_of("payments")


def test_one_password_may_do_for_all(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("hush\n")
    files = {f"L2C_{name}_PASSWORD_FILE": str(tmp_path / "password") for name in ("DATABASE", "AMQP")}
    settings = Settings.from_environment(WHOLE.to_environment() | SERVERS | files)
    assert settings.amqp_url_of("notify") == "amqp://l2c_notify:hush@host/l2c"
    assert Settings.from_environment(settings.to_environment()) == settings
    assert "hush" not in f"{settings!r} {settings}"


def test_a_plain_address_is_everybodys() -> None:
    assert WHOLE.amqp_url_of("billing") == WHOLE.celery_broker_url_of("worker").replace("memory://", "l2c-memory://")
    assert WHOLE.owned_database_url_of("billing") == WHOLE.database_url_of("billing") == "postgresql+psycopg://x/billing"
    assert not WHOLE.has_bus_users


def test_the_owner_of_the_tables_may_be_another() -> None:
    owner = {"L2C_DATABASE_OWNER_URL": "postgresql+psycopg://owner:{password}@x/{service}", "L2C_DATABASE_OWNER_PASSWORD": "hush"}
    settings = Settings.from_environment(WHOLE.to_environment() | owner)
    assert settings.owned_database_url_of("billing") == "postgresql+psycopg://owner:hush@x/billing"
    assert settings.database_url_of("billing") == "postgresql+psycopg://x/billing"
    assert Settings.from_environment(settings.to_environment()) == settings


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"L2C_DATABASE_URL": SERVERS["L2C_DATABASE_URL"]}, r"L2C_DATABASE_URL has {password}: L2C_DATABASE_PASSWORD_FILE"),
        ({"L2C_CELERY_BROKER_URL": SERVERS["L2C_CELERY_BROKER_URL"]}, "L2C_CELERY_BROKER_URL has"),
        ({"L2C_AMQP_PASSWORD": "hush"}, "L2C_AMQP_PASSWORD is set, and there is no {password} in L2C_AMQP_URL or L2C_CELERY"),
        ({"L2C_DATABASE_OWNER_PASSWORD": "hush"}, "L2C_DATABASE_OWNER_PASSWORD is set"),
        ({"L2C_TLS_CERTIFICATE_FILE": __file__}, "L2C_TLS_CERTIFICATE_FILE, L2C_TLS_KEY_FILE"),
        ({"L2C_TLS_CERTIFICATE_FILE": "/nowhere"}, "L2C_TLS_CERTIFICATE_FILE='/nowhere': no such file"),
    ],
)
def test_half_of_what_goes_together_is_refused_at_the_start(given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named) as told:
        Settings.from_environment(WHOLE.to_environment() | given)
    assert "hush" not in str(told.value)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("L2C_DATABASE_URL", "postgres://l2c:hush@host/l2c"),
        ("L2C_DATABASE_URL", "postgresql+psycopg://l2c:hu/sh@host/l2c"),
        ("L2C_DATABASE_OWNER_URL", "mysql://l2c:hush@host/l2c"),
        ("L2C_AMQP_URL", "amqp://l2c:hu/sh@host"),
        ("L2C_AMQP_URL", "https://l2c:hush@host"),
        ("L2C_AMQP_URL", "amqps://l2c:hush@host/l2c?verify=verify_none"),
        ("L2C_AMQP_URL", "amqps://l2c:hush@host/l2c?cacertfile=/nowhere"),
        ("L2C_AMQP_URL", f"amqps://l2c:hush@host/l2c?certfile={__file__}"),
        ("L2C_CELERY_BROKER_URL", "amqp://l2c:hu/sh@host"),
        ("L2C_FILES_URL", "https://key:hush@host/bucket"),
        ("L2C_CONSOLE_URL", "https://l2c:hush@host/"),
        ("L2C_ROBOT_HOSTS", "https://l2c:hush@host"),
        ("L2C_SEALING_KEYS", "hush"),
        ("L2C_SEALING_KEYS", f"{KEY} hu-sh-"),
    ],
)
def test_what_is_wrong_with_an_address_is_told_without_its_password(name: str, url: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}=…") as told:
        Settings.from_environment(WHOLE.to_environment() | {name: url})
    assert "hu" not in f"{told.value} {told.value.__cause__} {told.value.__cause__ and told.value.__cause__.__context__!r}"


def test_a_broker_proves_itself_under_its_name() -> None:
    url = f"amqps://l2c:hush@broker:5671/l2c?cacertfile={__file__}&certfile=/c.pem&keyfile=/k.pem"
    tls = {"ca_certs": __file__, "certfile": "/c.pem", "keyfile": "/k.pem", "server_hostname": "broker"}
    assert plain_broker_url(url) == ("amqps://l2c:hush@broker:5671/l2c", tls)
    assert plain_broker_url("amqps://10.0.0.1/l2c?server_name_indication=broker")[1] == {"server_hostname": "broker"}
    assert plain_broker_url("amqp://l2c:hush@broker/l2c") == ("amqp://l2c:hush@broker/l2c", None)


def test_the_sessions_cookie_is_for_tls_alone_where_the_gateway_speaks_it() -> None:
    given = {"L2C_TLS_CERTIFICATE_FILE": __file__, "L2C_TLS_KEY_FILE": __file__}
    environment = WHOLE.to_environment() | given
    assert not Settings.from_environment(environment).cookie_secure, "the last word is the environment's"
    del environment["L2C_COOKIE_SECURE"]
    settings = Settings.from_environment(environment)
    assert settings.cookie_secure
    assert settings.console_origin == settings.gateway_url == "https://127.0.0.1:8000"
    assert Settings.from_environment(settings.to_environment()) == settings


def test_the_embedded_system_has_its_own_servers_whatever_the_environment_says(secrets: dict[str, str]) -> None:
    settings = embedded_settings(Path("var"), "postgresql+psycopg:///{service}", allow_as_of=False, environment=secrets)
    assert settings.database_url_of("billing") == "postgresql+psycopg:///billing"
    assert not settings.has_bus_users
