"""Imports of bank statements, with what became of every row (spec, payments.md, "Receipts")."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.tables import Instant
from services.payments.store.tables import Amount, Tables


class ReceiptImport(Tables):
    """A bank's statement, imported at once or by a job.

    :ivar job_id: none of one that was small enough to be done while its asker waited.
    :ivar caller: who asked, with all claims: it is done on his or her behalf.
    :ivar mapping: its code; ``mapping_content`` is what it said then, so that the whole file is read in one way.
    :ivar headers: of the columns of wrong rows' cells, in the file's order.
    :ivar line_count: lines below the header, those that are no rows among them; none until they are counted.
    :ivar done_line: the last line that was looked at, from 1. It rises in the transaction that records the rows up to there, so
        that an import that was cut off goes on behind it.
    :ivar problem: ``{"code", "params"}``, why the whole file was refused.
    """

    __tablename__ = "receipt_imports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    job_id: Mapped[UUID | None]
    caller: Mapped[dict[str, Any]]
    created_by_id: Mapped[str] = mapped_column(Text)
    created_by_name: Mapped[str] = mapped_column(Text)
    file_key: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    bank_account: Mapped[str] = mapped_column(Text)
    mapping: Mapped[str] = mapped_column(Text)
    mapping_content: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(Text)
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    headers: Mapped[list[Any]]
    header_line: Mapped[int]
    line_count: Mapped[int | None]
    done_line: Mapped[int]
    new: Mapped[int]
    known: Mapped[int]
    skipped: Mapped[int]
    wrong: Mapped[int]
    amount: Mapped[Decimal] = mapped_column(Amount)
    created_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'refused')", name="state"),
        Index("ix_receipt_imports_asker", "created_by_id", "created_at", "id"),
        Index("ix_receipt_imports_created_at", "created_at", "id"),
    )


class ImportedRow(Tables):
    """What became of a row.

    :ivar match: how its receipt stood once it was recorded.
    :ivar fault: ``{"code", "params"}`` of one that is wrong or skipped; ``cells``, of a wrong one alone, as they were given.
    """

    __tablename__ = "receipt_import_rows"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("receipt_imports.id", ondelete="CASCADE"))
    row: Mapped[int]
    outcome: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text)
    payer_name: Mapped[str] = mapped_column(Text)
    receipt_id: Mapped[UUID | None]
    match: Mapped[str | None] = mapped_column(Text)
    fault: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    cells: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))

    __table_args__ = (
        PrimaryKeyConstraint("import_id", "row"),
        CheckConstraint("outcome IN ('new', 'known', 'skipped', 'wrong')", name="outcome"),
        CheckConstraint("(outcome IN ('new', 'known')) = (receipt_id IS NOT NULL)", name="receipt"),
        Index("ix_receipt_import_rows_outcome", "import_id", "outcome", "row"),
    )
