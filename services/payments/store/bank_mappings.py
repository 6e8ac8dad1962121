"""Queries about saved column mappings."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.kit.errors import NotFound
from services.payments.domain.bank_mappings import ColumnMapping
from services.payments.store.tables import BankMapping

_CONTENT = tuple(ColumnMapping.__dataclass_fields__)


def content_of(mapping: BankMapping) -> ColumnMapping:
    """What a saved mapping says."""
    return ColumnMapping(**{name: getattr(mapping, name) for name in _CONTENT})


def find_mapping(session: Session, code: str) -> BankMapping:
    """
    :raises NotFound: ``bank_mapping_not_found``.
    """
    mapping = session.get(BankMapping, code)
    if mapping is None:
        raise NotFound("bank_mapping_not_found", mapping=code)
    return mapping


def all_mappings(session: Session) -> list[BankMapping]:
    """By their codes: there is one a bank and layout."""
    return list(session.scalars(select(BankMapping).order_by(BankMapping.code)))


def lock_mapping(session: Session, code: str) -> BankMapping | None:
    """One that is about to be changed."""
    return session.get(BankMapping, code, with_for_update=True)


def insert_mapping(session: Session, row: dict[str, Any]) -> bool:
    """
    :returns: whether it was added; not where another was faster.
    """
    statement = insert(BankMapping).values(row).on_conflict_do_nothing().returning(BankMapping.code)
    return session.scalar(statement) is not None
