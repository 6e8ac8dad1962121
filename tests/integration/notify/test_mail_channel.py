"""Messages by mail, against a real SMTP server (spec, notify.md: "email (SMTP) … by user preference and category")."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.event import listen

from services.contracts.notify_calls import MessageQuery
from services.kit.database import Database
from services.kit.envelope import Event
from services.kit.ids import new_id
from services.kit.schema import load
from services.kit.settings import Settings
from services.notify.domain.recipients import Recipient
from services.notify.domain.retries import RETRY_DELAYS
from services.notify.usecases.close_tasks import close_tasks
from services.notify.usecases.copy_department import copy_department
from services.notify.usecases.copy_user import copy_user
from services.notify.usecases.forget_letters import forget_letters
from services.notify.usecases.gather_receipts import gather_receipts
from services.notify.usecases.list_messages import list_messages
from services.notify.usecases.mark_messages_read import mark_messages_read
from services.notify.usecases.post_messages import post_rows
from tests.integration.notify.channels import (
    DEPARTMENT,
    DIVISION,
    FINANCE,
    LEAD,
    MORNING,
    SALES,
    begin_of,
    channel,
    department_changed,
    fall_event,
    let_leases_run_out,
    person,
    post,
    prefer,
    row_to,
    rows,
    seen_by,
    send,
    settings_of,
    shanghai,
    task_event,
    user_changed,
)
from tests.servers.mail_sink import MailSink

_CHECKOUT = Path(__file__).resolve().parents[3]
SALES_MAIL, LEAD_MAIL, FINANCE_MAIL = "u1@example.com", "u2@example.com", "u3@example.com"


def _subjects(mails: list[EmailMessage]) -> list[str]:
    return [str(mail["Subject"]) for mail in mails]


def test_a_message_is_mailed_to_whoever_asked_for_its_category_in_his_language(
    database: Database, settings: Settings, sink: MailSink
) -> None:
    prefer(database, settings, SALES, channel(at_once=["task"]), language="en")
    prefer(database, settings, LEAD, channel(at_once=["billing"]))
    post(database, task_event())
    post(database, task_event(2, LEAD))
    assert send(database, settings) == 1
    (mail,) = sink.mails
    assert (mail["To"], mail["Subject"]) == ("张伟 <u1@example.com>", "To do: Write-off · Confirmation")
    assert "https://l2c.example.com/processes/" in mail.as_string()
    assert send(database, settings) == 0


def test_whoever_has_set_nothing_is_sent_nothing(database: Database, settings: Settings, sink: MailSink) -> None:
    post(database, task_event())
    assert rows(database, "SELECT 1 FROM deliveries") == []
    assert (send(database, settings), sink.mails) == (0, [])


def test_only_what_is_as_severe_as_asked_for_is_sent(database: Database, settings: Settings, sink: MailSink) -> None:
    prefer(database, settings, SALES, channel(least_severity="action"))
    post(database, fall_event())
    assert send(database, settings) == 0
    post(database, task_event())
    assert send(database, settings) == 1


def test_a_departments_message_goes_to_its_nearest_lead_who_is_still_there(
    database: Database, settings: Settings, sink: MailSink
) -> None:
    for user_id in (SALES, LEAD, FINANCE):
        prefer(database, settings, user_id, channel(at_once=["funnel"]))
    post(database, fall_event())
    send(database, settings)
    assert sorted(str(mail["To"].addresses[0].addr_spec) for mail in sink.mails) == [SALES_MAIL, LEAD_MAIL]
    # The department has a lead of its own now; then he leaves, and the one above is the nearest again.
    begin = begin_of(database, consumer="on_department_changed")
    copy_department(begin, department_changed(DEPARTMENT, DIVISION, FINANCE, version=2))
    post(database, fall_event())
    send(database, settings)
    assert (len(sink.to(FINANCE_MAIL)), len(sink.to(LEAD_MAIL))) == (1, 1)
    copy_user(begin_of(database, consumer="on_user_changed"), user_changed(FINANCE, 2, active=False, department_id=None))
    post(database, fall_event())
    send(database, settings)
    assert (len(sink.to(FINANCE_MAIL)), len(sink.to(LEAD_MAIL))) == (1, 2)


def test_a_roles_message_goes_to_all_who_hold_it(database: Database, settings: Settings, sink: MailSink) -> None:
    holders = ("sales_admin",)
    copy_user(begin_of(database, consumer="on_user_changed"), user_changed(LEAD, 2, roles=["sales", *holders]))
    copy_user(begin_of(database, consumer="on_user_changed"), user_changed(FINANCE, 2, roles=["finance", *holders]))
    for user_id in (SALES, LEAD, FINANCE):
        prefer(database, settings, user_id, channel(at_once=["payment"]))
    receipt_id = str(new_id())
    data = {
        "receipt_id": receipt_id,
        "payer_name": "云帆",
        "amount": "24.00",
        "received_at": "2026-04-01T01:00:00Z",
        "reason": "unmatched",
        "candidate_owner_ids": [],
    }
    event = Event(new_id(), "payments", "receipt_unmatched", receipt_id, MORNING, 1, 1, data)
    gather_receipts(begin_of(database, consumer="on_receipt_unmatched"), event)
    send(database, settings)
    assert (len(sink.to(SALES_MAIL)), len(sink.to(LEAD_MAIL)), len(sink.to(FINANCE_MAIL))) == (0, 1, 1)


def test_what_is_sent_goes_to_exactly_those_in_whose_inbox_it_is(database: Database, settings: Settings) -> None:
    """Whatever kind its recipient is of: a user, a lead, a role, a role in a department."""
    claims: dict[str, dict[str, Any]] = {
        SALES: {"roles": frozenset({"sales"}), "department_id": DEPARTMENT},
        LEAD: {
            "roles": frozenset({"sales", "sales_lead"}),
            "department_id": DEPARTMENT,
            "nearest_lead_of": (DIVISION, DEPARTMENT),
        },
        FINANCE: {"roles": frozenset({"finance", "sales"})},
    }
    copy_user(
        begin_of(database, consumer="on_user_changed"), user_changed(FINANCE, 2, department_id=None, roles=["finance", "sales"])
    )
    for user_id in claims:
        prefer(database, settings, user_id, channel())
    recipients = [
        Recipient("user", user_id=SALES),
        Recipient("lead", department_id=DEPARTMENT),
        Recipient("lead", department_id=DIVISION),
        Recipient("role", role="sales"),
        Recipient("role", role="sales", department_id=DEPARTMENT),
        Recipient("role", role="sales", department_id=DIVISION),
        Recipient("role", role="finance"),
        Recipient("role", role="legal"),
    ]
    with begin_of(database)() as work:
        post_rows(work, [row_to(recipient) for recipient in recipients])
    queued = {(str(row.user_id), row.message_id) for row in rows(database, "SELECT user_id, message_id FROM deliveries")}
    shown = set()
    for user_id, given in claims.items():
        page = list_messages(begin_of(database, caller=person(user_id, **given)), **load(MessageQuery, {}))
        shown |= {(user_id, message["id"]) for message in page.items}
    assert queued == shown
    assert len(shown) == 1 + 2 + 3 + 2 + 1


def test_a_leaver_is_sent_nothing_more(database: Database, settings: Settings, sink: MailSink) -> None:
    prefer(database, settings, SALES, channel())
    post(database, task_event())
    copy_user(begin_of(database, consumer="on_user_changed"), user_changed(SALES, 2, active=False))
    post(database, task_event(2))
    assert (send(database, settings), sink.mails) == (0, [])
    assert rows(database, "SELECT 1 FROM deliveries") == []


def test_mail_goes_to_the_directorys_address_as_it_is_when_it_is_sent(
    database: Database, settings: Settings, sink: MailSink
) -> None:
    prefer(database, settings, SALES, channel())
    post(database, task_event())
    copy_user(begin_of(database, consumer="on_user_changed"), user_changed(SALES, 2, email="zhang@example.com"))
    copy_user(begin_of(database, consumer="on_user_changed"), user_changed(SALES, 1, email="old@example.com"))
    send(database, settings)
    assert [mail["To"].addresses[0].addr_spec for mail in sink.mails] == ["zhang@example.com"]


def test_what_was_read_or_done_meanwhile_is_not_sent_any_more(database: Database, settings: Settings, sink: MailSink) -> None:
    prefer(database, settings, SALES, channel())
    post(database, task_event(1))
    post(database, task_event(2))
    close_tasks(begin_of(database, consumer="on_node_left"), task_event(1, kind="node_left"))
    assert mark_messages_read(begin_of(database, caller=person(SALES)), None) == 1
    assert (send(database, settings), sink.mails) == (0, [])


def test_what_was_marked_read_one_by_one_is_not_sent_any_more(database: Database, settings: Settings, sink: MailSink) -> None:
    prefer(database, settings, SALES, channel())
    for number in range(2):
        post(database, task_event(number))
    message_id = rows(database, "SELECT id FROM messages ORDER BY id")[0].id
    assert mark_messages_read(begin_of(database, caller=person(SALES)), [message_id]) == 1
    assert send(database, settings) == 1
    assert _subjects(sink.mails) == ["待办：销账 · 销售确认"]


def test_a_task_that_ended_before_it_was_told_of_is_sent_to_nobody(database: Database, settings: Settings) -> None:
    prefer(database, settings, SALES, channel())
    close_tasks(begin_of(database, consumer="on_node_left"), task_event(1, kind="node_left"))
    post(database, task_event(1))
    assert rows(database, "SELECT 1 FROM deliveries") == []


def test_what_is_due_together_is_one_mail(database: Database, settings: Settings, sink: MailSink) -> None:
    prefer(database, settings, SALES, channel())
    for number in range(3):
        post(database, task_event(number))
    assert send(database, settings) == 1
    assert _subjects(sink.mails) == ["3 条新消息：待办：销账 · 销售确认 等"]


def test_an_event_that_comes_twice_is_mailed_once(database: Database, settings: Settings, sink: MailSink) -> None:
    prefer(database, settings, SALES, channel())
    post(database, task_event())
    send(database, settings)
    post(database, task_event())
    assert (send(database, settings), len(sink.mails)) == (0, 1)


def test_a_server_that_is_away_is_tried_again_and_gets_everything_once_it_is_back(database: Database) -> None:
    sink = MailSink()
    settings = settings_of(database, smtp_url=sink.url)
    prefer(database, settings, SALES, channel())
    post(database, task_event())
    assert send(database, settings) == 0
    assert "ConnectionRefusedError" in rows(database, "SELECT said FROM letters")[0].said
    with sink:
        assert send(database, settings) == 0, "not before its time"
        assert send(database, settings, at=MORNING + RETRY_DELAYS[0]) == 1
        assert len(sink.mails) == 1
    assert rows(database, "SELECT state, tries FROM letters") == [("sent", 2)]


def test_a_letter_is_given_up_after_the_last_try_and_its_reader_sees_why(database: Database) -> None:
    settings = settings_of(database, smtp_url=MailSink().url)
    prefer(database, settings, SALES, channel())
    post(database, task_event())
    now = MORNING
    for delay in RETRY_DELAYS:
        send(database, settings, at=now)
        assert seen_by(database, settings, SALES, at=now)["waiting"] == 1
        now += delay
    send(database, settings, at=now)
    seen = seen_by(database, settings, SALES, at=now)
    assert (seen["waiting"], seen["failed"], seen["last_failed_at"]) == (0, 1, now)
    assert "ConnectionRefusedError" in seen["last_failure"]
    assert send(database, settings, at=now + RETRY_DELAYS[-1]) == 0


def test_a_refused_recipient_is_not_tried_again_and_harms_nobody_else(
    database: Database, settings: Settings, sink: MailSink
) -> None:
    sink.refused = {SALES_MAIL: "550 no such user here", LEAD_MAIL: "452 mailbox full"}
    for number, user_id in enumerate((SALES, LEAD, FINANCE)):
        prefer(database, settings, user_id, channel())
        post(database, task_event(number, user_id))
    assert send(database, settings) == 1
    assert seen_by(database, settings, SALES)["last_failure"] == "550 no such user here"
    sink.refused = {}
    assert send(database, settings, at=MORNING + RETRY_DELAYS[0]) == 1
    assert (len(sink.to(SALES_MAIL)), len(sink.to(LEAD_MAIL)), len(sink.to(FINANCE_MAIL))) == (0, 1, 1)


def test_a_worker_killed_after_the_server_took_a_mail_sends_it_again_under_the_same_message_id(
    database: Database, settings: Settings, sink: MailSink
) -> None:
    """SIGKILL between the server's having it and the row's saying so; nothing else can send twice."""
    prefer(database, settings, SALES, channel())
    post(database, task_event())
    program = (
        "import sys; from tests.integration.notify.channels import *; "
        f"database = Database({database.url!r}, pool_size=1); "
        f"send(database, settings_of(database, smtp_url={sink.url!r}))"
    )
    taken: list[EmailMessage] = []
    worker = subprocess.Popen([sys.executable, "-c", program], cwd=_CHECKOUT, env={**os.environ, "PYTHONPATH": str(_CHECKOUT)})

    def kill(mail: EmailMessage) -> None:
        taken.append(mail)
        worker.send_signal(signal.SIGKILL)

    sink.on_data = kill
    assert worker.wait(timeout=60) == -signal.SIGKILL
    assert len(taken) == 1
    sink.on_data = lambda _mail: None
    assert send(database, settings) == 0, "it may be alive"
    let_leases_run_out(database)
    assert send(database, settings) == 1
    assert {mail["Message-ID"] for mail in (*taken, *sink.mails)} == {taken[0]["Message-ID"]}
    assert rows(database, "SELECT state, tries FROM letters") == [("sent", 2)]


def test_two_workers_at_once_send_everything_once(database: Database, settings: Settings, sink: MailSink) -> None:
    for number, user_id in enumerate((SALES, LEAD, FINANCE)):
        prefer(database, settings, user_id, channel())
        post(database, task_event(number, user_id))
    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda _: send(database, settings), range(4)))
    # Whoever came while another put letters together found none; one more run is what beat does.
    assert sum(sent) + send(database, settings) == len(sink.mails) == 3


def test_without_a_server_nothing_is_sent_later_either(database: Database, settings: Settings, sink: MailSink) -> None:
    prefer(database, settings, SALES, channel())
    post(database, task_event())
    assert send(database, settings_of(database)) == 0
    assert seen_by(database, settings_of(database), SALES)["state"] == "no_server"
    assert (send(database, settings), sink.mails) == (0, [])
    # Nor is what was to be tried again.
    sink.on_data = lambda _mail: "451 try later"
    post(database, task_event(2))
    send(database, settings)
    sink.on_data = lambda _mail: None
    assert send(database, settings_of(database), at=MORNING + RETRY_DELAYS[0]) == 0
    assert (send(database, settings, at=MORNING + RETRY_DELAYS[0]), sink.mails) == (0, [])
    assert rows(database, "SELECT 1 FROM deliveries") == []


def test_a_channel_switched_off_sends_nothing_of_what_waited(database: Database, settings: Settings, sink: MailSink) -> None:
    prefer(database, settings, SALES, channel(at_once=[], digest=["task"]))
    post(database, task_event())
    prefer(database, settings, SALES, channel(is_on=False, at_once=["task"]))
    assert rows(database, "SELECT 1 FROM deliveries") == []
    post(database, task_event(2))
    assert (send(database, settings, at=shanghai(5, 9)), sink.mails) == (0, [])


def test_what_was_sent_a_month_ago_is_forgotten_and_the_message_stays(database: Database, settings: Settings) -> None:
    prefer(database, settings, SALES, channel())
    post(database, task_event())
    send(database, settings)
    assert forget_letters(begin_of(database, at=shanghai(31, 10))) == 0
    assert forget_letters(begin_of(database, at=MORNING.replace(month=4))) == 1
    assert rows(database, "SELECT 1 FROM deliveries") == []
    assert len(rows(database, "SELECT 1 FROM messages")) == 1


def test_a_thousand_people_are_queued_for_in_as_many_statements_as_one(database: Database, settings: Settings) -> None:
    statements: list[str] = []
    listen(database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    post(database, task_event(1))
    for_nobody = len(statements)
    with database.session() as session, session.begin():
        session.execute(
            text("""
            INSERT INTO users
            SELECT gen_random_uuid(), 'u', 'u@example.com', NULL, '{admin}', true, 1 FROM generate_series(1, 1000);
            INSERT INTO message_preferences SELECT id, 'zh', '09:00', NULL, NULL, 1, now() FROM users WHERE name = 'u';
            INSERT INTO message_channels
            SELECT id, 'email', true, id::text, NULL, NULL, '{system}', '{}', 'info', NULL FROM users WHERE name = 'u'
            """)
        )
    statements.clear()
    failed = task_event(2).data | {"reason_zh": "金额不符", "reason_en": "the amounts differ"}
    post(database, Event(new_id(), "workflow", "process_effect_failed", failed["process_id"], MORNING, 1, 1, failed))
    assert len(rows(database, "SELECT 1 FROM deliveries")) == 1000
    assert len(statements) <= for_nobody + 1
