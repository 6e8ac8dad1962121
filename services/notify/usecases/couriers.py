"""Who takes a letter out: the mail server and the robots' vendors that the settings name."""

import logging
from contextlib import ExitStack
from datetime import datetime
from types import TracebackType
from typing import Self

from services.kit.mail import Mail, MailDelayed, Mailer, MailRefused, MailServer, MailServerAway
from services.kit.settings import Settings
from services.kit.webhooks import OriginNotAllowed, WebhookAway, Webhooks, origin_of
from services.notify.domain.mails import mail_text
from services.notify.domain.retries import Outcome
from services.notify.domain.robots import VENDORS, outcome_of, robot_post
from services.notify.store.letters import OpenLetter

_log = logging.getLogger(__name__)


def channels_with_servers(settings: Settings) -> tuple[str, ...]:
    """The channels that are on; mail needs ``smtp_url``, robots ``robot_hosts``."""
    return (*(("email",) if settings.smtp_url else ()), *(VENDORS if settings.robot_hosts else ()))


class Couriers:
    """One batch's connections."""

    def __init__(self, settings: Settings) -> None:
        self._console = settings.console_origin
        self._connections = ExitStack()
        self._webhooks = self._connections.enter_context(Webhooks(settings.robot_hosts))
        self._mailer: Mailer | None = None
        if settings.smtp_url:
            self._mailer = self._connections.enter_context(Mailer(MailServer.of(settings.smtp_url), settings.mail_from))
        self._away: dict[str | None, str] = {}
        """Servers that were away in this batch, mail's under its channel, robots' by their origin: the next letter would wait as
        long for the same."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._connections.close()

    def take(self, letter: OpenLetter, now: datetime) -> Outcome:
        """Hand a letter over, and say what came of it; nothing is raised, so that one letter never holds up the others."""
        try:
            return self._by_mail(letter, now) if letter.channel == "email" else self._by_robot(letter, now)
        except Exception as error:  # ours to mend: tried again meanwhile, and the log says where
            _log.exception("letter %s was not sent", letter.id)
            return Outcome("later", type(error).__name__)

    def _by_mail(self, letter: OpenLetter, now: datetime) -> Outcome:
        if self._mailer is None or not letter.email:
            return Outcome("refused", "no mail address")
        if letter.channel in self._away:
            return Outcome("later", self._away[letter.channel])
        written = mail_text(letter.content, self._console)
        mail = Mail(letter.content.key, letter.email, letter.to_name, written.subject, written.text, written.html, now)
        try:
            return Outcome("sent", self._mailer.send(mail))
        except MailRefused as refused:
            return Outcome("refused", str(refused))
        except MailServerAway as away:
            self._away[letter.channel] = str(away)
            return Outcome("later", str(away))
        except MailDelayed as delayed:
            return Outcome("later", str(delayed))

    def _by_robot(self, letter: OpenLetter, now: datetime) -> Outcome:
        if letter.robot is None:
            return Outcome("later", "its address cannot be opened")
        origin = origin_of(letter.robot.url)
        if origin in self._away:
            return Outcome("later", self._away[origin])
        post = robot_post(letter.channel, letter.content, self._console, letter.robot.secret, now)
        try:
            answer = self._webhooks.post(letter.robot.url, post.query, post.body)
        except OriginNotAllowed as refused:
            return Outcome("refused", f"not allowed: {refused}")
        except WebhookAway as away:
            self._away[origin] = str(away)
            return Outcome("later", str(away))
        return outcome_of(letter.channel, answer.status, answer.body)
