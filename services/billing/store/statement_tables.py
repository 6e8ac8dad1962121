"""The table of what statements show."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.store.tables import Tables


class StatementDocument(Tables):
    """What a statement shows, frozen when it was asked for: it reads the same whatever happens to the bills afterwards. Beside
    the statement, whose row lists read.

    :ivar shown: the PDF's texts, as ``documents.statement_pdf`` takes them.
    :ivar billed: of each bill the accounts that it counted, for the usage detail.
    :ivar row_count: of the PDF's tables.
    """

    __tablename__ = "statement_documents"

    statement_id: Mapped[UUID] = mapped_column(ForeignKey("statements.id"), primary_key=True)
    shown: Mapped[dict[str, Any]]
    billed: Mapped[list[Any]]
    row_count: Mapped[int]
