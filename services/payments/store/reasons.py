"""Why nothing started by itself, kept on receipts and receivables."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from services.payments.domain.allocation import Reason


def _statement(table: str, key: str) -> TextClause:
    return text(
        f"UPDATE {table} AS kept SET reason = new.reason"  # noqa: S608  (both names are given below)
        " FROM jsonb_to_recordset(:rows) AS new(id uuid, reason jsonb)"
        f" WHERE kept.{key} = new.id AND kept.reason IS DISTINCT FROM new.reason"
    ).bindparams(bindparam("rows", type_=JSONB))


_RECEIPTS: Final = _statement("receipts", "id")
_RECEIVABLES: Final = _statement("receivables", "bill_id")


def keep_receipt_reasons(session: Session, reasons: Mapping[UUID, Reason | None]) -> None:
    """Keep the reasons, by the receipts' ids; ``None`` takes one away."""
    _keep(session, _RECEIPTS, reasons)


def keep_receivable_reasons(session: Session, reasons: Mapping[UUID, Reason | None]) -> None:
    """Keep the reasons, by the bills' ids; ``None`` takes one away."""
    _keep(session, _RECEIVABLES, reasons)


def _keep(session: Session, statement: TextClause, reasons: Mapping[UUID, Reason | None]) -> None:
    if not reasons:
        return
    rows = [
        {"id": str(key), "reason": reason and {"code": reason.code, "params": reason.params}} for key, reason in reasons.items()
    ]
    session.execute(statement, {"rows": rows})
