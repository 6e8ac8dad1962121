"""The tables of what comes and goes as files: imports with the rows they refused, exports."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.store.table_root import Tables
from services.kit.tables import Instant


class CustomerImport(Tables):
    """A file of customers.

    ``caller`` is who asked, with all claims: it is done on his or her behalf. ``headers`` are the file's own, in their order.
    ``done`` rises in the transaction that adds or refuses these rows, so that one that was cut off goes on where it was.
    """

    __tablename__ = "customer_imports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    job_id: Mapped[UUID]
    caller: Mapped[dict[str, Any]]
    created_by_id: Mapped[UUID]
    created_by_name: Mapped[str] = mapped_column(Text)
    file_key: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    confirm_near_duplicates: Mapped[bool]
    state: Mapped[str] = mapped_column(Text)
    headers: Mapped[list[Any]]
    problems: Mapped[list[Any]]
    row_count: Mapped[int | None]
    done: Mapped[int]
    added: Mapped[int]
    refused: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Instant)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'refused')", name="state"),
        CheckConstraint("done = added + refused", name="every_row_accounted_for"),
        Index("ix_customer_imports_asker", "created_by_id", "created_at", "id"),
        Index("ix_customer_imports_created_at", "created_at", "id"),
    )


class RefusedRow(Tables):
    """A row that was not added: its cells as they were given, in the order of the import's headers, and what is wrong."""

    __tablename__ = "customer_import_refusals"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("customer_imports.id", ondelete="CASCADE"))
    row: Mapped[int]
    cells: Mapped[list[Any]]
    problems: Mapped[list[Any]]

    __table_args__ = (PrimaryKeyConstraint("import_id", "row"),)


class CustomerExport(Tables):
    """A list of customers as a file.

    ``caller`` is who asked, with all claims: it holds what he or she sees when it is made. ``selection`` is the contract's
    ``ExportCustomers``. Without ``job_id`` it was made while its asker waited.
    """

    __tablename__ = "customer_exports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    job_id: Mapped[UUID | None]
    caller: Mapped[dict[str, Any]]
    created_by_id: Mapped[UUID]
    selection: Mapped[dict[str, Any]]
    file_key: Mapped[str | None] = mapped_column(Text)
    row_count: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (Index("ix_customer_exports_created_at", "created_at", "id"),)
