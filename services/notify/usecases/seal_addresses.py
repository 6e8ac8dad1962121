"""Seal robots' addresses that stand plain, or were sealed with an older key.

By a sweep, not by a migration: while a new version takes an old one's place, workers of the old one read plain addresses alone,
and who migrates needs no key.
"""

import logging

from services.kit.sealing import Seals
from services.kit.settings import Settings
from services.kit.unit_of_work import Begin
from services.notify.store.preferences import lock_robot, robots

_log = logging.getLogger(__name__)


def seal_addresses(begin: Begin, settings: Settings) -> int:
    """
    :returns: how many were; of what no key opens none is.
    """
    seals, sealed = Seals.of(settings), 0
    if not seals.can_seal:
        return 0
    with begin() as work:
        older = [
            (row.user_id, row.channel) for row in robots(work.session) if not _is_current(seals, row.webhook_url, row.secret)
        ]
    for user_id, channel in older:
        with begin() as work:
            robot = lock_robot(work.session, user_id, channel)
            if robot is None or robot.webhook_url is None:  # taken away meanwhile
                continue
            url, secret = seals.open(robot.webhook_url), seals.open(robot.secret or "")
            if url is None or secret is None:
                continue
            robot.webhook_url, robot.secret = seals.seal(url), seals.seal(secret) if secret else None
            sealed += 1
    if sealed:
        _log.info("%d addresses of robots were sealed with the first key", sealed)
    return sealed


def _is_current(seals: Seals, *kept: str | None) -> bool:
    return all(seals.is_current(text) for text in kept if text)
