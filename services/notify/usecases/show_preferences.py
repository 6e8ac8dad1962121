"""Show what the caller has set about channels, and how each is doing.

Addresses of robots are secrets: no more than their ends are shown.
"""

from collections.abc import Collection
from datetime import time
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from services.kit.sealing import Seals
from services.kit.unit_of_work import Begin, UnitOfWork
from services.notify.store.channel_tables import MessageChannel
from services.notify.store.people import mail_address_of
from services.notify.store.preferences import channel_states, channels_of, preferences_of

DIGEST_AT: Final = time(9)
"""When the digest goes out for whoever has set nothing yet."""
_ENDING_CHARACTERS: Final = 4


def show_preferences(begin: Begin, available: Collection[str], seals: Seals) -> dict[str, Any]:
    """
    :param available: the channels with servers.
    :param seals: of robots' addresses.
    """
    with begin() as work:
        return preferences_view(work, available, seals)


def preferences_view(work: UnitOfWork, available: Collection[str], seals: Seals) -> dict[str, Any]:
    """As the contract's ``MessagePreferences`` dumps it."""
    user_id = UUID(work.caller.user_id)
    row, states = preferences_of(work.session, user_id), channel_states(work.session, user_id, work.now)
    email = mail_address_of(work.session, user_id)
    channels = [
        {
            **shown,
            "state": _state(channel, available, is_addressed=bool(shown["webhook"] or (channel.channel == "email" and email))),
            "waiting": state.waiting if state else 0,
            "failed": state.failed if state else 0,
            **{name: getattr(state, name, None) for name in ("last_failure", "last_failed_at", "last_sent_at")},
        }
        for channel in channels_of(work.session, user_id).values()
        for shown, state in [(channel_view(channel, seals), states.get(channel.channel))]
    ]
    shared = {"email": email, "available": list(available), "channels": channels}
    if row is None:
        return {"version": 0, "language": "zh", "digest_at": DIGEST_AT, "quiet_hours": None, **shared}
    quiet = None if row.quiet_from is None else {"start": row.quiet_from, "end": row.quiet_until}
    return {"version": row.version, "language": row.language, "digest_at": row.digest_at, "quiet_hours": quiet, **shared}


def channel_view(channel: MessageChannel, seals: Seals) -> dict[str, Any]:
    """What a channel is set to, as far as anybody is shown; nothing of an address that no key opens."""
    webhook = None
    url = seals.open(channel.webhook_url) if channel.webhook_url else None
    if url is not None:
        webhook = {
            "host": urlsplit(url).netloc,
            "ending": url[-_ENDING_CHARACTERS:],
            "is_signed": bool(channel.secret),
        }
    names = ("channel", "is_on", "at_once", "digest", "least_severity")
    return {**{name: getattr(channel, name) for name in names}, "webhook": webhook}


def _state(channel: MessageChannel, available: Collection[str], *, is_addressed: bool) -> str:
    if not channel.is_on:
        return "off"
    if channel.channel not in available:
        return "no_server"
    return "on" if is_addressed else "no_address"
