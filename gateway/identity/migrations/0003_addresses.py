"""Users' e-mail addresses; and everybody is told anew, as notify begins to copy people.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = "kit_0001"  # the outbox


def upgrade() -> None:
    op.add_column("users", sa.Column("email", sa.Text(), nullable=True))
    # Copies take what is newer only, so what is said again is said as of a new version.
    _say_anew(
        "departments",
        "department_changed",
        "'id', id, 'name', name, 'parent_id', parent_id, 'lead_id', lead_id",
    )
    _say_anew(
        "users",
        "user_changed",
        "'id', id, 'login', login, 'name', name, 'email', email, 'department_id', department_id, 'roles', to_jsonb(roles),"
        " 'active', active, 'successor_id', successor_id",
    )


def _say_anew(table: str, event_type: str, data: str) -> None:
    # The envelope as services/kit/envelope.py has it. Without headers an event counts as said by the service itself.
    op.execute(
        f"""
        WITH said AS (UPDATE {table} SET version = version + 1 RETURNING *),
        events AS (SELECT gen_random_uuid() AS event_id, said.* FROM said)
        INSERT INTO outbox (id, type, subject, envelope, headers)
        SELECT event_id, '{event_type}', id::text,
            jsonb_build_object(
                'specversion', '1.0', 'id', event_id, 'source', 'gateway', 'type', '{event_type}', 'subject', id::text,
                'time', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                'datacontenttype', 'application/json', 'contractversion', 1, 'aggregateversion', version,
                'data', jsonb_build_object({data})
            ),
            '{{}}'
        FROM events
        """  # noqa: S608  # the texts stand above
    )


def downgrade() -> None:
    op.drop_column("users", "email")
