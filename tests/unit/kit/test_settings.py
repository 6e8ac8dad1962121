"""Settings are refused at the start, by name."""

from pathlib import Path

import pytest

from services.kit.settings import Settings, SettingsError

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
    }
    settings = Settings.from_environment(WHOLE.to_environment() | given)
    assert settings.robot_hosts == ("https://qyapi.weixin.qq.com", "http://127.0.0.1:9999")
    assert settings.console_origin == "https://l2c.example.com"
    assert Settings.from_environment(settings.to_environment()) == settings
    assert "hush" not in f"{settings!r} {settings}"


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
