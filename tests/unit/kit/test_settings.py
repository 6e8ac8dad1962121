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
