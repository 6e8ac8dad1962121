"""Electronic statements: their rows, what they show, and the usage under them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Date, Integer, Row, Select, Text, and_, any_, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased

from services.billing.store.account_name_tables import AccountName
from services.billing.store.customers import visible_to
from services.billing.store.order_tables import BillItem
from services.billing.store.statement_tables import StatementDocument
from services.billing.store.tables import BillAccount, BillLine, Customer, Statement
from services.billing.store.usage_tables import DailySum
from services.kit.caller import Caller
from services.kit.clock import Month
from services.kit.errors import NotFound
from services.kit.paging import Page, PageRequest, Sorts, fetch_page
from services.kit.tables import job_shards, jobs

SORTS: Sorts = {"created_at": Statement.created_at}
_ROWS_AT_ONCE: Final = 5_000

UsageRow = Row[int, date, str, int]
"""Which of the accounts asked for, from 1; day, operator, quantity."""


def find_visible_statement(session: Session, caller: Caller, statement_id: UUID) -> Row[Any]:
    """A statement, its customer's name and how far its job is: as the rows of :func:`page_of_statements`.

    :raises NotFound: ``statement_not_found``, also for one the caller may not see.
    """
    row = session.execute(_statements(caller).where(Statement.id == statement_id)).first()
    if row is None:
        raise NotFound("statement_not_found")
    return row


def page_of_statements(session: Session, caller: Caller, request: PageRequest, *, customer_id: UUID | None) -> Page:
    """The statements of the customers that the caller sees, the newest first."""
    query = _statements(caller)
    if customer_id is not None:
        query = query.where(Statement.customer_id == customer_id)
    return fetch_page(session, query, request, sorts=SORTS, default_sort="-created_at", key=Statement.id)


def _statements(caller: Caller) -> Select[*tuple[Any, ...]]:
    # A statement's job has one shard: no row comes twice.
    return (
        select(
            Statement,
            Customer.name.label("customer_name"),
            jobs.c.state.label("job_state"),
            job_shards.c.done,
            job_shards.c.total,
            job_shards.c.error,
        )
        .join(Customer, Customer.id == Statement.customer_id)
        .outerjoin(jobs, jobs.c.id == Statement.job_id)
        .outerjoin(job_shards, job_shards.c.job_id == jobs.c.id)
        .where(visible_to(caller))
    )


def lock_statement(session: Session, statement_id: UUID) -> Statement:
    """For whoever makes its files."""
    return session.get_one(Statement, statement_id, with_for_update=True)


def find_document(session: Session, statement_id: UUID) -> StatementDocument:
    """What a statement shows.

    :raises sqlalchemy.exc.NoResultFound: for one that was asked for before documents were kept.
    """
    return session.get_one(StatementDocument, statement_id)


def contents_of_bills(
    session: Session, bill_ids: Iterable[UUID]
) -> tuple[Sequence[Row[Any]], Sequence[Row[Any]], Sequence[Row[Any]]]:
    """Bills' charge lines, lines of orders, and accounts: as rows, which are read in a fraction of the time of entities."""
    wanted = list(bill_ids)
    lines = select(*BillLine.__table__.c).where(BillLine.bill_id.in_(wanted)).order_by(BillLine.bill_id, BillLine.number)
    items = select(*BillItem.__table__.c).where(BillItem.bill_id.in_(wanted)).order_by(BillItem.bill_id, BillItem.number)
    accounts = (
        select(*BillAccount.__table__.c)
        .where(BillAccount.bill_id.in_(wanted))
        .order_by(BillAccount.bill_id, BillAccount.identifier, BillAccount.account_id)
    )
    return session.execute(lines).all(), session.execute(items).all(), session.execute(accounts).all()


def usage_under(session: Session, counted: Sequence[tuple[str, Month]]) -> Iterator[Sequence[UsageRow]]:
    """The daily sums of accounts in months, in the order in which they are asked for, some thousand rows at a time.

    :param counted: what bills counted, whosever the accounts are by now.
    """
    of = (
        func.unnest(
            literal([account for account, _ in counted], ARRAY(Text)),
            literal([month.first_day for _, month in counted], ARRAY(Date)),
            literal([month.last_day for _, month in counted], ARRAY(Date)),
        )
        .table_valued("account", "first_day", "last_day", with_ordinality="number")
        .render_derived()
    )
    # Usage that came under another name, which was assigned to the account, is the account's.
    holder, assigned = aliased(AccountName), aliased(AccountName)
    others = (
        select(assigned.name)
        .join(holder, holder.account_id == assigned.account_id)
        .where(holder.name == of.c.account, assigned.assigned_at.is_not(None))
    )
    names = func.array_append(func.array(others.scalar_subquery()), of.c.account, type_=ARRAY(Text)).label("names")
    asked = select(of.c.number.cast(Integer).label("number"), of.c.first_day, of.c.last_day, names).subquery()
    in_month = and_(
        DailySum.account == any_(asked.c.names),
        DailySum.day.between(asked.c.first_day, asked.c.last_day),
        DailySum.quantity > 0,
    )
    # Account by account: a sum and a sort of some hundred rows each, where those of all rows at once would go through the disk.
    total = func.sum(DailySum.quantity).cast(BigInteger).label("quantity")
    sent = select(DailySum.day, DailySum.operator, total).where(in_month).group_by(DailySum.day, DailySum.operator).lateral()
    query = (
        select(asked.c.number, sent.c.day, sent.c.operator, sent.c.quantity)
        .join_from(asked, sent, true())
        .order_by(asked.c.number, sent.c.day, sent.c.operator)
    )
    # By the connection: the session's own way, which looks for entities in every row, takes twice as long.
    yield from session.connection().execute(query, execution_options={"yield_per": _ROWS_AT_ONCE}).partitions()
