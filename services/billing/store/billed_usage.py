"""What is billed: a month's daily sums, added up by the database for each account, price period and operator."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    column,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from services.billing.domain.charging import MonthUsage, Sender, UsageSum, periods_of
from services.billing.domain.prices import Price
from services.billing.store.account_name_tables import AccountName
from services.billing.store.columns import one_of
from services.billing.store.tables import Account, Product
from services.billing.store.usage_tables import DailySum
from services.kit.clock import Month


class UsageName(NamedTuple):
    """A name that usage comes under, and the account that has it."""

    name: str
    account_id: UUID
    identifier: str
    product_id: UUID
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
_is_wanted = and_(
    DailySum.account == _wanted.c.name,
    DailySum.day.between(_wanted.c.first_day, _wanted.c.last_day),
    DailySum.day.between(bindparam("month_begins"), bindparam("month_ends")),  # names the partition before any row is looked at
)


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
    sums: dict[UUID, list[UsageSum]] = {product_id: [] for product_id in prices}
    periods = {product_id: periods_of(each, month) for product_id, each in prices.items()}
    asked: list[tuple[list[UsageSum], Sender, int]] = []
    wanted: list[_Wanted] = []
    gaps: dict[int, UUID] = {}
    senders: dict[UUID, Sender] = {}
    for named in _named(session, Account.product_id == one_of(prices)):
        sender = senders.setdefault(named.account_id, Sender(named.account_id, named.identifier))
        for place, period in enumerate(periods[named.product_id]):
            if period.price is None:
                gaps[len(asked)] = named.product_id
            wanted.append(_Wanted(len(asked), named.name, period.first_day, period.last_day))
            asked.append((sums[named.product_id], sender, place))
    in_gaps = []
    for number, operator, quantity in sorted(_ask(session, month, _SUMS, wanted), key=itemgetter(0)):
        of_product, sender, place = asked[number]
        of_product.append(UsageSum(sender, place, operator, quantity))
        if number in gaps:
            in_gaps.append(wanted[number])
    bare_days: dict[UUID, set[date]] = defaultdict(set)
    for number, day in _ask(session, month, _DAYS, in_gaps):
        bare_days[gaps[number]].add(day)
    return {
        product_id: MonthUsage(periods[product_id], of_product, sorted(bare_days.get(product_id, ())))
        for product_id, of_product in sums.items()
    }


def sent_without_product(session: Session, month: Month, customer_ids: Iterable[UUID]) -> list[UsageName]:
    """The accounts of these customers that sent something in the month and whose product nobody knows, by their names."""
    has_product = select(Product.id).where(Product.id == Account.product_id).exists()
    names = _named(session, Account.customer_id == one_of(customer_ids), ~has_product)
    wanted = [_Wanted(number, named.name, month.first_day, month.last_day) for number, named in enumerate(names)]
    return [names[number] for number in sorted(number for (number,) in _ask(session, month, _SENT, wanted))]


def _named(session: Session, *conditions: ColumnElement[bool]) -> list[UsageName]:
    """These accounts by the names that their usage comes under; the one place where a name is an account's."""
    columns = (AccountName.name, Account.id, Account.identifier, Account.product_id, Account.customer_id)
    query = select(*columns).join(AccountName, AccountName.account_id == Account.id).where(*conditions)
    return [UsageName(*row) for row in session.execute(query.order_by(Account.identifier, Account.id, AccountName.name))]


def _ask(session: Session, month: Month, query: Select[Any], wanted: Sequence[_Wanted]) -> Sequence[Any]:
    if not wanted:
        return ()
    values = {name: list(each) for (name, _), each in zip(_COLUMNS, zip(*wanted, strict=True), strict=True)}
    return session.execute(query, {**values, "month_begins": month.first_day, "month_ends": month.last_day}).all()
