"""What interest is accrued from, and its entries.

A run's sums are the database's: one statement for the receivables, and one for the prepaid money, of a batch of customers whose
rows are locked. It looks at the months that a customer has not had yet, and again at accrued ones of what is marked.
"""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Row, Text, cast, func, literal, or_, select, text
from sqlalchemy.orm import Session

from services.kit.bulk import insert_rows
from services.kit.caller import Caller
from services.kit.clock import Month
from services.kit.money import ZERO
from services.kit.paging import Page, PageRequest, Sorts, fetch_page
from services.payments.store.customers import owned_visible_to
from services.payments.store.interest_tables import InterestEntry, InterestMark, InterestProgress
from services.payments.store.tables import Customer

SORTS: Sorts = {"booked_on": InterestEntry.booked_on, "amount": InterestEntry.amount}

# Whom a run looks at


def _has_work(number: int, of: int, through: Month) -> ColumnElement[bool]:
    # By a hash of the id, the same in every run: the same customers fall to the same shard.
    bucket = func.hashtext(cast(Customer.id, Text)).op("&")(literal(0x7FFFFFFF, Integer))
    done = select(InterestProgress).where(
        InterestProgress.customer_id == Customer.id, InterestProgress.through >= through.first_day
    )
    marked = select(InterestMark).where(InterestMark.customer_id == Customer.id)
    return (func.mod(bucket, of) == number) & or_(~done.exists(), marked.exists())


def count_customers_with_work(session: Session, number: int, of: int, through: Month) -> int:
    return session.scalar(select(func.count()).select_from(Customer).where(_has_work(number, of, through))) or 0


def lock_customers_with_work(
    session: Session, number: int, of: int, through: Month, after: UUID | None, limit: int
) -> dict[UUID, Customer]:
    """The shard's next customers, by their ids, that are not accrued up to and with this month, or of whom something is marked;
    locked. Whoever waited for the lock may find nothing left to do: what is asked afterwards says so."""
    query = select(Customer).where(_has_work(number, of, through))
    if after is not None:
        query = query.where(Customer.id > after)
    query = query.order_by(Customer.id).limit(limit).with_for_update(of=Customer)
    return {customer.id: customer for customer in session.scalars(query.execution_options(populate_existing=True))}


_TAKE_MARKS: Final = text(
    """
    WITH taken AS (DELETE FROM interest_marks WHERE customer_id = ANY(:customers) RETURNING customer_id, bill_id, from_month)
    SELECT customer_id, bill_id, min(from_month) AS from_month FROM taken GROUP BY customer_id, bill_id
    """
)

Marks = dict[UUID, date]
"""Of which bill, or of which customer's prepaid money, the accrued months from which on may be different now."""


def take_marks(session: Session, customer_ids: Collection[UUID]) -> tuple[Marks, Marks]:
    """Take what is marked of these customers, who are locked.

    :returns: by bill, and by customer.
    """
    marks = session.execute(_TAKE_MARKS, {"customers": list(customer_ids)}).all()
    bills = {mark.bill_id: mark.from_month for mark in marks if mark.bill_id is not None}
    return bills, {mark.customer_id: mark.from_month for mark in marks if mark.bill_id is None}


_NOTE_PROGRESS: Final = text(
    """
    INSERT INTO interest_progress (customer_id, through) SELECT unnest(CAST(:customers AS uuid[])), :through
    ON CONFLICT (customer_id) DO UPDATE SET through = excluded.through WHERE interest_progress.through < excluded.through
    """
)


def note_progress(session: Session, customer_ids: Collection[UUID], through: Month) -> None:
    """These customers are accrued up to and with this month."""
    session.execute(_NOTE_PROGRESS, {"customers": list(customer_ids), "through": through.first_day})


# Sums

