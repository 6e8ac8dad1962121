"""The sums over write-off pairs, kept by statement: a thousand pairs at once cost two updates, not two thousand.

What is refused stays the same, whoever writes; what was kept so far is right as it is.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# The sums come first: what they touch is locked until the commit, so that neither side of a pair can go to another customer after
# it was looked at. No join may read a whole table: a plan is kept for the session, and the next statement may be of one pair.
BY_STATEMENT = """
CREATE FUNCTION add_pairs() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
BEGIN
    UPDATE receipts AS r SET held = r.held + sums.held, used = r.used + sums.final
      FROM (SELECT receipt_id, coalesce(sum(amount) FILTER (WHERE state = 'held'), 0) AS held,
                   coalesce(sum(amount) FILTER (WHERE state = 'final'), 0) AS final FROM added GROUP BY receipt_id) AS sums
     WHERE r.id = sums.receipt_id;
    UPDATE receivables AS b SET held = b.held + sums.held, written_off = b.written_off + sums.final
      FROM (SELECT bill_id, coalesce(sum(amount) FILTER (WHERE state = 'held'), 0) AS held,
                   coalesce(sum(amount) FILTER (WHERE state = 'final'), 0) AS final FROM added GROUP BY bill_id) AS sums
     WHERE b.bill_id = sums.bill_id;
    IF EXISTS (
        SELECT FROM added AS p
          JOIN write_offs AS w ON w.id = p.write_off_id
          JOIN receipts AS r ON r.id = p.receipt_id
          JOIN receivables AS b ON b.bill_id = p.bill_id
         WHERE r.customer_id IS DISTINCT FROM w.customer_id OR b.customer_id IS DISTINCT FROM w.customer_id
    ) THEN
        RAISE EXCEPTION 'a write-off joins receipts and receivables of its own customer' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM added AS p JOIN write_offs AS w ON w.id = p.write_off_id WHERE p.reverses IS NULL AND w.reverses IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'a reversing write-off only takes back' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM added AS p
         WHERE p.reverses IS NOT NULL AND NOT EXISTS (
            SELECT FROM write_off_pairs AS final
              JOIN write_offs AS w ON w.reverses = final.write_off_id
             WHERE w.id = p.write_off_id AND final.id = p.reverses AND final.state = 'final' AND final.reverses IS NULL
               AND (final.receipt_id, final.bill_id, final.amount) = (p.receipt_id, p.bill_id, -p.amount)
        )
    ) THEN
        RAISE EXCEPTION 'a reversing pair takes back a final one of the write-off that is reversed'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION turn_pairs() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (SELECT FROM before WHERE state = 'final') OR EXISTS (
        SELECT id, write_off_id, attempt, receipt_id, bill_id, amount, reverses FROM before
        EXCEPT
        SELECT id, write_off_id, attempt, receipt_id, bill_id, amount, reverses FROM after
    ) THEN
        RAISE EXCEPTION 'only the state of a pair that is not final changes' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE receipts AS r SET held = r.held + sums.held, used = r.used + sums.final
      FROM (SELECT receipt_id, coalesce(sum(amount) FILTER (WHERE state = 'held'), 0) AS held,
                   coalesce(sum(amount) FILTER (WHERE state = 'final'), 0) AS final
              FROM (SELECT receipt_id, amount, state FROM after UNION ALL SELECT receipt_id, -amount, state FROM before) AS moved
             GROUP BY receipt_id) AS sums
     WHERE r.id = sums.receipt_id;
    UPDATE receivables AS b SET held = b.held + sums.held, written_off = b.written_off + sums.final
      FROM (SELECT bill_id, coalesce(sum(amount) FILTER (WHERE state = 'held'), 0) AS held,
                   coalesce(sum(amount) FILTER (WHERE state = 'final'), 0) AS final
              FROM (SELECT bill_id, amount, state FROM after UNION ALL SELECT bill_id, -amount, state FROM before) AS moved
             GROUP BY bill_id) AS sums
     WHERE b.bill_id = sums.bill_id;
    RETURN NULL;
END $$;

