"""Set which messages reach one over which channels (spec, notify.md: "by user preference and category")."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any
from uuid import UUID

from services.kit.errors import ChangedMeanwhile, InvalidInput
from services.kit.sealing import Seals
from services.kit.unit_of_work import Begin, UnitOfWork
from services.kit.webhooks import origin_of
from services.notify.store.channel_tables import MessageChannel
from services.notify.store.preferences import channels_of, lock_preferences, write_channels, write_preferences
from services.notify.usecases.show_preferences import channel_view, preferences_view


def set_preferences(
    begin: Begin,
    available: Sequence[str],
    origins: Sequence[str],
    seals: Seals,
    *,
    version: int,
    language: str,
    digest_at: time,
    quiet_hours: Mapping[str, time] | None,
    channels: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Put all of the caller's preferences anew; they hold for what is posted from now on, quiet hours for what waits, too.

    :param available: the channels with servers, and ``origins`` where robots may be.
    :param version: of the preferences as the caller saw them.
    :param seals: for robots' addresses.
    :raises InvalidInput: for a robot without an address, or with one elsewhere; for any, if nothing can be sealed.
    :raises ChangedMeanwhile: ``preferences_changed_meanwhile``.
    """
    with begin() as work:
        user_id = UUID(work.caller.user_id)
        before = lock_preferences(work.session, user_id)
        if (before.version if before else 0) != version:
            raise ChangedMeanwhile("preferences_changed_meanwhile", version=before.version if before else 0)
        known = channels_of(work.session, user_id)
        rows = _rows(user_id, channels, known, origins, seals)
        row = {
            "user_id": user_id,
            "language": language,
            "digest_at": digest_at,
            "quiet_from": quiet_hours and quiet_hours["start"],
            "quiet_until": quiet_hours and quiet_hours["end"],
            "version": version + 1,
            "changed_at": work.now,
        }
        if not write_preferences(work.session, row):
            raise ChangedMeanwhile("preferences_changed_meanwhile", version=version + 1)
        _note(work, known, rows, seals)
        write_channels(work.session, user_id, rows)
        work.session.expire_all()
        return preferences_view(work, available, seals)


def _rows(
    user_id: UUID,
    channels: Sequence[Mapping[str, Any]],
    known: Mapping[str, MessageChannel],
    origins: Sequence[str],
    seals: Seals,
) -> list[dict[str, Any]]:
    rows, wrong = [], {}
    for index, channel in enumerate(channels):
        before = known.get(channel["channel"])
        url = channel["webhook_url"] or (seals.open(before.webhook_url) if before and before.webhook_url else None)
        if channel["channel"] != "email":
            fault = _fault_of_address(url, channel["webhook_url"], origins, seals)
            if fault:
                wrong[f"channels.{index}.webhook_url"] = [fault]
        secret = channel["secret"] or None
        if channel["secret"] is None and before:
            secret = seals.open(before.secret) if before.secret else None
        target = str(user_id) if channel["channel"] == "email" else hashlib.sha256(str(url).encode()).hexdigest()
        addressed = {"user_id": user_id, "target": target, "webhook_url": _kept(url, seals), "secret": _kept(secret, seals)}
        names = ("channel", "is_on", "at_once", "digest", "least_severity")
        rows.append({**addressed, "tested_at": before and before.tested_at, **{name: channel[name] for name in names}})
    if wrong:
        raise InvalidInput(fields=wrong)
    return rows


def _kept(text: str | None, seals: Seals) -> str | None:
    # Without a key only what was plain already stays so: an address that is entered is refused.
    return seals.seal(text) if text and seals.can_seal else text


def _fault_of_address(url: str | None, entered: str | None, origins: Sequence[str], seals: Seals) -> str | None:
    if not url:
        return "required"
    if entered is None:
        return None  # what was right when it was entered may stay, though nothing is sent there any more
    if origin_of(entered) not in origins:
        return f"robot_host|{', '.join(origins)}" if origins else "channel_without_server"
    return None if seals.can_seal else "channel_without_key"


def _note(work: UnitOfWork, known: Mapping[str, MessageChannel], rows: Sequence[Mapping[str, Any]], seals: Seals) -> None:
    """Who set what, without the secrets."""
    before = [channel_view(channel, seals) for channel in known.values()]
    after = [channel_view(MessageChannel(**row), seals) for row in rows]
    work.audit(
        "message_preferences_set",
        ("message_preferences", work.caller.user_id),
        before={"channels": before} if before else None,
        after={"channels": after},
    )