# Of the months that a customer has not had: receivables with something left, and those that money paid which came in since the
# first of these months began (what is settled by older money owes nothing in any of them). Of marked ones: the accrued months
# from the marked one on.
_RECEIVABLES: Final = text(
    """
    WITH concerned AS MATERIALIZED (
        SELECT customer_id, coalesce(through, '-infinity') AS through
          FROM unnest(CAST(:customers AS uuid[])) AS customer_id LEFT JOIN interest_progress USING (customer_id)
    ), fresh AS (
        SELECT bill_id, through
          FROM concerned JOIN receivables USING (customer_id) WHERE written_off < amount AND cancelled_by IS NULL
         UNION
        SELECT pair.bill_id, concerned.through
          FROM concerned JOIN receipts AS receipt
            ON receipt.customer_id = concerned.customer_id AND receipt.used > 0
               AND receipt.received_at >= (SELECT min(month)::timestamp AT TIME ZONE 'Asia/Shanghai'
                                             FROM interest_months WHERE month > concerned.through)
          JOIN write_off_pairs AS pair ON pair.receipt_id = receipt.id AND pair.state = 'final'
    ), asked AS (
        SELECT bill_id, month, bool_or(is_fresh) AS is_fresh
          FROM (
                SELECT bill_id, month, true AS is_fresh
                  FROM fresh JOIN interest_months ON month > through
                 UNION ALL
                SELECT bill_id, month, false
                  FROM unnest(CAST(:marked AS uuid[]), CAST(:since AS date[])) AS marked (bill_id, since)
                  JOIN interest_months ON month >= since
               ) AS each
         GROUP BY bill_id, month
    )
    SELECT bill.bill_id, bill.customer_id, bill.number, bill.due_on, bill.amount,
           bill.cancelled_by IS NOT NULL AS is_voided,
           months.month, months.rate, asked.is_fresh,
           coalesce(received.amount, 0.00) AS received,
           coalesce(exempt.amount, 0.00) AS exempt
      FROM asked
      JOIN interest_months AS months ON months.month = asked.month
      JOIN receivables AS bill ON bill.bill_id = asked.bill_id AND bill.due_on < months.month
      LEFT JOIN LATERAL (
          SELECT sum(pair.amount) AS amount
            FROM write_off_pairs AS pair JOIN receipts AS receipt ON receipt.id = pair.receipt_id
           WHERE pair.bill_id = bill.bill_id AND pair.state = 'final' AND bill.written_off > 0
             AND receipt.received_at < months.month::timestamp AT TIME ZONE 'Asia/Shanghai'
      ) AS received ON true
      LEFT JOIN LATERAL (
          SELECT sum((share ->> 'amount')::numeric) AS amount
            FROM jsonb_array_elements(bill.shares) AS share
            JOIN interest_exempt_periods AS period ON period.account_id = (share ->> 'account_id')::uuid
           WHERE bill.customer_id IN (SELECT customer_id FROM interest_exempt_periods)
             AND months.month BETWEEN period.from_month AND coalesce(period.to_month, 'infinity')
      ) AS exempt ON true
    """
)


def sums_of_receivables(session: Session, customer_ids: Collection[UUID], marked: Marks) -> Sequence[Row[Any]]:
    """What is to be looked at of these customers' receivables, month by month: what had been received when the month began, and
    the shares of the accounts that were left out in it.

    :param marked: by bill.
    :returns: rows that tell by ``is_fresh`` whether it is the month's first time for the customer.
    """
    asked = {"customers": list(customer_ids), "marked": list(marked), "since": list(marked.values())}
    return session.execute(_RECEIVABLES, asked).all()


_PREPAID: Final = text(
    """
    WITH asked AS (
        SELECT customer_id, month, bool_or(is_fresh) AS is_fresh
          FROM (
                SELECT concerned.customer_id, month, true AS is_fresh
                  FROM unnest(CAST(:customers AS uuid[])) AS concerned (customer_id)
                  LEFT JOIN interest_progress AS progress ON progress.customer_id = concerned.customer_id
                  JOIN interest_months ON month > coalesce(progress.through, '-infinity')
                 WHERE EXISTS (SELECT FROM prepaid_movements AS moved WHERE moved.customer_id = concerned.customer_id)
                 UNION ALL
                SELECT customer_id, month, false
                  FROM unnest(CAST(:marked AS uuid[]), CAST(:since AS date[])) AS marked (customer_id, since)
                  JOIN interest_months ON month >= since
               ) AS each
         GROUP BY customer_id, month
    )
    SELECT asked.customer_id, asked.month, months.rate, asked.is_fresh,
           coalesce(sum(moved.amount) FILTER (WHERE moved.day < asked.month), 0.00) AS at_begin,
           coalesce(sum(moved.amount), 0.00) AS at_end
      FROM asked
      JOIN interest_months AS months ON months.month = asked.month
      LEFT JOIN prepaid_movements AS moved
        ON moved.customer_id = asked.customer_id AND moved.day < asked.month + interval '1 month'
       AND NOT EXISTS (
           SELECT FROM interest_exempt_periods AS period
            WHERE period.account_id = moved.account_id
              AND asked.month BETWEEN period.from_month AND coalesce(period.to_month, 'infinity')
       )
     GROUP BY asked.customer_id, asked.month, months.rate, asked.is_fresh
    """
)


def sums_of_prepaid_money(session: Session, customer_ids: Collection[UUID], marked: Marks) -> Sequence[Row[Any]]:
    """What these customers' prepaid money was when a month began and when it ended, without the accounts left out in it.

    :param marked: by customer.
    """
    asked = {"customers": list(customer_ids), "marked": list(marked), "since": list(marked.values())}
    return session.execute(_PREPAID, asked).all()


