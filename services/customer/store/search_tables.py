"""What customers are found by. Apart from their rows, which move in the funnel every day while their names stay."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, Text, literal_column
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.store.table_root import Tables


class CustomerSearch(Tables):
    """What a customer's name is found by: :func:`services.customer.domain.search_terms.search_terms` of it.

    ``ix_customer_search_shuffled`` has them in an order that has to do with nothing: whoever walks along it meets what many names
    have soon, whatever it is.
    """

    __tablename__ = "customer_search"

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    letters: Mapped[str] = mapped_column(Text)
    pinyin: Mapped[str] = mapped_column(Text)
    initials: Mapped[str] = mapped_column(Text)
    core: Mapped[str] = mapped_column(Text)
    keys: Mapped[list[int]] = mapped_column(ARRAY(Integer))

    __table_args__ = (
        # Without a list of what is pending, which every search would read to its end after an import.
        Index("ix_customer_search_keys", "keys", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
        Index("ix_customer_search_shuffled", literal_column("uuid_hash(customer_id)")),
        Index("ix_customer_search_letters", "letters", postgresql_ops={"letters": "text_pattern_ops"}),
        Index("ix_customer_search_pinyin", "pinyin", postgresql_ops={"pinyin": "text_pattern_ops"}),
        Index("ix_customer_search_initials", "initials", postgresql_ops={"initials": "text_pattern_ops"}),
    )
