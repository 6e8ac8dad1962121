"""Where every yuan is: what holds of payments' tables at any moment, whatever happened in whatever order."""

from typing import Any

from sqlalchemy import Connection, text

from services.kit.database import Database

SUMS = text(
    """
    SELECT (SELECT coalesce(sum(amount), 0) FROM receipts) AS received,
           (SELECT coalesce(sum(amount - held - used), 0) FROM receipts) AS in_the_pool,
           (SELECT coalesce(sum(used), 0) FROM receipts) AS used,
           (SELECT coalesce(sum(amount), 0) FROM write_off_pairs WHERE state = 'held') AS held,
           (SELECT coalesce(sum(amount), 0) FROM write_off_pairs WHERE state = 'final') AS final,
           (SELECT coalesce(sum(amount), 0) FROM receivables) AS owed,
           (SELECT coalesce(sum(amount - held - written_off), 0) FROM receivables) AS outstanding,
           (SELECT coalesce(sum(written_off), 0) FROM receivables) AS written_off
    """
)
CROOKED = text(
    """
    SELECT 'receipt is not the sum of its pairs' AS what, r.id
      FROM receipts r LEFT JOIN write_off_pairs p ON p.receipt_id = r.id GROUP BY r.id
    HAVING r.held <> coalesce(sum(p.amount) FILTER (WHERE p.state = 'held'), 0)
        OR r.used <> coalesce(sum(p.amount) FILTER (WHERE p.state = 'final'), 0)
    UNION ALL
    SELECT 'receivable is not the sum of its pairs', b.bill_id
      FROM receivables b LEFT JOIN write_off_pairs p ON p.bill_id = b.bill_id GROUP BY b.bill_id
    HAVING b.held <> coalesce(sum(p.amount) FILTER (WHERE p.state = 'held'), 0)
        OR b.written_off <> coalesce(sum(p.amount) FILTER (WHERE p.state = 'final'), 0)
    UNION ALL
    SELECT 'receipt is over', id FROM receipts WHERE held < 0 OR used < 0 OR held + used > amount
    UNION ALL
    SELECT 'receivable is over', bill_id FROM receivables WHERE held < 0 OR written_off < 0 OR held + written_off > amount
    UNION ALL
    SELECT 'pair joins two customers', p.id
      FROM write_off_pairs p JOIN write_offs w ON w.id = p.write_off_id
      JOIN receipts r ON r.id = p.receipt_id JOIN receivables b ON b.bill_id = p.bill_id
     WHERE p.state <> 'released' AND b.customer_id <> w.customer_id
        OR p.state = 'held' AND r.customer_id IS DISTINCT FROM w.customer_id
    UNION ALL
    SELECT 'receipt is used by another customer', r.id
      FROM write_off_pairs p JOIN write_offs w ON w.id = p.write_off_id JOIN receipts r ON r.id = p.receipt_id
     WHERE p.state = 'final' AND r.customer_id IS DISTINCT FROM w.customer_id
     GROUP BY r.id, w.customer_id HAVING sum(p.amount) <> 0
    """
)
UNTOLD = text(
    """
    SELECT 'write-off is not what its pairs are' AS what, w.id
      FROM write_offs w LEFT JOIN write_off_pairs p ON p.write_off_id = w.id AND p.attempt = w.attempt
     WHERE w.reverses IS NULL OR w.state = 'archived' GROUP BY w.id
    HAVING w.amount <> coalesce(sum(p.amount), 0)
        OR bool_or(p.state <> CASE w.state WHEN 'started' THEN 'held' WHEN 'archived' THEN 'final' ELSE 'released' END)
    UNION ALL
    SELECT 'an earlier attempt still holds', p.id
      FROM write_off_pairs p JOIN write_offs w ON w.id = p.write_off_id WHERE p.attempt < w.attempt AND p.state <> 'released'
    UNION ALL
    SELECT 'commission is not of what was written off', w.id
      FROM write_offs w JOIN commission_entries e ON e.write_off_id = w.id GROUP BY w.id
    HAVING w.state <> 'archived' OR sum(e.written_off) <> w.amount
    UNION ALL
    SELECT 'commission of a reversed write-off is not taken back', e.id
      FROM commission_entries e JOIN write_offs r ON r.reverses = e.write_off_id AND r.state = 'archived'
     WHERE NOT EXISTS (SELECT FROM commission_entries t WHERE t.reverses = e.id AND t.amount = -e.amount AND t.cost = -e.cost)
    """
)
"""What only payments' own code keeps, and hand-written SQL may break: how write-offs and commission go with the pairs."""


def require_sums(connection: Connection) -> Any:
    """What the database itself keeps, against anybody, in one statement each; a snapshot that holds for both makes them agree.

    :returns: the sums.
    """
    assert connection.execute(CROOKED).all() == []
    sums = connection.execute(SUMS).one()
    assert sums.received == sums.in_the_pool + sums.held + sums.used
    assert sums.owed == sums.outstanding + sums.held + sums.written_off
    assert sums.used == sums.written_off == sums.final
    return sums


def require_every_yuan_in_one_place(database: Database) -> Any:
    """The same with what payments' own code keeps; in one snapshot, so that it holds while others write.

    :returns: the sums.
    """
    with database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        assert connection.execute(UNTOLD).all() == []
        return require_sums(connection)


def require_sums_now(database: Database) -> Any:
    """:func:`require_sums` in one snapshot, while others write."""
    with database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        return require_sums(connection)
