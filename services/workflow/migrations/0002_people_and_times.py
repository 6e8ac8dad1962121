"""Deputies, copies, time limits, advice, added approvers; effects that failed; the products that a process concerns."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_JSONB = postgresql.JSONB(astext_type=sa.Text())
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("processes", sa.Column("successor_id", sa.Uuid(), nullable=True))
    op.add_column("processes", sa.Column("successor_name", sa.Text(), nullable=True))
    op.add_column("processes", sa.Column("product_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False))
    op.add_column("processes", sa.Column("chosen", _JSONB, server_default="{}", nullable=False))
    op.add_column("processes", sa.Column("effect_attempt", sa.Integer(), nullable=True))
    op.add_column("processes", sa.Column("urged_at", _INSTANT, nullable=True))
    op.create_check_constraint(
        op.f("ck_processes_effect_known"), "processes", "effect IN ('none', 'awaited', 'in_force', 'failed')"
    )
    op.create_index(
        "ix_processes_successor",
        "processes",
        ["successor_id", "changed_at", "id"],
        postgresql_where=sa.text("successor_id IS NOT NULL"),
    )
    op.create_index("ix_processes_products", "processes", ["product_ids"], postgresql_using="gin")
    op.create_index(
        "ix_processes_effect",
        "processes",
        ["changed_at", "id"],
        postgresql_where=sa.text("effect IN ('awaited', 'failed')"),
    )
    # A process that was archived before attempts were counted waits for the event of its last version.
    op.execute("UPDATE processes SET effect_attempt = version WHERE effect = 'awaited'")

    op.add_column("entries", sa.Column("position", sa.Text(), nullable=True))
    op.add_column("entries", sa.Column("principal", _JSONB, nullable=True))
    op.add_column("entries", sa.Column("added", _JSONB, server_default="[]", nullable=False))
    op.add_column("entries", sa.Column("attachments", _JSONB, server_default="[]", nullable=False))

    op.add_column("tasks", sa.Column("kind", sa.Text(), server_default="decide", nullable=False))
    op.add_column("tasks", sa.Column("acted_by_id", sa.Uuid(), nullable=True))
    op.add_column("tasks", sa.Column("remind_at", _INSTANT, nullable=True))
    op.add_column("tasks", sa.Column("due_at", _INSTANT, nullable=True))
    op.add_column("tasks", sa.Column("overdue_at", _INSTANT, nullable=True))
    op.execute("UPDATE tasks SET acted_by_id = user_id WHERE state = 'done'")
    op.create_check_constraint(op.f("ck_tasks_kind_known"), "tasks", "kind IN ('decide', 'advise')")
    op.create_check_constraint(op.f("ck_tasks_done_by_somebody"), "tasks", "state <> 'done' OR acted_by_id IS NOT NULL")
    op.create_index("ix_tasks_done", "tasks", ["acted_by_id", "process_id"], postgresql_where=sa.text("state = 'done'"))
    op.create_index(
        "ix_tasks_remind", "tasks", ["remind_at"], postgresql_where=sa.text("state = 'open' AND remind_at IS NOT NULL")
    )
    op.create_index(
        "ix_tasks_due",
        "tasks",
        ["due_at"],
        postgresql_where=sa.text("state = 'open' AND due_at IS NOT NULL AND overdue_at IS NULL"),
    )

    op.add_column("users", sa.Column("successor_id", sa.Uuid(), nullable=True))
    op.create_index("ix_users_left", "users", ["id"], postgresql_where=sa.text("NOT active AND successor_id IS NOT NULL"))

    op.create_table(
        "copies",
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("read_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_copies_process_id")),
        sa.PrimaryKeyConstraint("process_id", "user_id", name=op.f("pk_copies")),
    )
    op.create_index("ix_copies_user", "copies", ["user_id", "at", "process_id"])

    op.create_table(
        "deputies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("deputy_id", sa.Uuid(), nullable=False),
        sa.Column("deputy_name", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("named_by", sa.Text(), nullable=False),
        sa.Column("named_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_deputies_days")),
        sa.CheckConstraint("deputy_id <> user_id", name=op.f("ck_deputies_somebody_else")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputies")),
    )
    for column in ("user", "deputy"):
        op.create_index(
            f"ix_deputies_{column}", "deputies", [f"{column}_id", "last_day"], postgresql_where=sa.text("ended_at IS NULL")
        )


def downgrade() -> None:
    op.drop_table("deputies")
    op.drop_table("copies")
    op.drop_index("ix_users_left", table_name="users")
    op.drop_column("users", "successor_id")
    for index in ("ix_tasks_due", "ix_tasks_remind", "ix_tasks_done"):
        op.drop_index(index, table_name="tasks")
    op.drop_constraint(op.f("ck_tasks_done_by_somebody"), "tasks")
    op.drop_constraint(op.f("ck_tasks_kind_known"), "tasks")
    for column in ("overdue_at", "due_at", "remind_at", "acted_by_id", "kind"):
        op.drop_column("tasks", column)
    for column in ("attachments", "added", "principal", "position"):
        op.drop_column("entries", column)
    for index in ("ix_processes_effect", "ix_processes_products", "ix_processes_successor"):
        op.drop_index(index, table_name="processes")
    op.drop_constraint(op.f("ck_processes_effect_known"), "processes")
    for column in ("urged_at", "effect_attempt", "chosen", "product_ids", "successor_name", "successor_id"):
        op.drop_column("processes", column)
