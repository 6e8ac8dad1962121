"""Lists of customers: filters, sorts, pages; visible ones only, whatever they are narrowed to."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Integer, Row, Select, SQLColumnExpression, any_, func, literal_column, or_, select
from sqlalchemy.orm import Session

from services.customer.domain.completeness import ITEMS
from services.customer.domain.funnel import TIERS, Reach
from services.customer.domain.search_terms import SearchText
from services.customer.store.customers import parts_of_sight
from services.customer.store.falls import falls_by
from services.customer.store.search import few_found_by, found_by, is_found_by
from services.customer.store.tables import CompanyDepartment, Customer, Product
from services.kit.caller import Caller
from services.kit.paging import Page, PageRequest, fetch_page, from_cursor
from services.kit.planning import plan_for_values

_FEW_MAX: Final = 300
"""So many customers that have a text are found before they are sorted."""
_WALK_MAX: Final = 2000
"""So many customers are asked, in the list's order, whether they have it, where more than that have."""
_STREAMED_ROWS: Final = 1_000


def _since_long_ago(day: SQLColumnExpression[date | None]) -> SQLColumnExpression[date]:
    """A day that may be unknown, as lists sort it: unknown is long ago. As the indexes have it, so that they serve."""
    return func.coalesce(day, literal_column("'0001-01-01'::date", Date), type_=Date)


_FUNNEL: Final = func.array_position(
    literal_column("ARRAY['contract', 'trial', 'intent', 'silent', 'pool']"), Customer.tier, type_=Integer
)
_LAST_LOG_ON: Final = _since_long_ago(Customer.last_log_on)
_CONTRACT_ENDS_ON: Final = _since_long_ago(Customer.contract_ends_on)

SORTS: Final[dict[str, SQLColumnExpression[Any]]] = {
    "name": Customer.name,
    "tier": _FUNNEL,
    "tier_since": Customer.tier_since,
    "created_at": Customer.created_at,
    "owner_name": func.coalesce(Customer.owner_name, literal_column("''")),
    "last_log_on": _LAST_LOG_ON,
    "last_usage_on": _since_long_ago(Customer.last_usage_on),
    "completeness": Customer.filled_items,
    "contract_ends_on": _CONTRACT_ENDS_ON,
    "industry": Customer.industry,
    "region": Customer.region,
    "source": Customer.source,
}
"""Each has its index, in the one direction and the other; ``tier`` from contract down to the pool."""

_DEPARTMENT_NAME: Final = (
    select(CompanyDepartment.name).where(CompanyDepartment.id == Customer.owner_department_id).scalar_subquery()
)
_ORDER: Final[dict[str, Any]] = {"sorts": SORTS, "default_sort": "name", "key": Customer.id}


@dataclass(frozen=True)
class CustomerFilters:
    """What a list of customers is narrowed to; ``None`` or empty for no matter. Days and shares are included at both ends.

    :param tier: one tier, or several with commas between.
    :param department_id: the owner's, those below it included.
    :param never_contacted: whether there is no log at all, or at least one.
    :param text: what the search would find them by.
    :param falls_by: what must be true of those that fall by a certain day; ``None`` for no matter.
    """

    tier: str = ""
    owner_id: UUID | None = None
    department_id: UUID | None = None
    product_type: str | None = None
    last_log_from: date | None = None
    last_log_to: date | None = None
    never_contacted: bool | None = None
    completeness_min: Decimal | None = None
    completeness_max: Decimal | None = None
    contract_ends_from: date | None = None
    contract_ends_to: date | None = None
    industry: str = ""
    region: str = ""
    source: str = ""
    protected: bool | None = None
    green: bool | None = None
    text: str = ""
    falls_by: Sequence[Reach] | None = None

    @property
    def tiers(self) -> Collection[str]:
        return self.tier.split(",") if self.tier else TIERS


def select_customers(caller: Caller, filters: CustomerFilters) -> Select[Customer]:
    """The visible customers that pass, in no order; for whoever wants all of them."""
    query = _narrowed(caller, filters)
    return query.where(Customer.id.in_(found_by(SearchText.of(filters.text)))) if filters.text else query


def page_of_customers(session: Session, caller: Caller, filters: CustomerFilters, request: PageRequest) -> Page:
    """Of those, by name unless sorted otherwise: rows of a customer and the name of its owner's department."""
    plan_for_values(session)
    query = _narrowed(caller, filters, by_funnel=request.sort.removeprefix("-") == "tier")
    if not filters.text:
        return _page(session, query, request)
    searched = SearchText.of(filters.text)
    few = few_found_by(session, searched, _FEW_MAX)
    if few is not None:
        return _page(session, query.where(Customer.id.in_(few)), request)
    return _page_of_many(session, query, searched, request)


