"""Send a test message over one of the caller's channels at once, and say what the server answered."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from services.kit.errors import Conflict, TooMany
from services.kit.sealing import Seals
from services.kit.settings import Settings
from services.kit.unit_of_work import Begin
from services.notify.domain.letters import Item, Letter
from services.notify.store.letters import OpenLetter, robot_of
from services.notify.store.people import mail_address_of
from services.notify.store.preferences import channels_of, note_test, preferences_of
from services.notify.usecases.couriers import Couriers, channels_with_servers

PAUSE: Final = timedelta(seconds=10)
"""Between two tests of one channel: a robot takes 20 posts a minute, which are for its messages."""


def try_channel(begin: Begin, settings: Settings, channel: str) -> dict[str, Any]:
    """
    :returns: as the contract's ``ChannelTried``; a server that refused is no refusal of this call.
    :raises Conflict: ``channel_not_set``, ``channel_without_server``, ``no_mail_address``.
    :raises TooMany: ``channel_tested_just_now``.
    """
    letter = _letter(begin, settings, channel)
    # No transaction is open while the server is waited for.
    with Couriers(settings) as couriers:
        outcome = couriers.take(letter, begin.now)
    return {"is_sent": outcome.kind == "sent", "answer": outcome.said}


def _letter(begin: Begin, settings: Settings, channel: str) -> OpenLetter:
    with begin() as work:
        user_id = UUID(work.caller.user_id)
        preferences, own = preferences_of(work.session, user_id), channels_of(work.session, user_id).get(channel)
        if preferences is None or own is None:
            raise Conflict("channel_not_set")
        if channel not in channels_with_servers(settings):
            raise Conflict("channel_without_server")
        email = mail_address_of(work.session, user_id)
        if channel == "email" and not email:
            raise Conflict("no_mail_address")
        if not note_test(work.session, user_id, channel, work.now, PAUSE):
            raise TooMany("channel_tested_just_now", seconds=int(PAUSE.total_seconds()))
        zh = preferences.language == "zh"
        item = Item(
            "system",
            "测试消息" if zh else "Test message",
            "收到此消息，说明这个渠道可以使用。" if zh else "That you see this means that the channel works.",
            "/messages",
        )
        letter_id = work.new_id()
        return OpenLetter(
            id=letter_id,
            channel=channel,
            tries=1,
            content=Letter(str(letter_id), preferences.language, None, (item,)),
            to_name=work.caller.name,
            email=email,
            robot=robot_of(own.webhook_url, own.secret, Seals.of(settings)),
            quiet=None,
        )
