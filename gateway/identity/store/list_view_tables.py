"""The named views of lists: what somebody saved of the console's, for wherever he or she signs in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, PrimaryKeyConstraint, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from gateway.identity.store.tables import Tables
from services.kit.tables import Instant


class ListView(Tables):
    """A view of a list: its filters and order as they stand in the address (``search``), and the columns that are not shown."""

    __tablename__ = "list_views"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    list_name: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    search: Mapped[str] = mapped_column(Text)
    hidden: Mapped[list[str]] = mapped_column(ARRAY(Text))
    saved_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (PrimaryKeyConstraint("user_id", "list_name", "name"),)
