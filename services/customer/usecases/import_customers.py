"""Import customers from a file: the right rows are added, of the others is told why not (spec, customer.md, "Data")."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.contracts.customer_import_calls import REFUSED_CELL_CHARACTERS_MAX
from services.customer.documents.import_file import FileRefused, GivenRow, ImportFile, Problem, read_import_file
from services.customer.store.customer_files import insert_refused_rows, lock_import
from services.customer.store.people import users_of_logins
from services.customer.store.tables import Contact, Customer, CustomerImport, Department
from services.customer.usecases.add_contact import new_contact
from services.customer.usecases.add_department import new_department
from services.customer.usecases.imported_rows import CheckedRow, RowRefused, check_row, owner_login
from services.customer.usecases.new_customers import new_customer, write_new_customers
from services.kit.audit import AuditEntry
from services.kit.caller import Caller
from services.kit.company_names import normalise_name
from services.kit.jobs import Shard, open_job
from services.kit.unit_of_work import Begin, UnitOfWork

JOB: Final = "customer_import"
ROWS_AT_ONCE: Final = 500
"""What one transaction takes: what is lost, and done again, when a worker is killed."""

StartJob = Callable[[str, date, dict[str, Any]], UUID]
Refused = dict[int, list[Problem]]
"""Row → what is wrong with it."""


def start_customer_import(
    begin: Begin, start_job: StartJob, *, file_key: str, file_name: str, confirm_near_duplicates: bool
) -> UUID:
    """Note the file and ask for its import, on behalf of the caller.

    :returns: the import's id.
    """
    with begin() as work:
        import_id = work.new_id()
        params = {"import_id": str(import_id)}
        # Opened in the transaction of the row, so that there is none without its job; sent once both are there.
        job_id, _ = open_job(work, JOB, str(import_id), as_of=work.today, params=params)
        row = CustomerImport(
            id=import_id,
            job_id=job_id,
            caller=work.caller.to_wire(),
            created_by_id=UUID(work.caller.user_id),
            created_by_name=work.caller.name,
            file_key=file_key,
            file_name=file_name,
            confirm_near_duplicates=confirm_near_duplicates,
            state="queued",
            headers=[],
            problems=[],
            row_count=None,
            done=0,
            added=0,
            refused=0,
            created_at=work.now,
        )
        work.session.add(row)
        today = work.today
    start_job(JOB, today, params)
    return import_id


def import_customers(shard: Shard) -> dict[str, Any]:
    """Do an import, batch by batch. Run again after a kill it goes on behind the last batch; what that was counts once."""
    assert shard.files is not None, "a worker gives its jobs a file store"
    import_id = UUID(shard.params["import_id"])
    row = _start(shard.begin, import_id)
    if row.state == "running":
        begin = shard.begin.on_behalf_of(Caller.from_wire(row.caller))
        try:
            file = read_import_file(b"".join(shard.files.read(row.file_key)))
        except FileRefused as refused:
            _finish(begin, import_id, "refused", refused.problems)
        else:
            _take_rows(shard, begin, import_id, file)
            _finish(begin, import_id, "done", [])
    shard.files.delete(row.file_key)
    return {"import_id": str(import_id)}


def _start(begin: Begin, import_id: UUID) -> CustomerImport:
    with begin() as work:
        row = lock_import(work.session, import_id)
        if row.state == "queued":
            row.state, row.started_at = "running", work.now
    return row


def _take_rows(shard: Shard, begin: Begin, import_id: UUID, file: ImportFile) -> None:
    with begin() as work:
        row = lock_import(work.session, import_id)
        row.headers, row.row_count = file.headers, len(file.rows)
    firsts = _first_rows_of_names(file)
    done = 0
    while done < len(file.rows):
        done = _take_batch(begin, import_id, file, firsts)
        shard.report(done, len(file.rows))


def _first_rows_of_names(file: ImportFile) -> dict[str, int]:
    firsts: dict[str, int] = {}
    for row in file.rows:
        if name := file.texts(row).get("name"):
            firsts.setdefault(normalise_name(name), row.number)
    return firsts


def _take_batch(begin: Begin, import_id: UUID, file: ImportFile, firsts: Mapping[str, int]) -> int:
    """Add or refuse the next rows, and count them, in one transaction. Under the import's lock: a worker that was thought dead,
    and is not, takes others.

    :returns: how many rows are done.
    """
    with begin() as work:
        row = lock_import(work.session, import_id)
        batch = file.rows[row.done : row.done + ROWS_AT_ONCE]
        checked, refused = _checked(work, file, batch, firsts)
        refused |= _add(work, checked, confirmed=row.confirm_near_duplicates)
        insert_refused_rows(
            work.session,
            [
                {
                    "import_id": import_id,
                    "row": given.number,
                    "cells": [cell[:REFUSED_CELL_CHARACTERS_MAX] for cell in given.cells],
                    "problems": [asdict(problem) for problem in refused[given.number]],
                }
                for given in batch
                if given.number in refused
            ],
        )
        row.done += len(batch)
        row.refused += len(refused)
        row.added += len(batch) - len(refused)
        return row.done


def _checked(
    work: UnitOfWork, file: ImportFile, batch: Sequence[GivenRow], firsts: Mapping[str, int]
) -> tuple[dict[int, CheckedRow], Refused]:
    texts = {row.number: file.texts(row) for row in batch}
    logins = {login for each in texts.values() if (login := owner_login(each)) is not None}
    users = users_of_logins(work.session, logins)
    checked: dict[int, CheckedRow] = {}
    refused: Refused = {}
    for number, each in texts.items():
        problems = list(_repetition(number, each, firsts))
        try:
            checked[number] = check_row(each, work.caller, users)
        except RowRefused as wrong:
            problems += wrong.problems
        if problems:
            refused[number] = problems
    return {number: row for number, row in checked.items() if number not in refused}, refused


def _repetition(number: int, texts: Mapping[str, str], firsts: Mapping[str, int]) -> Iterator[Problem]:
    # Whether or not the first is right itself: which of two rows of one name holds is for people to say.
    first = firsts.get(normalise_name(texts.get("name", "")), number)
    if first != number:
        yield Problem.of("name", "import_name_repeated", row=first)


@dataclass(frozen=True)
class _New:
    """The rows that a row of the file becomes."""

    customer: Customer
    department: Department | None
    contact: Contact | None


def _add(work: UnitOfWork, rows: Mapping[int, CheckedRow], *, confirmed: bool) -> Refused:
    """Add the customers of rows that are right, each with its contact.

    :param confirmed: that they are none of those whose names are near.
    :returns: those that cannot be added as things stand, such as those that others have added before.
    """
    new = {number: _new(work, row) for number, row in rows.items()}
    conflicts = write_new_customers(work, [each.customer for each in new.values()], confirmed=confirmed)
    written = [each for each in new.values() if each.customer.id not in conflicts]
    departments = [each.department for each in written if each.department]
    contacts = [each.contact for each in written if each.contact]
    work.session.add_all(departments)
    work.session.flush()  # before the contacts that stand under them
    work.session.add_all(contacts)
    for action, parts in (("department_added", departments), ("contact_added", contacts)):
        work.audit_all([AuditEntry(action, ("customer", part.customer_id), after={"name": part.name}) for part in parts])
    return {
        number: [Problem("name", conflicts[each.customer.id].code, conflicts[each.customer.id].params)]
        for number, each in new.items()
        if each.customer.id in conflicts
    }


def _new(work: UnitOfWork, row: CheckedRow) -> _New:
    customer = new_customer(work, row.customer, row.owner)
    department = new_department(work, customer.id, **row.department) if row.department else None
    if row.contact is None:
        return _New(customer, department, None)
    contact = new_contact(work, customer.id, **{**row.contact, "department_id": department and department.id})
    customer.filled_items = contact.filled_items
    return _New(customer, department, contact)


def _finish(begin: Begin, import_id: UUID, state: str, problems: Sequence[Problem]) -> None:
    with begin() as work:
        row = lock_import(work.session, import_id)
        if row.state != "running":
            return
        row.state, row.finished_at = state, work.now
        row.problems = [asdict(problem) for problem in problems]
        counts = {"file": row.file_name, "state": state, "added": row.added, "refused": row.refused}
        work.audit("customers_imported", ("customer_import", row.id), after=counts)
