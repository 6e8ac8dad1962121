"""PostgreSQL's transaction ids as a column (``xid8``, 64 bits: they do not wrap around), which SQLAlchemy does not know."""

from typing import Any

from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.types import UserDefinedType


class TransactionId(UserDefinedType[str]):
    """``xid8``; Python sees its decimal digits."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


# So that a database's tables can be read back and held against these.
ischema_names["xid8"] = TransactionId
