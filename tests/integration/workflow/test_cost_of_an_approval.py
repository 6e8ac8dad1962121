"""What an approval costs: how often it goes to the database. People wait for it, and ``make bench`` measures it beside others."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from services.kit.database import Database
from tests.integration.workflow.conftest import Company

_WRITES = re.compile(r"^(?:INSERT INTO|UPDATE) (\w+)")
FORM = {"reason": "客户主动联系"}


@contextmanager
def _statements(database: Database) -> Iterator[list[str]]:
    """What is sent to the database meanwhile, on one line each."""
    sent: list[str] = []

    def note(*call: object) -> None:
        sent.append(" ".join(str(call[2]).split()))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def test_what_a_process_is_found_by_is_written_on_a_trip_that_its_start_makes_anyway(company: Company) -> None:
    company.start("claim_customer", FORM)
    with _statements(company.database) as sent:
        company.start("claim_customer", FORM)
    (written,) = [statement for statement in sent if "process_texts" in statement]
    assert re.search(r"SELECT .* FROM processes WHERE .* FOR UPDATE$", written), "and the process is locked by it"


def test_an_approval_writes_each_table_once(company: Company) -> None:
    process_id = company.start("claim_customer", FORM)
    with _statements(company.database) as sent:
        company.approve(process_id, "lead")
    written = [table for statement in sent for table in _WRITES.findall(statement)]
    assert sorted(written) == ["audit_entries", "entries", "outbox", "processes", "tasks", "tasks"], (
        "one task settled, one opened"
    )


def test_an_approval_looks_for_those_who_come_next_and_not_for_the_lead_who_has_agreed(company: Company) -> None:
    process_id = company.start("claim_customer", FORM)
    company.approve(process_id, "lead")
    with _statements(company.database) as sent:
        company.approve(process_id, "admin")
    assert not [statement for statement in sent if "departments" in statement]
