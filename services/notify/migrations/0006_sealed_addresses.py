"""From here on robots' addresses may be sealed: the sweep ``seal_addresses`` does it, an hour after beat's start at the earliest,
so that the version before has its time to end. Going back opens them again, for that version.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from services.kit.sealing import Seals
from services.kit.settings import Settings

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_SEALED = "SELECT user_id, channel, webhook_url, secret FROM message_channels WHERE webhook_url LIKE 'sealed:%'"
_OPENED = "UPDATE message_channels SET webhook_url = :url, secret = :secret WHERE user_id = :user_id AND channel = :channel"


def upgrade() -> None:
    """The column holds either."""


def downgrade() -> None:
    """
    :raises RuntimeError: if the keys of the environment (``L2C_SEALING_KEYS``) do not open them all.
    """
    connection = op.get_bind()
    rows = connection.execute(sa.text(_SEALED)).all()
    seals = Seals.of(Settings.from_environment()) if rows else Seals(())
    for row in rows:
        url, secret = seals.open(row.webhook_url), seals.open(row.secret or "")
        if url is None or secret is None:
            raise RuntimeError("L2C_SEALING_KEYS does not open the addresses of robots that are kept here")
        values = {"url": url, "secret": secret or None, "user_id": row.user_id, "channel": row.channel}
        connection.execute(sa.text(_OPENED), values)
