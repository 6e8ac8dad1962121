"""Forget what was sent, or given up, long ago."""

from datetime import timedelta
from typing import Final

from services.kit.unit_of_work import Begin
from services.notify.store.letters import forget_letters_before

LETTERS_KEPT: Final = timedelta(days=30)
_LETTERS_AT_ONCE: Final = 1000


def forget_letters(begin: Begin) -> int:
    """
    :returns: how many letters went. The messages in them stay.
    """
    gone = 0
    while True:
        with begin() as work:
            some = forget_letters_before(work.session, work.now - LETTERS_KEPT, _LETTERS_AT_ONCE)
        gone += some
        if some < _LETTERS_AT_ONCE:
            return gone
