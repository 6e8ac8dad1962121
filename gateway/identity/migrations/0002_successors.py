"""Who takes over from a leaver; and everybody is told anew, to services that have begun to copy more of the people.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = "kit_0001"  # the outbox


def upgrade() -> None:
    op.add_column("users", sa.Column("successor_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_users_successor_id"), "users", "users", ["successor_id"], ["id"])
    # Copies take what is newer only, so what is said again is said as of a new version.
    _say_anew(
        "departments",
        "department_changed",
        "'id', id, 'name', name, 'parent_id', parent_id, 'lead_id', lead_id",
    )
    _say_anew(
        "users",
        "user_changed",
        "'id', id, 'login', login, 'name', name, 'department_id', department_id, 'roles', to_jsonb(roles), 'active', active,"
        " 'successor_id', successor_id",
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
    op.drop_constraint(op.f("fk_users_successor_id"), "users")
    op.drop_column("users", "successor_id")