_RECEIPTS: Final = text(
    """
    SELECT pair.bill_id, receipt.id, receipt.payer_name, receipt.received_at, sum(pair.amount) AS amount
      FROM write_off_pairs AS pair JOIN receipts AS receipt ON receipt.id = pair.receipt_id
     WHERE pair.bill_id = ANY(:bills) AND pair.state = 'final'
     GROUP BY pair.bill_id, receipt.id ORDER BY receipt.received_at, receipt.id
    """
)


def receipts_of_bills(session: Session, bill_ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """What was finally written off for these bills, by receipt, reversals included; the oldest receipts first."""
    return session.execute(_RECEIPTS, {"bills": list(bill_ids)}).all() if bill_ids else []


# Entries


def insert_entries(session: Session, entries: Sequence[dict[str, Any]]) -> None:
    """Add what was accrued and corrected.

    :raises sqlalchemy.exc.IntegrityError: if another has booked the same; whoever holds the customers' locks never meets it.
    """
    insert_rows(session, InterestEntry.__table__, entries)


_BOOKED_COLUMNS: Final = (
    InterestEntry.month,
    InterestEntry.base,
    InterestEntry.amount,
    InterestEntry.owner_id,
    InterestEntry.owner_name,
    InterestEntry.owner_department_id,
    InterestEntry.origin,
)


def booked_of_bills(session: Session, marked: Marks) -> dict[tuple[UUID, date], list[Row[Any]]]:
    """The penalties of these bills' months from the marked one on, by bill and month, in the order in which they were booked."""
    of_them = (InterestEntry.kind == "penalty") & InterestEntry.bill_id.in_(marked)
    return _booked(session, InterestEntry.bill_id, of_them, marked)


def booked_of_customers(session: Session, marked: Marks) -> dict[tuple[UUID, date], list[Row[Any]]]:
    """The credits of these customers' months from the marked one on, by customer and month, in the order of booking."""
    of_them = (InterestEntry.kind == "credit") & InterestEntry.customer_id.in_(marked)
    return _booked(session, InterestEntry.customer_id, of_them, marked)


def _booked(
    session: Session, subject: Any, of_them: ColumnElement[bool], marked: Marks
) -> dict[tuple[UUID, date], list[Row[Any]]]:
    found: dict[tuple[UUID, date], list[Row[Any]]] = {}
    if marked:
        query = select(subject.label("subject"), *_BOOKED_COLUMNS).where(of_them, InterestEntry.month >= min(marked.values()))
        for entry in session.execute(query.order_by(InterestEntry.number)):
            found.setdefault((entry.subject, entry.month), []).append(entry)
    return found


def penalty_of_bill(session: Session, bill_id: UUID) -> Decimal:
    """What a bill has cost in penalties so far, corrections included."""
    of_it = (InterestEntry.kind == "penalty") & (InterestEntry.bill_id == bill_id)
    return session.scalar(select(func.coalesce(func.sum(InterestEntry.amount), ZERO)).where(of_it)) or ZERO


_BY_OWNER: Final = text(
    """
    SELECT owner_id, max(owner_name) AS owner_name, count(DISTINCT customer_id) AS customers,
           coalesce(sum(amount) FILTER (WHERE kind = 'penalty'), 0) AS penalty,
           coalesce(sum(amount) FILTER (WHERE kind = 'credit'), 0) AS credit,
           coalesce(sum(CASE kind WHEN 'credit' THEN amount ELSE -amount END) FILTER (WHERE number > 1), 0) AS corrected
      FROM interest_entries WHERE booked_on = :booked_on AND owner_id IS NOT NULL GROUP BY owner_id ORDER BY owner_id
    """
)


def sums_by_owner(session: Session, booked_on: date) -> Sequence[Row[Any]]:
    """What the run of a month came to for each owner, corrections of earlier months among it."""
    return session.execute(_BY_OWNER, {"booked_on": booked_on}).all()


def page_of_interest(
    session: Session,
    caller: Caller,
    request: PageRequest,
    *,
    month: Month | None,
    booked_month: Month | None,
    kind: str | None,
    customer_id: UUID | None,
    bill_id: UUID | None,
    owner_id: UUID | None,
) -> Page:
    """The entries that the caller sees, the newest first unless sorted otherwise.

    :param month: that they are for.
    :param booked_month: whose commission statement has them.
    """
    query = select(InterestEntry).where(owned_visible_to(caller, InterestEntry.owner_id, InterestEntry.owner_department_id))
    if month is not None:
        query = query.where(InterestEntry.month == month.first_day)
    if booked_month is not None:
        query = query.where(InterestEntry.booked_on == booked_month.last_day)
    if bill_id is not None:
        query = query.where(InterestEntry.kind == "penalty")  # what a bill's index is of
    for column, wanted in (
        (InterestEntry.kind, kind),
        (InterestEntry.customer_id, customer_id),
        (InterestEntry.bill_id, bill_id),
        (InterestEntry.owner_id, owner_id),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    return fetch_page(session, query, request, sorts=SORTS, default_sort="-booked_on", key=InterestEntry.id)
