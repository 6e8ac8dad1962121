"""Importing statements, told in few words."""

import io
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from services.contracts import payments_import_calls as calls
from services.kit.caller import Caller
from services.kit.files import FolderStore
from services.kit.jobs import Shard, finish_shard, take_shard
from services.kit.schema import dump, load
from services.payments.store.import_tables import ReceiptImport
from services.payments.usecases.import_receipts import import_receipts, run_receipt_import
from services.payments.usecases.preview_receipt_import import preview_receipt_import
from services.payments.usecases.set_bank_mapping import set_bank_mapping
from services.payments.usecases.show_receipt_import import list_imported_rows, list_wrong_rows, show_receipt_import
from tests.integration.payments.story import FINANCE, Story


@dataclass
class Imports:
    """A finance department's imports.

    :ivar asked: the jobs that were asked for.
    """

    story: Story
    folder: Path
    asked: list[UUID] = field(default_factory=list)

    @property
    def files(self) -> FolderStore:
        return FolderStore(self.folder)

    def store(self, content: bytes | str) -> str:
        raw = content.encode() if isinstance(content, str) else content
        return self.files.save(io.BytesIO(raw), max_bytes=calls.STATEMENT_FILE_BYTES_MAX).key

    def take(
        self, content: bytes | str, *, mapping: str = "", bank_account: str = "", name: str = "a.csv", caller: Caller = FINANCE
    ) -> Any:
        """Import it; the answer, as the interface gives it. A long file's job is asked for and not yet done."""
        statement = {"file_key": self.store(content), "file_name": name, "mapping": mapping, "bank_account": bank_account}
        begin = self.story.begin(caller)
        import_id, rows = import_receipts(begin, self.files, self._ask, **load(calls.ImportReceipts, statement))
        return dump(calls.ReceiptImport, {**show_receipt_import(begin, import_id), "rows": rows})

    def preview(self, content: bytes | str, *, mapping: str = "", bank_account: str = "") -> Any:
        key = self.store(content)
        preview = preview_receipt_import(self.story.begin(), self.files, file_key=key, mapping=mapping, bank_account=bank_account)
        return dump(calls.ReceiptImportPreview, preview)

    def _ask(self, _name: str, _as_of: date, params: dict[str, Any]) -> UUID:
        self.asked.append(UUID(params["import_id"]))
        return self.asked[-1]

    def shard(self, import_id: str) -> Shard:
        """The job's one shard, taken by a worker."""
        with self.story.database.session() as session:
            job_id = session.get_one(ReceiptImport, UUID(import_id)).job_id
        assert job_id is not None
        shard = take_shard(self.story.begin(Caller.system("payments")), job_id, 0, self.files)
        assert shard is not None
        return shard

    def work(self, import_id: str) -> None:
        """Do what was asked for."""
        shard = self.shard(import_id)
        finish_shard(shard, run_receipt_import(shard))

    def shown(self, import_id: str, caller: Caller = FINANCE) -> Any:
        return dump(calls.ReceiptImportSummary, show_receipt_import(self.story.begin(caller), UUID(import_id)))

    def rows(self, import_id: str, outcome: str | None = None) -> list[Any]:
        """All rows of an outcome, page by page."""
        found: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            wanted: dict[str, Any] = {"outcome": outcome, "page_size": 200, "sort": "", "cursor": cursor}
            page = dump(calls.ImportedRowPage, list_imported_rows(self.story.begin(), UUID(import_id), **wanted))
            found += page["items"]
            cursor = page["next_cursor"]
        return found

    def wrong_rows(self, import_id: str, after: int = 0) -> Any:
        return dump(calls.WrongRows, list_wrong_rows(self.story.begin(), UUID(import_id), after=after))

    def save_mapping(self, code: str, caller: Caller = FINANCE, **content: Any) -> Any:
        mapping = {"name_zh": code, "name_en": code, **content}
        return dump(calls.BankMapping, set_bank_mapping(self.story.begin(caller), code, **load(calls.SetBankMapping, mapping)))
