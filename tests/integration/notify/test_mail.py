"""The mailer against a real SMTP server: what is taken, put off and refused; TLS and sign-in."""

import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.kit.mail import Mail, MailDelayed, Mailer, MailRefused, MailServer, MailServerAway
from tests.servers.mail_sink import MailSink, make_certificate

SENDER = "销售系统 <l2c@example.com>"


def _mail(to: str = "zhang@example.com", **more: str) -> Mail:
    said = {
        "key": "0190-1",
        "to": to,
        "to_name": "张伟",
        "subject": "待办",
        "text": "等待您处理。\n",
        "html": "<p>等待您处理。</p>",
    }
    return Mail(**{**said, **more}, at=datetime(2026, 3, 2, 1, tzinfo=UTC))


def _mailer(sink: MailSink) -> Mailer:
    return Mailer(MailServer.of(sink.url), SENDER, seconds_max=5)


@pytest.fixture
def sink() -> Iterator[MailSink]:
    with MailSink() as sink:
        yield sink


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return make_certificate(tmp_path)


def test_a_mail_arrives_with_both_its_texts_and_what_clients_know_it_by(sink: MailSink) -> None:
    with _mailer(sink) as mailer:
        mailer.send(_mail())
    (mail,) = sink.mails
    assert (mail["From"], mail["To"], mail["Subject"]) == (SENDER, "张伟 <zhang@example.com>", "待办")
    assert mail["Message-ID"] == "<0190-1@example.com>"
    assert mail["Date"].datetime == datetime(2026, 3, 2, 1, tzinfo=UTC)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert [part.get_content().strip() for part in mail.iter_parts()] == ["等待您处理。", "<p>等待您处理。</p>"]


def test_many_mails_go_over_one_connection(sink: MailSink) -> None:
    with _mailer(sink) as mailer:
        for _ in range(5):
            mailer.send(_mail())
    assert (len(sink.mails), sink.connections) == (5, 1)


def test_a_refused_recipient_is_told_from_one_to_be_tried_again_and_the_next_mail_goes_on(sink: MailSink) -> None:
    sink.refused = {"gone@example.com": "550 no such user", "full@example.com": "452 mailbox full"}
    with _mailer(sink) as mailer:
        with pytest.raises(MailRefused, match="550 no such user"):
            mailer.send(_mail("gone@example.com"))
        with pytest.raises(MailDelayed, match="452 mailbox full"):
            mailer.send(_mail("full@example.com"))
        mailer.send(_mail())
    assert (len(sink.mails), sink.connections) == (1, 1)


def test_a_content_that_the_server_does_not_take_is_refused_or_tried_again_by_its_code(sink: MailSink) -> None:
    answers = ["554 looks like spam", "451 try later"]
    sink.on_data = lambda _mail: answers.pop(0) if answers else None
    with _mailer(sink) as mailer:
        with pytest.raises(MailRefused, match="554 looks like spam"):
            mailer.send(_mail())
        with pytest.raises(MailDelayed, match="451 try later"):
            mailer.send(_mail())


def test_a_server_that_is_away_is_told_as_that_and_is_found_again_when_it_is_back() -> None:
    sink = MailSink()
    with _mailer(sink) as mailer:
        with pytest.raises(MailServerAway, match="ConnectionRefusedError"):
            mailer.send(_mail())
        with sink:
            mailer.send(_mail())
    assert len(sink.mails) == 1


def test_a_connection_that_broke_is_opened_anew_for_the_next_mail(sink: MailSink) -> None:
    with _mailer(sink) as mailer:
        mailer.send(_mail())
        sink.stop()
        with pytest.raises(MailDelayed):
            mailer.send(_mail())
        sink.start()
        mailer.send(_mail())
    assert len(sink.mails) == 2


# The sink knows no TLS but STARTTLS, and warns that it asks for a password outside of that.
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_mail_goes_over_tls_with_a_name_and_a_password(tls: str, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with MailSink(tls, certificate, ("l2c", "s3cret")) as sink:
        with _mailer(sink) as mailer:
            mailer.send(_mail())
        assert len(sink.mails) == 1
        sink.login = ("l2c", "another")
        with (
            Mailer(MailServer.of(sink.url.replace("another", "wrong")), SENDER) as mailer,
            pytest.raises(MailServerAway, match="535"),
        ):
            mailer.send(_mail())


def test_a_certificate_that_nobody_trusts_stops_the_mail(certificate: Path) -> None:
    with MailSink("starttls", certificate) as sink, _mailer(sink) as mailer:
        with pytest.raises(MailServerAway, match="CERTIFICATE_VERIFY_FAILED"):
            mailer.send(_mail())
        assert sink.mails == []


def test_a_server_without_tls_gets_nothing_unless_the_settings_say_so(sink: MailSink) -> None:
    url = sink.url.removesuffix("?starttls=off")
    with Mailer(MailServer.of(url), SENDER) as mailer, pytest.raises(MailServerAway, match="STARTTLS"):
        mailer.send(_mail())
    assert sink.mails == []


@pytest.mark.parametrize("field", ["subject", "to_name"])
@pytest.mark.parametrize("line", ["\r\n", "\n", "\r", "\x0b", "\u2028"])
def test_no_header_is_added_through_what_a_mail_says(sink: MailSink, field: str, line: str) -> None:
    with _mailer(sink) as mailer:
        mailer.send(_mail(**{field: f"待办{line}Bcc: evil@example.com"}))
    (mail,) = sink.mails
    assert "Bcc" not in mail
    assert "Bcc: evil@example.com" in str(mail["Subject" if field == "subject" else "To"])


@pytest.mark.parametrize("address", ["", "zhang", "a@b@c", "zhang@example.com\r\nBcc: evil@example.com", "x@y.com, z@y.com"])
def test_what_is_no_address_is_refused_before_the_server_hears_of_it(sink: MailSink, address: str) -> None:
    with _mailer(sink) as mailer, pytest.raises(MailRefused, match="no mail address"):
        mailer.send(_mail(address))
    assert sink.connections == 0


def test_the_password_is_in_no_text_of_the_server() -> None:
    assert "s3cret" not in f"{MailServer.of('smtp://l2c:s3cret@mail.example.com')!r}"
    assert MailServer.of("smtp://l2c:p%40ss@mail.example.com") == MailServer("mail.example.com", 25, "starttls", "l2c", "p@ss")
    assert MailServer.of("smtps://mail.example.com").port == smtplib.SMTP_SSL_PORT
