"""Every customer whose invoice information has a bank account is told anew, to payments, which has begun to keep it.

Revision ID: 0007
Revises: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = "kit_0001"  # the outbox


def upgrade() -> None:
    # Copies take what is newer only, so what is said again is said as of a new version. The envelope as services/kit/envelope.py
    # has it; without headers an event counts as said by the service itself.
    op.execute(
        """
        WITH said AS (
            UPDATE customers SET version = version + 1
             WHERE coalesce(invoice_information ->> 'bank_account', '') <> '' RETURNING *
        ),
        events AS (SELECT gen_random_uuid() AS event_id, said.* FROM said)
        INSERT INTO outbox (id, type, subject, envelope, headers)
        SELECT event_id, 'customer_changed', id::text,
            jsonb_build_object(
                'specversion', '1.0', 'id', event_id, 'source', 'customer', 'type', 'customer_changed', 'subject', id::text,
                'time', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                'datacontenttype', 'application/json', 'contractversion', 1, 'aggregateversion', version,
                'data', jsonb_build_object(
                    'id', id, 'name', name, 'tier', tier, 'owner_id', owner_id, 'owner_name', owner_name,
                    'owner_department_id', owner_department_id, 'invoice_information', invoice_information
                )
            ),
            '{}'
        FROM events
        """
    )


def downgrade() -> None:
    pass  # what was said stays said
