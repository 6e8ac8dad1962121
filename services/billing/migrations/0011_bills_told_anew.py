"""Bills that are not reconciled yet are told of once more, for payments to keep: they are what still brings no commission."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = "kit_0001"  # the outbox

# As ``bill_changed`` of the bill as it is. A listener that knows it already takes it for no news: its version is what it was.
TELL = """
INSERT INTO outbox (id, type, subject, envelope, headers)
SELECT event_id, 'bill_changed', told.id::text,
       jsonb_build_object(
           'specversion', '1.0', 'id', event_id, 'source', 'billing', 'type', 'bill_changed', 'subject', told.id,
           'time', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'datacontenttype', 'application/json',
           'contractversion', 1, 'aggregateversion', version,
           'data', jsonb_build_object(
               'bill_id', told.id, 'number', number, 'customer_id', customer_id, 'customer_name', customer_name,
               'product_id', product_id, 'product_name', product_name, 'product_type', product_type,
               'payment_mode', payment_mode, 'month', to_char(month, 'YYYY-MM'), 'amount', amount::text,
               'covered', covered::text, 'agreed_difference', agreed_difference::text, 'quantity', quantity,
               'state', state, 'process_id', process_id
           )
       ),
       '{}'::jsonb
  FROM (SELECT gen_random_uuid() AS event_id, bills.* FROM bills WHERE state IN ('open', 'reconciling')) AS told
"""


def upgrade() -> None:
    op.execute(TELL)


def downgrade() -> None:
    """What was told stays told."""
