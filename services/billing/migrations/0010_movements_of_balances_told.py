"""Tell of the balances' movements that were posted before ``balance_moved`` was told of each."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
# The outbox is the kit's, whose branch may come after this one otherwise.
depends_on = "kit_0001"

# As post_to_ledger tells it, version 1 of the contract; the positions in the outbox follow the order of posting. What payments
# has heard already it keeps once.
TELL = """
INSERT INTO outbox (id, type, subject, envelope, headers)
SELECT event_id, 'balance_moved', told.id::text, jsonb_build_object(
           'specversion', '1.0',
           'id', event_id::text,
           'source', 'billing',
           'type', 'balance_moved',
           'subject', told.id::text,
           'time', to_char(told.posted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
           'datacontenttype', 'application/json',
           'contractversion', 1,
           'aggregateversion', 1,
           'data', jsonb_build_object(
               'posting_id', told.id::text,
               'kind', told.kind,
               'day', told.day::text,
               'customer_id', told.customer_id::text,
               'customer_name', told.customer_name,
               'bill_id', told.bill_id::text,
               'process_id', told.process_id::text,
               'entries', told.entries
           )
       ), '{}'
  FROM (
        SELECT gen_random_uuid() AS event_id, posting.*, moved.*
          FROM ledger_postings AS posting
          JOIN LATERAL (
               SELECT min(customer.id::text) AS customer_id, min(customer.name) AS customer_name,
                      jsonb_agg(jsonb_build_object(
                          'account_id', account.id::text,
                          'identifier', account.identifier,
                          'amount', to_char(entry.amount, 'FM9999999999990.00'),
                          'balance', to_char(entry.balance, 'FM9999999999990.00')
                      ) ORDER BY account.id) AS entries
                 FROM (
                      SELECT account_id, sum(amount) AS amount, (array_agg(balance_after ORDER BY position DESC))[1] AS balance
                        FROM ledger_entries WHERE posting_id = posting.id AND account_id IS NOT NULL GROUP BY account_id
                      ) AS entry
                 JOIN accounts AS account ON account.id = entry.account_id
                 JOIN customers AS customer ON customer.id = account.customer_id
          ) AS moved ON moved.entries IS NOT NULL
       ) AS told
 ORDER BY told.posted_at, told.id
"""


def upgrade() -> None:
    op.execute(TELL)
    op.execute("SELECT pg_notify('outbox', '')")


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE type = 'balance_moved' AND published_at IS NULL")
