"""Column types of billing's tables."""

from datetime import date
from typing import Any

from sqlalchemy import Date, Numeric
from sqlalchemy.types import TypeDecorator

from services.kit.clock import Month

Amount = Numeric(16, 2)
UnitPrice = Numeric(12, 6)


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
