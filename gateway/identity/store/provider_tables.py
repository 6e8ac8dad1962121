"""The tables of sign-in at a company's own identity provider (spec, gateway.md, "Identity and access")."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gateway.identity.store.tables import Tables
from services.kit.tables import Instant


class Identity(Tables):
    """Whom a provider's subject is here. Bound at the first sign-in: a login that changes hands there takes nobody's place."""

    __tablename__ = "identities"

    issuer: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    login: Mapped[str] = mapped_column(Text)
    bound_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        PrimaryKeyConstraint("issuer", "subject"),
        # And nobody has two: another subject that shows up under the login is another person.
        UniqueConstraint("user_id", "issuer"),
    )


class ProviderSignIn(Tables):
    """A browser that was sent to the provider and is not back yet. Only hashes of what it shows are here."""

    __tablename__ = "provider_sign_ins"

    state_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    browser_hash: Mapped[str] = mapped_column(Text)
    nonce: Mapped[str] = mapped_column(Text)
    code_verifier: Mapped[str] = mapped_column(Text)
    next_path: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    begun_at: Mapped[datetime] = mapped_column(Instant, index=True)

    __table_args__ = (Index("ix_provider_sign_ins_address", "address", "begun_at"),)
