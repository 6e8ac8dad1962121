"""Send what is due over the channels (spec, notify.md: "with retries, a daily digest, and quiet hours").

May be killed at any moment and run again: a letter is sent at least once, under a key that is always the same.
"""

import time
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from services.kit.sealing import Seals
from services.kit.settings import Settings
from services.kit.tracing import Kind, span
from services.kit.unit_of_work import Begin
from services.notify.domain.quiet_hours import QuietHours, quiet_until
from services.notify.domain.retries import next_try
from services.notify.store.deliveries import (
    forget_unwanted,
    form_letters,
    lock_forming,
    put_off,
    readers_with_quiet_hours,
)
from services.notify.store.letters import (
    OpenLetter,
    claim_letters,
    open_letters,
    put_back_letter,
    put_off_letter,
    release_letters,
    settle_letter,
)
from services.notify.usecases.couriers import Couriers, channels_with_servers

LETTERS_AT_ONCE: Final = 50
SECONDS_MAX: Final = 120.0
"""How long one run sends; well within a letter's lease, so that no other worker takes one that is being sent."""


def send_letters(begin: Begin, settings: Settings) -> int:
    """Put what falls due into letters, and send those that are due.

    :returns: how many were sent.
    """
    channels = channels_with_servers(settings)
    _form(begin, channels)
    if not channels:
        return 0
    sent, give_up = 0, time.monotonic() + SECONDS_MAX
    with Couriers(settings) as couriers:
        while letters := _claim(begin, channels, Seals.of(settings)):
            for done, letter in enumerate(letters):
                if time.monotonic() > give_up:
                    _release(begin, [each.id for each in letters[done:]])
                    return sent
                sent += _send(begin, couriers, letter)
    return sent


def _form(begin: Begin, channels: tuple[str, ...]) -> None:
    with begin() as work:
        if not lock_forming(work.session):
            return
        forget_unwanted(work.session, work.now, channels)
        readers = readers_with_quiet_hours(work.session, work.now)
        ends = {reader.user_id: quiet_until(QuietHours(reader.quiet_from, reader.quiet_until), work.now) for reader in readers}
        put_off(work.session, {user_id: end for user_id, end in ends.items() if end is not None}, work.now)
        form_letters(work.session, work.now)


def _claim(begin: Begin, channels: tuple[str, ...], seals: Seals) -> list[OpenLetter]:
    """The next ones; letters of which nothing is to be sent any more go, and others are looked for then."""
    while True:
        with begin() as work:
            claimed = claim_letters(work.session, work.now, channels, LETTERS_AT_ONCE)
            letters = open_letters(work.session, claimed, seals)
        if letters or not claimed:
            return letters


def _send(begin: Begin, couriers: Couriers, letter: OpenLetter) -> bool:
    quiet = quiet_until(letter.quiet, begin.now)
    if quiet is not None:  # one that is tried again, or waited long for a worker
        with begin() as work:
            put_off_letter(work.session, letter.id, quiet)
        return False
    parent, links = _told_in(letter, begin.context.trace)
    about = {"l2c.letter_id": str(letter.id)}
    with span("notify", f"send {letter.channel}", Kind.CLIENT, parent, about, links=links) as sending:
        outcome = couriers.take(letter, begin.now)
        if outcome.kind != "sent":
            sending.fail(outcome.kind)
    # Each by itself, at once: what is sent and not yet noted is what a killed worker sends twice.
    with begin() as work:
        again = next_try(letter.tries, work.now) if outcome.kind == "later" else None
        if again is not None:
            put_back_letter(work.session, letter.id, outcome.said, again)
        else:
            settle_letter(work.session, letter.id, "sent" if outcome.kind == "sent" else "failed", outcome.said, work.now)
    return outcome.kind == "sent"


def _told_in(letter: OpenLetter, sweep: str) -> tuple[str, Sequence[str]]:
    """Whose trace a letter's span belongs to, and what else it is tied to: to the click that it tells of, if it is one."""
    return (letter.traces[0], [sweep]) if len(letter.traces) == 1 else (sweep, letter.traces)


def _release(begin: Begin, letter_ids: list[UUID]) -> None:
    with begin() as work:
        release_letters(work.session, letter_ids)
