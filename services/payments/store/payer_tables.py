"""What payers are found by (decision 0012)."""

from typing import Any

from sqlalchemy import Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.payments.store.tables import Tables


class Payer(Tables):
    """A payer's name that receipts have. A trigger on receipts adds it; how it sounds a sweep writes beside it, seconds later.

    :ivar letters, pinyin, initials, keys: as :class:`~services.payments.domain.payer_terms.PayerTerms`; none until then.
    """

    __tablename__ = "payers"

    normalised_payer: Mapped[str] = mapped_column(Text, primary_key=True)
    letters: Mapped[str | None] = mapped_column(Text)
    pinyin: Mapped[str | None] = mapped_column(Text)
    initials: Mapped[str | None] = mapped_column(Text)
    keys: Mapped[Any] = mapped_column(ARRAY(Integer), nullable=True)

    __table_args__ = (
        Index("ix_payers_keys", "keys", postgresql_using="gin"),
        Index("ix_payers_to_come", "normalised_payer", postgresql_where=text("keys IS NULL")),
    )
