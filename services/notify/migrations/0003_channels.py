"""Channels: what people want sent to them, the people, and what is sent.

The copy of the people begins empty here and is filled by what the gateway says: everybody anew, by its own migration 0003.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_TEXTS = sa.ARRAY(sa.Text())


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("roles", _TEXTS, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
    )
    op.create_index("ix_users_roles", "users", ["roles"], postgresql_using="gin", postgresql_where=sa.text("active"))
    op.create_table(
        "departments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departments")),
    )
    _add_preferences()
    _add_letters()


def _add_preferences() -> None:
    op.create_table(
        "message_preferences",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("digest_at", sa.Time(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name=op.f("ck_message_preferences_quiet_hours")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_message_preferences")),
    )
    op.create_table(
        "message_channels",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("webhook_url", sa.Text(), nullable=True),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("at_once", _TEXTS, nullable=False),
        sa.Column("digest", _TEXTS, nullable=False),
        sa.Column("least_severity", sa.Text(), nullable=False),
        sa.Column("tested_at", _INSTANT, nullable=True),
        sa.CheckConstraint("(channel = 'email') = (webhook_url IS NULL)", name=op.f("ck_message_channels_address")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["message_preferences.user_id"], name=op.f("fk_message_channels_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "channel", name=op.f("pk_message_channels")),
    )


def _add_letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("digest_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("claimed_until", _INSTANT, nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("settled_at", _INSTANT, nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name=op.f("ck_letters_state")),
        sa.CheckConstraint("(state = 'waiting') = (settled_at IS NULL)", name=op.f("ck_letters_settled")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.CheckConstraint("(user_id IS NULL) = (digest_on IS NULL)", name=op.f("ck_letters_digest")),
        sa.UniqueConstraint("user_id", "channel", "digest_on", name=op.f("uq_letters_user_id_channel_digest_on")),
    )
    op.create_index("ix_letters_waiting", "letters", ["due_at"], postgresql_where=sa.text("state = 'waiting'"))
    op.create_index("ix_letters_failed", "letters", ["channel", "settled_at"], postgresql_where=sa.text("state = 'failed'"))
    op.create_index("ix_letters_settled", "letters", ["settled_at"], postgresql_where=sa.text("settled_at IS NOT NULL"))
    op.create_table(
        "deliveries",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("digest_on", sa.Date(), nullable=True),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_deliveries_message_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_deliveries_letter_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "channel", "message_id", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_message_id"), "deliveries", ["message_id"])
    op.create_index(op.f("ix_deliveries_letter_id"), "deliveries", ["letter_id"])
    op.create_index("ix_deliveries_due", "deliveries", ["due_at"], postgresql_where=sa.text("letter_id IS NULL"))


def downgrade() -> None:
    for table in ("deliveries", "letters", "message_channels", "message_preferences", "departments", "users"):
        op.drop_table(table)
