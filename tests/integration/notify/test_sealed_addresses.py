"""Robots' addresses, which are keys, are sealed in notify's database (deploy/THREATS.md, "secrets")."""

from dataclasses import replace
from typing import Any

import pytest
from alembic import command

from deploy.doctor.databases import of_databases
from services.kit.database import Database
from services.kit.errors import InvalidInput
from services.kit.migration import _config
from services.kit.settings import Settings
from services.notify.usecases.seal_addresses import seal_addresses
from tests.integration.notify.channels import (
    NEXT_SEALING_KEY,
    SALES,
    SEALING_KEY,
    begin_of,
    channel,
    post,
    prefer,
    rows,
    seen_by,
    send,
    settings_of,
    task_event,
)
from tests.servers.robot_receiver import RobotReceiver

ADDRESSES = "SELECT webhook_url, secret FROM message_channels"
KEY_IN_IT, SECRET = "0123456789-s3cr3t", "SECwhisper"


@pytest.fixture
def settings(database: Database, receiver: RobotReceiver) -> Settings:
    return settings_of(database, robot_hosts=(receiver.origin,))


def _set(database: Database, settings: Settings, receiver: RobotReceiver) -> dict[str, Any]:
    robot = channel("dingtalk", webhook_url=receiver.robot(KEY_IN_IT), secret=SECRET)
    return prefer(database, settings, SALES, robot)["channels"][0]["webhook"]  # type: ignore[no-any-return]  # as it is shown


def _is_told(database: Database, settings: Settings, receiver: RobotReceiver, number: int) -> bool:
    """Whether the robot gets a message, signed, under its own address."""
    before = len(receiver.posts)
    post(database, task_event(number))
    sent = send(database, settings)
    posts = receiver.posts[before:]
    return sent == 1 and len(posts) == 1 and KEY_IN_IT in str(posts[0]) and "sign" in str(posts[0])


def _make_plain(database: Database, receiver: RobotReceiver) -> None:
    """As the version before kept it."""
    with database.session() as session, session.begin():
        session.connection().exec_driver_sql(
            "UPDATE message_channels SET webhook_url = %s, secret = %s", (receiver.robot(KEY_IN_IT), SECRET)
        )


def test_the_database_has_neither_address_nor_secret(database: Database, settings: Settings, receiver: RobotReceiver) -> None:
    shown = _set(database, settings, receiver)
    assert shown == {"host": receiver.origin.removeprefix("http://"), "ending": "cr3t", "is_signed": True}
    everything = "SELECT message_channels::text FROM message_channels UNION ALL SELECT audit_entries::text FROM audit_entries"
    kept = str(rows(database, everything))
    assert "message_preferences_set" in kept
    for secret in (KEY_IN_IT, SECRET):
        assert secret not in kept
    assert _is_told(database, settings, receiver, 1)


def test_what_stood_plain_works_and_is_sealed_by_the_sweep(
    database: Database, settings: Settings, receiver: RobotReceiver
) -> None:
    _set(database, settings, receiver)
    _make_plain(database, receiver)
    assert _is_told(database, settings, receiver, 1)
    assert seal_addresses(begin_of(database), settings) == 1
    assert seal_addresses(begin_of(database), settings) == 0
    assert all(kept.startswith("sealed:") for kept in rows(database, ADDRESSES)[0])
    assert _is_told(database, settings, receiver, 2)


def test_the_doctor_tells_of_addresses_that_stand_plain_and_of_the_keys_that_are_needed(
    database: Database, settings: Settings, receiver: RobotReceiver
) -> None:
    _set(database, settings, receiver)
    changed = replace(settings, sealing_keys=(NEXT_SEALING_KEY, SEALING_KEY))
    lost = replace(settings, sealing_keys=(NEXT_SEALING_KEY,))
    keyless = replace(settings, sealing_keys=())
    assert _found(database, settings) == _found(database, keyless) == []
    assert _found(database, changed) == ["1 addresses of robots are sealed with an older key"]
    assert _found(database, lost) == ["none of the keys opens 1 addresses of robots"]
    _make_plain(database, receiver)
    for told in (settings, keyless):
        assert _found(database, told) == ["1 addresses of robots stand in it as they are"]
    assert seal_addresses(begin_of(database), changed) == 1
    assert _found(database, changed) == _found(database, lost) == []


def _found(database: Database, settings: Settings) -> list[str]:
    everywhere = replace(settings, database_url=database.url.replace("notify", "{service}"))
    found = [finding.what for finding in of_databases(everywhere) if finding.place == "database notify"]
    return [what for what in found if "robots" in what]


def test_a_new_key_takes_the_old_ones_place_while_all_goes_on(
    database: Database, settings: Settings, receiver: RobotReceiver
) -> None:
    _set(database, settings, receiver)
    both = replace(settings, sealing_keys=(NEXT_SEALING_KEY, SEALING_KEY))
    assert _is_told(database, both, receiver, 1)
    assert seal_addresses(begin_of(database), both) == 1
    alone = replace(settings, sealing_keys=(NEXT_SEALING_KEY,))
    assert _is_told(database, alone, receiver, 2)
    assert not _is_told(database, settings, receiver, 3), "the old one opens nothing any more"


def test_a_lost_key_keeps_messages_waiting_and_says_so_and_the_address_can_be_set_anew(
    database: Database, settings: Settings, receiver: RobotReceiver
) -> None:
    _set(database, settings, receiver)
    lost = replace(settings, sealing_keys=(NEXT_SEALING_KEY,))
    assert not _is_told(database, lost, receiver, 1)
    assert rows(database, "SELECT state, said FROM letters") == [("waiting", "its address cannot be opened")]
    assert seal_addresses(begin_of(database), lost) == 0
    seen = seen_by(database, lost, SALES)
    assert (seen["state"], seen["webhook"]) == ("no_address", None)
    with pytest.raises(InvalidInput, match="required"):
        prefer(database, lost, SALES, channel("dingtalk"))
    _set(database, lost, receiver)
    assert _is_told(database, lost, receiver, 2)


def test_without_a_key_no_address_is_taken_and_those_of_before_work(
    database: Database, settings: Settings, receiver: RobotReceiver
) -> None:
    keyless = replace(settings, sealing_keys=())
    with pytest.raises(InvalidInput, match="channel_without_key"):
        _set(database, keyless, receiver)
    _set(database, settings, receiver)
    _make_plain(database, receiver)
    assert prefer(database, keyless, SALES, channel("dingtalk"))["channels"][0]["webhook"]["is_signed"]
    assert seal_addresses(begin_of(database), keyless) == 0
    assert rows(database, ADDRESSES) == [(receiver.robot(KEY_IN_IT), SECRET)]
    assert _is_told(database, keyless, receiver, 1)


def test_who_goes_back_to_the_version_before_opens_them_with_the_key(
    database: Database, settings: Settings, receiver: RobotReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set(database, settings, receiver)
    for keys, outcome in (((NEXT_SEALING_KEY,), "does not open"), ((SEALING_KEY,), "")):
        for name, text in replace(settings, sealing_keys=keys).to_environment().items():
            monkeypatch.setenv(name, text)
        with database.engine.connect() as connection:
            if outcome:
                with pytest.raises(RuntimeError, match=outcome):
                    command.downgrade(_config("notify", connection), "notify@0005")
            else:
                command.downgrade(_config("notify", connection), "notify@0005")
    assert rows(database, ADDRESSES) == [(receiver.robot(KEY_IN_IT), SECRET)]
