"""Every account is told anew, for payments, which keeps them: sales administration leaves accounts out of interest, also ones
that were opened long ago and have neither a bill nor a balance yet.

Revision ID: 0008
Revises: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = "kit_0001"  # the outbox

# As ``account_changed`` of the account as it is. Who knows it already takes it for no news: its version is what it was.
TELL = """
INSERT INTO outbox (id, type, subject, envelope, headers)
SELECT event_id, 'account_changed', told.id::text,
       jsonb_build_object(
           'specversion', '1.0', 'id', event_id, 'source', 'customer', 'type', 'account_changed', 'subject', told.id,
           'time', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'datacontenttype', 'application/json',
           'contractversion', 1, 'aggregateversion', version,
           'data', jsonb_build_object(
               'id', told.id, 'identifier', identifier, 'product_id', product_id, 'customer_id', customer_id,
               'signature', signature, 'interface', interface, 'status', status
           )
       ),
       '{}'::jsonb
  FROM (SELECT gen_random_uuid() AS event_id, accounts.* FROM accounts) AS told
"""


def upgrade() -> None:
    op.execute(TELL)


def downgrade() -> None:
    """What was told stays told."""