def customers_in_order(caller: Caller, filters: CustomerFilters, sort: str) -> Select[Customer, str | None]:
    """All of those as their list has them, each with the name of its owner's department.

    :raises InvalidInput: an unknown sort.
    """
    query = (
        select_customers(caller, filters)
        .outerjoin(CompanyDepartment, CompanyDepartment.id == Customer.owner_department_id)
        .add_columns(CompanyDepartment.name)
    )
    return from_cursor(query, PageRequest(sort=sort), **_ORDER)


def count_up_to(session: Session, query: Select[*tuple[Any, ...]], limit: int) -> int:
    """How many customers a query has; what is over the limit counts as one."""
    some = query.with_only_columns(Customer.id).order_by(None).limit(limit + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def stream(session: Session, query: Select[Customer, str | None]) -> Iterator[Row[Customer, str | None]]:
    """A query's rows by a cursor of the server's: a few at a time are in memory, however many there are."""
    yield from session.execute(query.execution_options(yield_per=_STREAMED_ROWS))


def _page_of_many(session: Session, query: Select[Customer], searched: SearchText, request: PageRequest) -> Page:
    """A page of those that have a text that many have."""
    # In the list's order a page of them is soon full, unless they stand together at its other end, as all of one city do by name.
    begun = from_cursor(query.with_only_columns(Customer.id), request, **_ORDER).limit(_WALK_MAX).subquery()
    page = _page(session, select(Customer).where(Customer.id.in_(begun.select()), is_found_by(searched)), request)
    if page.next_cursor is not None or session.scalars(select(func.count()).select_from(begun)).one() < _WALK_MAX:
        return page
    return _page(session, query.where(Customer.id.in_(found_by(searched))), request)


def _page(session: Session, query: Select[Customer], request: PageRequest) -> Page:
    return fetch_page(session, query.add_columns(_DEPARTMENT_NAME), request, **_ORDER)


def _narrowed(caller: Caller, filters: CustomerFilters, *, by_funnel: bool = False) -> Select[Customer]:
    query = select(Customer).where(or_(*parts_of_sight(caller, filters.tiers).values()))
    if filters.tier:
        # Sorted by tier, the list is entered where the first of them begins.
        in_funnel = _FUNNEL.in_([TIERS.index(tier) + 1 for tier in filters.tiers])
        query = query.where(in_funnel if by_funnel else Customer.tier.in_(filters.tiers))
    if filters.owner_id is not None:
        query = query.where(Customer.owner_id == filters.owner_id)
    if filters.department_id is not None:
        query = query.where(Customer.owner_department_id == any_(_department_tree(filters.department_id)))
    if filters.product_type is not None:
        has_product = select(Product.id).where(Product.customer_id == Customer.id, Product.type == filters.product_type)
        query = query.where(has_product.exists())
    if filters.never_contacted is not None:
        query = query.where(Customer.last_log_on.is_(None) if filters.never_contacted else Customer.last_log_on.is_not(None))
    if filters.protected is not None:
        query = query.where(Customer.is_protected.is_(filters.protected))
    if filters.green is not None:
        query = query.where(Customer.green_since.is_not(None) if filters.green else Customer.green_since.is_(None))
    if filters.falls_by is not None:
        query = query.where(falls_by(filters.falls_by))
    for column in (Customer.industry, Customer.region, Customer.source):
        if wanted := getattr(filters, column.key):
            query = query.where(column == wanted)
    return query.where(*_ranges(filters))


def _ranges(filters: CustomerFilters) -> list[ColumnElement[bool]]:
    """The filters that have an end on either side. Who was never contacted was not contacted in any time."""
    conditions: list[ColumnElement[bool]] = []
    if filters.completeness_min is not None:
        conditions.append(Customer.filled_items >= _items(filters.completeness_min, ROUND_CEILING))
    if filters.completeness_max is not None:
        conditions.append(Customer.filled_items <= _items(filters.completeness_max, ROUND_FLOOR))
    for column, indexed, first, last in (
        (Customer.last_log_on, _LAST_LOG_ON, filters.last_log_from, filters.last_log_to),
        (Customer.contract_ends_on, _CONTRACT_ENDS_ON, filters.contract_ends_from, filters.contract_ends_to),
    ):
        if first is not None:
            conditions.append(indexed >= first)
        if last is not None:
            conditions += [indexed <= last, column.is_not(None)]
    return conditions


def _items(share: Decimal, rounding: str) -> int:
    return int((share * ITEMS).to_integral_value(rounding))


def _department_tree(department_id: UUID) -> Any:
    """The ids of a department and of those below it, as an array."""
    tree = select(CompanyDepartment.id).where(CompanyDepartment.id == department_id).cte("tree", recursive=True)
    below = select(CompanyDepartment.id).join(tree, CompanyDepartment.parent_id == tree.c.id)
    return func.array(select(tree.union(below).c.id).scalar_subquery())
