"""Import a bank's statement (spec, payments.md, "Receipts"): each receipt once, a report by row, one wrong row loses nothing.

A file of at most 5,000 lines is imported while its asker waits, in one transaction, and answered with its report; a longer one by
a job, as many lines a transaction. Either way the import and what became of its rows are kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.contracts.payments_import_calls import STATEMENT_LINES_MAX, STATEMENT_LINES_NOW_MAX, WRONG_CELL_CHARACTERS_MAX
from services.kit.caller import Caller
from services.kit.errors import InvalidInput
from services.kit.files import FileStore
from services.kit.garbage import uncollected
from services.kit.jobs import Shard, open_job
from services.kit.money import ZERO
from services.kit.unit_of_work import Begin, UnitOfWork
from services.payments.domain.bank_mappings import ACCOUNT_HEADER, ColumnMapping
from services.payments.domain.references import SameValues, reference_taken
from services.payments.domain.statements import ReadRow
from services.payments.store.import_tables import ReceiptImport
from services.payments.store.receipt_imports import insert_imported_rows, lock_import
from services.payments.store.statement_files import NumberedRow
from services.payments.usecases.read_statement import OpenStatement, read_statement, reopened_statement
from services.payments.usecases.record_receipt import NewReceipt, Recorded, record

JOB: Final = "receipt_import"
LINES_AT_ONCE: Final = STATEMENT_LINES_NOW_MAX
"""What one transaction takes: what is lost, and done again, when a worker is killed."""

StartJob = Callable[[str, date, dict[str, Any]], UUID]
Reported = dict[str, Any]
"""What became of a row, as its table keeps it."""


def import_receipts(
    begin: Begin, files: FileStore, start_job: StartJob, *, file_key: str, file_name: str, mapping: str, bank_account: str
) -> tuple[UUID, list[Reported]]:
    """Import the stored file, or note it and ask for its import. Imported once more, every row is known.

    :returns: the import's id, and what became of its rows, where that is known already.
    :raises NotFound: ``file_not_found``, ``bank_mapping_not_found``.
    :raises InvalidInput: as :func:`~services.payments.usecases.read_statement.read_statement`.
    """
    with read_statement(begin, files, file_key, mapping=mapping, bank_account=bank_account.strip()) as statement:
        lines = statement.take(STATEMENT_LINES_NOW_MAX + 1)
        if len(lines) <= STATEMENT_LINES_NOW_MAX:
            with begin() as work:
                row = _new_import(work, statement, file_key, file_name)
                row.state, row.line_count = "running", len(lines)
                reported = _take(work, row, statement, lines)
                _finish(work, row, "done")
            begin.once_committed(lambda _: files.delete(file_key))
            return row.id, reported
    with begin() as work:
        row = _new_import(work, statement, file_key, file_name)
        params = {"import_id": str(row.id)}
        # Opened in the transaction of the row, so that there is none without its job; sent once both are there.
        row.job_id, _ = open_job(work, JOB, str(row.id), as_of=work.today, params=params)
        today = work.today
    start_job(JOB, today, params)
    return row.id, []


def _new_import(work: UnitOfWork, statement: OpenStatement, file_key: str, file_name: str) -> ReceiptImport:
    headers = list(statement.header.cells)
    row = ReceiptImport(
        id=work.new_id(),
        job_id=None,
        caller=work.caller.to_wire(),
        created_by_id=work.caller.user_id,
        created_by_name=work.caller.name,
        file_key=file_key,
        file_name=file_name,
        bank_account=statement.bank_account,
        mapping=statement.mapping,
        mapping_content=statement.content.to_json(),
        state="queued",
        problem=None,
        # The account that the preamble or the asker told, so that the wrong rows can be imported by themselves.
        headers=headers if "bank_account" in statement.header.places else [*headers, ACCOUNT_HEADER],
        header_line=statement.header.line,
        line_count=None,
        done_line=statement.header.line,
        new=0,
        known=0,
        skipped=0,
        wrong=0,
        amount=ZERO,
        created_at=work.now,
        finished_at=None,
    )
    work.session.add(row)
    work.session.flush()
    return row


def run_receipt_import(shard: Shard) -> dict[str, Any]:
    """Do an import, some thousand lines at a time. Run again after a kill it goes on behind the last that were recorded."""
    assert shard.files is not None, "a worker gives its jobs a file store"
    import_id = UUID(shard.params["import_id"])
    with shard.begin() as work:
        row = lock_import(work.session, import_id)
        if row.state == "queued":
            row.state = "running"
    if row.state == "running":
        begin = shard.begin.on_behalf_of(Caller.from_wire(row.caller))
        try:
            _take_file(shard, begin, shard.files, row)
        except InvalidInput as refused:
            _settle(begin, import_id, "refused", {"code": refused.code, "params": refused.params})
        else:
            _settle(begin, import_id, "done", None)
    shard.files.delete(row.file_key)
    return {"import_id": str(import_id)}


def _take_file(shard: Shard, begin: Begin, files: FileStore, row: ReceiptImport) -> None:
    """
    :raises InvalidInput: ``statement_unreadable``, ``statement_too_many_rows``; before anything is recorded.
    """
    content = ColumnMapping.of(row.mapping_content)
    with reopened_statement(files, row.file_key, content, row.bank_account) as statement:
        total = _count_lines(statement)
    with begin() as work:
        lock_import(work.session, row.id).line_count = total
    with reopened_statement(files, row.file_key, content, row.bank_account) as statement:
        done = 0
        while done < total:
            done = _take_batch(begin, row.id, statement)
            shard.report(done, total)


def _count_lines(statement: OpenStatement) -> int:
    total = 0
    while lines := statement.take(LINES_AT_ONCE):
        total += len(lines)
        if total > STATEMENT_LINES_MAX:
            raise InvalidInput("statement_too_many_rows", max=STATEMENT_LINES_MAX)
    return total


def _take_batch(begin: Begin, import_id: UUID, statement: OpenStatement) -> int:
    """Record the next lines' receipts in one transaction, under the import's lock: a worker that was thought dead, and is not,
    takes others.

    :returns: how many lines are done.
    """
    with uncollected(), begin() as work:
        row = lock_import(work.session, import_id)
        statement.skip_to(row.done_line)
        _take(work, row, statement, statement.take(LINES_AT_ONCE))
        return row.done_line - row.header_line


def _take(work: UnitOfWork, row: ReceiptImport, statement: OpenStatement, lines: Sequence[NumberedRow]) -> list[Reported]:
    rows = statement.read(lines, work.today)
    recorded = iter(record(work, [NewReceipt(**vars(each.receipt)) for each in rows if each.receipt is not None]))
    amount, reported = ZERO, []
    for each in rows:
        outcome = next(recorded) if each.receipt is not None else None
        amount += outcome.receipt.amount if outcome is not None and outcome.outcome == "new" else ZERO
        reported.append(_reported(each, outcome, statement))
    insert_imported_rows(work.session, row.id, reported)
    for name in ("new", "known", "skipped", "wrong"):
        setattr(row, name, getattr(row, name) + sum(each["outcome"] == name for each in reported))
    row.amount += amount
    row.done_line = lines[-1][0] if lines else row.done_line
    return reported


def _reported(row: ReadRow, recorded: Recorded | None, statement: OpenStatement) -> Reported:
    fault = row.fault
    if row.receipt is not None and recorded is not None and recorded.outcome == "taken":
        there = recorded.receipt
        fault = reference_taken(row.receipt, SameValues(there.amount, there.normalised_payer, there.received_at))
    reported: Reported = {
        "row": row.line,
        "outcome": recorded.outcome if recorded is not None else "wrong",
        "reference": row.reference,
        "payer_name": row.payer_name,
        "receipt_id": None,
        "match": None,
        "fault": fault and asdict(fault),
        "cells": None,
    }
    if fault is None:
        assert recorded is not None, "a row that is no receipt says why"
        return reported | {"receipt_id": recorded.receipt.id, "match": recorded.receipt.match}
    if fault.code == "not_incoming":
        return reported | {"outcome": "skipped"}
    return reported | {"outcome": "wrong", "cells": _cells(row, statement)}


def _cells(row: ReadRow, statement: OpenStatement) -> list[str]:
    width = len(statement.header.cells)
    cells = [cell[:WRONG_CELL_CHARACTERS_MAX] for cell in row.cells[:width]]
    cells += [""] * (width - len(cells))
    account = statement.header.bank_account or statement.bank_account
    return cells if "bank_account" in statement.header.places else [*cells, account]


def _settle(begin: Begin, import_id: UUID, state: str, problem: dict[str, Any] | None) -> None:
    with begin() as work:
        row = lock_import(work.session, import_id)
        if row.state == "running":
            row.problem = problem
            _finish(work, row, state)


def _finish(work: UnitOfWork, row: ReceiptImport, state: str) -> None:
    row.state, row.finished_at = state, work.now
    counts = {name: getattr(row, name) for name in ("new", "known", "skipped", "wrong")}
    work.audit(
        "receipts_imported",
        ("receipt_import", row.id),
        after={"file": row.file_name, "mapping": row.mapping, "state": state, **counts},
    )
