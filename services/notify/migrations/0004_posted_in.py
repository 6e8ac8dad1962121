"""The transaction that posted a message: what a stream's cursor stands on."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# A constant default needs no rewriting of the table: the messages that are there were posted before every cursor.
_ADD = """
ALTER TABLE messages ADD COLUMN posted_in xid8 NOT NULL DEFAULT '0';
ALTER TABLE messages ALTER COLUMN posted_in SET DEFAULT pg_current_xact_id();
CREATE INDEX ix_messages_posted_in ON messages (addressee, posted_in);
"""


def upgrade() -> None:
    op.execute(_ADD)


def downgrade() -> None:
    op.execute("ALTER TABLE messages DROP COLUMN posted_in")
