"""What is billed: a month's daily sums, added up by the database for each account, price period and operator."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Date, Integer, Select, Text, and_, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from services.billing.domain.charging import MonthUsage, Period, UsageSum, periods_of
from services.billing.domain.prices import Price
from services.billing.store.customers import holds_identifier
from services.billing.store.tables import Account, Product
from services.billing.store.usage_tables import DailySum
from services.kit.clock import Month


class _Named(NamedTuple):
    """A name that usage comes under, and the account that has it."""

    name: str
    account_id: UUID
    identifier: str
    product_id: UUID
    customer_id: UUID


class Sender(NamedTuple):
    """An account that sent something."""

    account_id: UUID
    identifier: str
    customer_id: UUID


class _Wanted(NamedTuple):
    """A name's usage from ``first_day`` to ``last_day``, wanted under a number."""

    number: int
    name: str
    first_day: date
    last_day: date


_COLUMNS = (("number", Integer), ("name", Text), ("first_day", Date), ("last_day", Date))
_wanted = (
    func.unnest(*(bindparam(name, type_=ARRAY(kind)) for name, kind in _COLUMNS))
    .table_valued(*(column(name, kind) for name, kind in _COLUMNS))
    .render_derived()
)
_is_wanted = and_(DailySum.account == _wanted.c.name, DailySum.day.between(_wanted.c.first_day, _wanted.c.last_day))


def _of_usage(*columns: Any) -> Select[Any]:
    return select(*columns).select_from(_wanted).join(DailySum, _is_wanted).where(DailySum.quantity > 0)


_SUMS = _of_usage(_wanted.c.number, DailySum.operator, func.sum(DailySum.quantity).cast(BigInteger)).group_by(
    _wanted.c.number, DailySum.operator
)
_DAYS = _of_usage(_wanted.c.number, DailySum.day).distinct()
_SENT = _of_usage(_wanted.c.number).distinct()


def usage_of_products(session: Session, month: Month, prices: Mapping[UUID, Sequence[Price]]) -> dict[UUID, MonthUsage]:
    """What each of these products sent in a month, whether it is billed or not.

    :param prices: of every product that is asked for, all that touch the month; maybe none.
    """
    periods = {product_id: periods_of(each, month) for product_id, each in prices.items()}
    asked: list[tuple[_Named, int]] = []
    wanted: list[_Wanted] = []
    for named in _names(session, Account.product_id.in_(list(prices))):
        for place, period in enumerate(periods[named.product_id]):
            wanted.append(_Wanted(len(asked), named.name, period.first_day, period.last_day))
            asked.append((named, place))
    sums: dict[UUID, list[UsageSum]] = defaultdict(list)
    for number, operator, quantity in _ask(session, _SUMS, wanted):
        named, place = asked[number]
        sums[named.product_id].append(UsageSum(named.account_id, named.identifier, place, operator, quantity))
    bare = _bare_days(session, periods, sums, [(named, each) for (named, _), each in zip(asked, wanted, strict=True)])
    return {
        product_id: MonthUsage(cut, sums.get(product_id, ()), sorted(bare.get(product_id, ())))
        for product_id, cut in periods.items()
    }


def _bare_days(
    session: Session,
    periods: Mapping[UUID, Sequence[Period]],
    sums: Mapping[UUID, Sequence[UsageSum]],
    asked: Sequence[tuple[_Named, _Wanted]],
) -> dict[UUID, set[date]]:
    """The days with usage and without a price. Few products have any: only theirs are asked for."""
    gaps = {
        (product_id, periods[product_id][used.period].first_day)
        for product_id, each in sums.items()
        for used in each
        if periods[product_id][used.period].price is None
    }
    by_number = {each.number: named for named, each in asked if (named.product_id, each.first_day) in gaps}
    days: dict[UUID, set[date]] = defaultdict(set)
    for number, day in _ask(session, _DAYS, [each for _, each in asked if each.number in by_number]):
        days[by_number[number].product_id].add(day)
    return days


def senders_without_product(session: Session, month: Month, customer_ids: Iterable[UUID]) -> list[Sender]:
    """The accounts of these customers that sent something in the month and whose product nobody knows, by their ids."""
    has_product = select(Product.id).where(Product.id == Account.product_id).exists()
    names = _names(session, Account.customer_id.in_(list(customer_ids)), ~has_product)
    wanted = [_Wanted(number, named.name, month.first_day, month.last_day) for number, named in enumerate(names)]
    sent = {names[number] for (number,) in _ask(session, _SENT, wanted)}
    return sorted({Sender(named.account_id, named.identifier, named.customer_id) for named in sent})


def _names(session: Session, *conditions: ColumnElement[bool]) -> list[_Named]:
    """Of these accounts; the one place where an account's usage is found by its name."""
    query = select(Account.identifier, Account.id, Account.identifier, Account.product_id, Account.customer_id)
    return [_Named(*row) for row in session.execute(query.where(*conditions, holds_identifier()).order_by(Account.identifier))]


def _ask(session: Session, query: Select[Any], wanted: Sequence[_Wanted]) -> Iterable[Any]:
    if not wanted:
        return []
    values = zip(*wanted, strict=True)
    return session.execute(query, {name: list(each) for (name, _), each in zip(_COLUMNS, values, strict=True)})
