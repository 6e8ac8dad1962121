"""Column types of billing's tables."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CollectionAggregate, Date, Numeric, Uuid, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeDecorator

from services.kit.clock import Month

Amount = Numeric(16, 2)
UnitPrice = Numeric(12, 6)


def one_of(ids: Iterable[UUID]) -> CollectionAggregate[Any]:
    """For ``column == one_of(ids)``: one parameter, however many there are, where ``in_`` would write and read thousands."""
    return any_(literal(list(ids), ARRAY(Uuid)))


class MonthColumn(TypeDecorator[Month]):
    """A calendar month, stored as its first day."""

    impl = Date
    cache_ok = True

    def process_bind_param(self, value: Month | None, dialect: Any) -> date | None:
        return None if value is None else value.first_day

    def process_result_value(self, value: date | None, dialect: Any) -> Month | None:
        return None if value is None else Month.of(value)

    @property
    def python_type(self) -> type[Month]:
        return Month
