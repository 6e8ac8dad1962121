"""Partitions are made by a function of the owner's: a service that owns no tables can make none."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# A table is made first and attached then: CREATE TABLE … PARTITION OF would wait for every reader and hold up all others.
# The path is fixed: whoever calls it might put tables and functions of his own into another one.
MAKE = """
CREATE FUNCTION make_usage_partition(parent text, name text, first_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF parent NOT IN ('usage_lines', 'usage_daily') OR name <> parent || to_char(first_day, '_YYYY_MM')
       OR first_day <> date_trunc('month', first_day)::date THEN
        RAISE EXCEPTION 'no month of usage: %, %, %', parent, name, first_day USING ERRCODE = 'invalid_parameter_value';
    END IF;
    EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING ALL)', name, parent);
    EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
                   parent, name, first_day, (first_day + interval '1 month')::date);
END
$$
"""


def upgrade() -> None:
    op.execute(MAKE)


def downgrade() -> None:
    op.execute("DROP FUNCTION make_usage_partition")
