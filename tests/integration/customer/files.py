"""Imports and exports at work: a folder for the files, and the jobs done where they are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text, update

from services.contracts import customer_import_calls as calls
from services.customer.store.tables import User
from services.customer.tasks import tasks
from services.customer.usecases.export_customers import start_customer_export
from services.customer.usecases.export_list import LISTS
from services.customer.usecases.import_customers import start_customer_import
from services.customer.usecases.show_customer_export import find_customer_export_file
from services.customer.usecases.show_customer_import import list_refused_rows, show_customer_import
from services.kit.caller import Caller
from services.kit.files import FolderStore
from services.kit.jobs import finish_shard, open_job, take_shard
from services.kit.list_files import export_list
from services.kit.schema import dump, load
from services.kit.tables import job_shards
from tests.integration.customer.office import Office
from tests.workbooks import rows_of, workbook


@dataclass
class Desk:
    """Where files are handed in and out."""

    office: Office
    folder: Path

    @property
    def store(self) -> FolderStore:
        return FolderStore(self.folder)

    @property
    def kept_files(self) -> int:
        return sum(path.is_file() for path in self.folder.rglob("*"))

    def hire(self, person: Caller, login: str, *, active: bool = True) -> None:
        """Let the service know a person by login."""
        with self.office.begin(self.office.admin)() as work:
            work.session.add(
                User(
                    id=UUID(person.user_id),
                    login=login,
                    name=person.name,
                    department_id=UUID(person.department_id) if person.department_id else None,
                    roles=sorted(person.roles),
                    active=active,
                    version=1,
                )
            )

    # Imports

    def hand_in(self, caller: Caller, *rows: Sequence[Any], **asked: Any) -> UUID:
        """Ask for an import; it is not done yet."""
        return self.hand_in_file(caller, workbook(*rows), **asked)

    def hand_in_file(self, caller: Caller, content: bytes, *, file_name: str = "客户.xlsx", **asked: Any) -> UUID:
        stored = self.store.save(BytesIO(content), max_bytes=calls.IMPORT_FILE_BYTES_MAX)
        request = load(calls.ImportCustomers, {"file_key": stored.key, "file_name": file_name, **asked})
        return start_customer_import(self.office.begin(caller), self.start_job, **request)

    def take_in(self, caller: Caller, *rows: Sequence[Any], **asked: Any) -> dict[str, Any]:
        """Import, to the end.

        :returns: as ``GET /customer-imports/{id}`` answers before the gateway adds its words.
        """
        import_id = self.hand_in(caller, *rows, **asked)
        self.do_jobs()
        return self.shown(caller, import_id)

    def shown(self, caller: Caller, import_id: UUID) -> dict[str, Any]:
        shown: dict[str, Any] = dump(calls.CustomerImport, show_customer_import(self.office.begin(caller), import_id))
        return shown

    def refused(self, caller: Caller, import_id: UUID) -> dict[str, Any]:
        rows: dict[str, Any] = dump(calls.RefusedRows, list_refused_rows(self.office.begin(caller), import_id, after=0))
        return rows

    # Exports

    def make_file(self, caller: Caller, language: str = "zh", **query: Any) -> dict[str, str]:
        begin = self.office.begin(caller)
        return export_list(begin, self.store, LISTS, name="customers", path=(), query=query, language=language)

    def export_now(self, caller: Caller, language: str = "zh", **query: Any) -> list[list[Any]]:
        made = self.make_file(caller, language, **query)
        content = b"".join(self.store.read(made["file_key"]))
        self.store.delete(made["file_key"])  # as the gateway does, which has asked for it
        return rows_of(content)

    def ask_for_export(self, caller: Caller, language: str = "zh", **query: Any) -> UUID:
        selection = load(calls.ExportCustomers, {"language": language, **query})
        return start_customer_export(self.office.begin(caller), self.start_job, selection)

    def exported(self, caller: Caller, export_id: UUID) -> list[list[Any]]:
        found = find_customer_export_file(self.office.begin(caller), export_id)
        return rows_of(b"".join(self.store.read(found["file_key"])))

    # Jobs

    def start_job(self, name: str, as_of: date, params: dict[str, Any]) -> UUID:
        with self.office.begin(self.office.admin)() as work:
            job_id, new = open_job(work, name, tasks.kinds[name].key(as_of, params), as_of=as_of, params=params)
        assert not new, "a row's job is opened with the row"
        return job_id

    def do_jobs(self) -> None:
        """Do whatever waits, as a worker would."""
        for job_id, name in self._waiting():
            self.do_job(job_id, name)

    def do_job(self, job_id: UUID, name: str) -> None:
        shard = take_shard(self.office.begin(Caller.system("customer")), job_id, 0, self.store)
        if shard is not None:
            finish_shard(shard, tasks.kinds[name].function(shard))

    def lose_workers(self) -> None:
        """Let those shards be taken again whose worker is dead, as the end of its lease would."""
        with self.office.begin(self.office.admin)() as work:
            lost = update(job_shards).where(job_shards.c.state == "running")
            work.session.execute(lost.values(state="queued", heartbeat_at=None))

    def _waiting(self) -> list[tuple[UUID, str]]:
        waiting = "SELECT id, name FROM jobs WHERE state IN ('queued', 'running') ORDER BY created_at, id"
        with self.office.begin(self.office.admin)() as work:
            return [(row.id, row.name) for row in work.session.execute(text(waiting))]

    # What has become of it

    def values(self, sql: str) -> list[Any]:
        with self.office.begin(self.office.admin)() as work:
            return [tuple(row) if len(row) > 1 else row[0] for row in work.session.execute(text(sql))]