CREATE FUNCTION keep_pairs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a write-off pair is never deleted: release it, or reverse it' USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER add_pairs AFTER INSERT ON write_off_pairs REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION add_pairs();
CREATE TRIGGER turn_pairs AFTER UPDATE ON write_off_pairs REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION turn_pairs();
CREATE TRIGGER keep_pairs BEFORE DELETE ON write_off_pairs FOR EACH STATEMENT EXECUTE FUNCTION keep_pairs();
"""

BY_ROW = """
CREATE FUNCTION keep_sums() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE receipts
           SET held = held - CASE WHEN OLD.state = 'held' THEN OLD.amount ELSE 0 END,
               used = used - CASE WHEN OLD.state = 'final' THEN OLD.amount ELSE 0 END
         WHERE id = OLD.receipt_id;
        UPDATE receivables
           SET held = held - CASE WHEN OLD.state = 'held' THEN OLD.amount ELSE 0 END,
               written_off = written_off - CASE WHEN OLD.state = 'final' THEN OLD.amount ELSE 0 END
         WHERE bill_id = OLD.bill_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE receipts
           SET held = held + CASE WHEN NEW.state = 'held' THEN NEW.amount ELSE 0 END,
               used = used + CASE WHEN NEW.state = 'final' THEN NEW.amount ELSE 0 END
         WHERE id = NEW.receipt_id;
        UPDATE receivables
           SET held = held + CASE WHEN NEW.state = 'held' THEN NEW.amount ELSE 0 END,
               written_off = written_off + CASE WHEN NEW.state = 'final' THEN NEW.amount ELSE 0 END
         WHERE bill_id = NEW.bill_id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER keep_sums AFTER INSERT OR UPDATE OR DELETE ON write_off_pairs FOR EACH ROW EXECUTE FUNCTION keep_sums();

CREATE FUNCTION guard_pair() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a write-off pair is never deleted: release it, or reverse it' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state = 'final' OR (NEW.id, NEW.write_off_id, NEW.attempt, NEW.receipt_id, NEW.bill_id, NEW.amount, NEW.reverses)
               IS DISTINCT FROM
               (OLD.id, OLD.write_off_id, OLD.attempt, OLD.receipt_id, OLD.bill_id, OLD.amount, OLD.reverses) THEN
            RAISE EXCEPTION 'only the state of a pair that is not final changes' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    -- Locked, so that neither side can go to another customer between this look and the commit.
    IF NOT EXISTS (
        SELECT FROM write_offs AS w
          JOIN receipts AS r ON r.customer_id = w.customer_id
          JOIN receivables AS b ON b.customer_id = w.customer_id
         WHERE w.id = NEW.write_off_id AND r.id = NEW.receipt_id AND b.bill_id = NEW.bill_id
           FOR UPDATE OF r, b
    ) THEN
        RAISE EXCEPTION 'a write-off joins receipts and receivables of its own customer' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.reverses IS NULL AND EXISTS (SELECT FROM write_offs WHERE id = NEW.write_off_id AND reverses IS NOT NULL) THEN
        RAISE EXCEPTION 'a reversing write-off only takes back' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.reverses IS NOT NULL AND NOT EXISTS (
        SELECT FROM write_off_pairs AS p
          JOIN write_offs AS w ON w.reverses = p.write_off_id
         WHERE w.id = NEW.write_off_id AND p.id = NEW.reverses AND p.state = 'final' AND p.reverses IS NULL
           AND (p.receipt_id, p.bill_id, p.amount) = (NEW.receipt_id, NEW.bill_id, -NEW.amount)
    ) THEN
        RAISE EXCEPTION 'a reversing pair takes back a final one of the write-off that is reversed'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_pair BEFORE INSERT OR UPDATE OR DELETE ON write_off_pairs FOR EACH ROW EXECUTE FUNCTION guard_pair();
"""


def upgrade() -> None:
    op.execute("DROP TRIGGER keep_sums ON write_off_pairs; DROP TRIGGER guard_pair ON write_off_pairs")
    op.execute("DROP FUNCTION keep_sums, guard_pair")
    op.execute(BY_STATEMENT)


def downgrade() -> None:
    for name in ("add_pairs", "turn_pairs", "keep_pairs"):
        op.execute(f"DROP TRIGGER {name} ON write_off_pairs; DROP FUNCTION {name}")
    op.execute(BY_ROW)
