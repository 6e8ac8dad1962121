"""The search box: the customers that a few characters could mean, the best first.

A million names have the same few trades and places in them, so no look-up may read all that it could find. Each is bounded:
what few names have is found by an index; what many have, as a sample of them says, by walking along all names in a shuffled
order until enough have it. And each is made anew for every part of what the caller sees, for few of a million customers are one
salesperson's. See decision 0012.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Row,
    Select,
    SQLColumnExpression,
    Text,
    case,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from services.customer.domain.search_terms import SearchText
from services.customer.store.customers import parts_of_sight
from services.customer.store.tables import Account, Contact, Customer, CustomerSearch
from services.kit.caller import Caller
from services.kit.planning import plan_for_values

HITS_MAX = 20
_FOUND_MAX = 10 * HITS_MAX
_FOUND_OF_COMMON_MAX = 2 * HITS_MAX
"""So many are found of each kind before the best are chosen. Of what more have than that, any so many will do."""

_SAMPLE = 500
_COMMON_MIN = 10
"""What so many names of the sample have is common."""

_MOBILE_DIGITS = 11
_MOBILE_END_MIN = 4
_TAX_NUMBER_MIN = 6


@dataclass(frozen=True, eq=False)
class LookUp:
    """One way to be found.

    :param rank: how good a hit is, 0 for the best.
    :param of: the customer's id in the table that is looked into.
    :param matched: what of the customer's did match.
    :param keys: that whatever meets the condition has, where the condition itself is none for an index.
    """

    rank: int
    matched_by: str
    of: SQLColumnExpression[Any]
    matched: SQLColumnExpression[Any]
    condition: ColumnElement[bool]
    keys: Sequence[int] = ()

    @property
    def by_index(self) -> ColumnElement[bool]:
        return CustomerSearch.keys.contains(self.keys) & self.condition if self.keys else self.condition


def search_hits(session: Session, caller: Caller, searched: SearchText) -> list[Row[Any, str, str]]:
    """Visible customers, each once, with what matched best; among equals the shorter name.

    Exact names; exact account, tax number or mobile; names that begin so; exact contacts; whole initials and pinyin; those that
    begin so; names that have it inside; initials and pinyin that do; the rest.

    :returns: ``(customer, matched_by, matched)``, at most :data:`HITS_MAX`.
    """
    better, rest = wholes_and_beginnings(searched), insides_and_ends(searched)
    plan_for_values(session)
    common = _common(session, [*better, *rest])
    hits: dict[Any, Row[Any, str, str]] = {}
    for look_ups in (better, rest):
        if look_ups and len(hits) < HITS_MAX:
            for hit in session.execute(_best_of(caller, look_ups, common)):
                hits.setdefault(hit[0].id, hit)
    return list(hits.values())[:HITS_MAX]


def wholes_and_beginnings(searched: SearchText) -> list[LookUp]:
    """The better ways to be found."""
    letters, latin, code = searched.letters, searched.latin, searched.code
    found = []
    if letters:
        found += [_named(0, CustomerSearch.letters == letters), _named(2, CustomerSearch.letters.startswith(letters))]
    if code:
        found += [
            LookUp(1, "account", Account.customer_id, Account.identifier, func.lower(Account.identifier) == code.lower()),
            LookUp(1, "tax_number", Customer.id, Customer.tax_number, _tax_number() & (Customer.tax_number == code.upper())),
        ]
    if len(searched.digits) >= _MOBILE_DIGITS:
        found.append(_contact(1, "mobile", Contact.mobile == searched.digits))
    if searched.words:
        found.append(_contact(3, "contact", func.lower(Contact.name) == searched.words.lower()))
    if latin:
        for matched_by, column in (("initials", CustomerSearch.initials), ("pinyin", CustomerSearch.pinyin)):
            found += [_sounding(4, matched_by, column == latin), _sounding(5, matched_by, column.startswith(latin))]
    return found


def insides_and_ends(searched: SearchText) -> list[LookUp]:
    """The rest; every customer that :func:`wholes_and_beginnings` finds is found by one of these, too."""
    letters, latin, code, digits = searched.letters, searched.latin, searched.code, searched.digits
    found = []
    if letters:
        found.append(_named(6, _has(CustomerSearch.letters, letters), searched.name_keys))
    if latin:
        found.append(_sounding(7, "initials", _has(CustomerSearch.initials, latin), searched.initial_keys))
    if searched.pinyin_keys:
        # From a syllable's beginning on only, as the keys say.
        pinyin = CustomerSearch.keys.contains(searched.pinyin_keys) & _has(CustomerSearch.pinyin, latin)
        found.append(_sounding(7, "pinyin", pinyin))
    if code:
        account = func.lower(Account.identifier).startswith(code.lower(), autoescape=True)
        found.append(LookUp(8, "account", Account.customer_id, Account.identifier, account))
    if len(code) >= _TAX_NUMBER_MIN:
        tax_number = _tax_number() & Customer.tax_number.startswith(code.upper(), autoescape=True)
        found.append(LookUp(8, "tax_number", Customer.id, Customer.tax_number, tax_number))
    if digits:
        found.append(_contact(8, "mobile", Contact.mobile.startswith(digits)))
    if len(digits) >= _MOBILE_END_MIN:
        found.append(_contact(8, "mobile", func.reverse(Contact.mobile).startswith(digits[::-1])))
    if searched.words:
        found.append(_contact(8, "contact", func.lower(Contact.name).startswith(searched.words.lower(), autoescape=True)))
    return found


def _has(column: SQLColumnExpression[str], part: str) -> ColumnElement[bool]:
    # Not LIKE: by that the planner would think that it leaves few, and look for another way than the one it is given.
    return func.strpos(column, part) != 0


def _named(rank: int, condition: ColumnElement[bool], keys: Sequence[int] = ()) -> LookUp:
    # Told is the name as it is written, which stands with the customer.
    return LookUp(rank, "name", CustomerSearch.customer_id, literal_column("NULL::text", Text), condition, keys)


def _sounding(rank: int, matched_by: str, condition: ColumnElement[bool], keys: Sequence[int] = ()) -> LookUp:
    matched = CustomerSearch.initials if matched_by == "initials" else CustomerSearch.pinyin
    return LookUp(rank, matched_by, CustomerSearch.customer_id, matched, condition, keys)


def _contact(rank: int, matched_by: str, condition: ColumnElement[bool]) -> LookUp:
    matched = Contact.mobile if matched_by == "mobile" else Contact.name
    return LookUp(rank, matched_by, Contact.customer_id, matched, ~Contact.has_left & condition)


def _tax_number() -> ColumnElement[bool]:
    """What the index on tax numbers leaves out."""
    return Customer.tax_number != text("''")


_SHUFFLED = func.uuid_hash(CustomerSearch.customer_id)


def _is_by_name(look_up: LookUp) -> bool:
    return look_up.of is CustomerSearch.customer_id


def _common(session: Session, look_ups: Sequence[LookUp]) -> set[LookUp]:
    """Those of the look-ups by name that find so many that walking along all names is the shortest way to some."""
    by_name = [each for each in look_ups if _is_by_name(each)]
    if not by_name:
        return set()
    conditions = (each.condition.label(f"has_{number}") for number, each in enumerate(by_name))
    sample = select(*conditions).select_from(CustomerSearch).order_by(_SHUFFLED).limit(_SAMPLE).subquery("sample")
    counts = session.execute(select(*(func.count().filter(has) for has in sample.c))).one()
    return {each for each, count in zip(by_name, counts, strict=True) if count >= _COMMON_MIN}


def _best_of(caller: Caller, look_ups: Sequence[LookUp], common: set[LookUp]) -> Select[Any, str, str]:
    by_name = [each for each in look_ups if _is_by_name(each)]
    beside = [each for each in look_ups if not _is_by_name(each)]
    by_index = [_by_index(each) for each in by_name if each not in common]
    branches = []
    for part, sees in parts_of_sight(caller).items():
        if part in {"own", "claimed"} and by_name:
            branches.append(_of_few_names(by_name, sees))
        else:
            branches += [_of_common_names(each, part, sees) for each in by_name if each in common]
            branches += [_of_indexed_names(found, part, sees) for found in by_index]
        branches += [_of_what_hangs_on_them(each, part, sees) for each in beside]
    hits = union_all(*branches).subquery("hits")
    best = select(hits).ext(distinct_on(hits.c.customer_id)).order_by(hits.c.customer_id, hits.c.rank).subquery("best")
    matched = func.coalesce(best.c.matched, Customer.name)
    return (
        select(Customer, best.c.matched_by, matched)
        .join(best, best.c.customer_id == Customer.id)
        .order_by(best.c.rank, func.length(Customer.name), Customer.name, Customer.id)
        .limit(HITS_MAX)
    )


def _of_common_names(look_up: LookUp, part: str, sees: ColumnElement[bool]) -> Select[Any]:
    """What of that which many names have is met first in a part of what the caller sees."""
    query = _found(look_up.of, look_up.rank, look_up.matched_by, look_up.matched).where(look_up.condition)
    if part != "all":
        query = query.join(Customer, Customer.id == look_up.of).where(sees)
    by_department = [Customer.owner_department_id] if part == "led" else []  # as the index has it
    shuffled = _SHUFFLED if part == "all" else func.uuid_hash(Customer.id)
    return select(query.order_by(*by_department, shuffled).limit(_FOUND_OF_COMMON_MAX).subquery())


def _by_index(look_up: LookUp) -> CTE:
    # Apart, so that it is planned as if all were wanted: by the index. It goes on only as long as somebody asks for more.
    query = _found(look_up.of, look_up.rank, look_up.matched_by, look_up.matched).where(look_up.by_index)
    return query.cte().prefix_with("MATERIALIZED", dialect="postgresql")


def _of_indexed_names(found: CTE, part: str, sees: ColumnElement[bool]) -> Select[Any]:
    """What of that which few names have is in a part of what the caller sees."""
    query: Select[Any] = select(found)
    if part != "all":
        query = query.join(Customer, Customer.id == found.c.customer_id).where(sees)
    return select(query.limit(_FOUND_MAX).subquery())


def _of_few_names(look_ups: Sequence[LookUp], sees: ColumnElement[bool]) -> Select[Any]:
    """What all names' look-ups find where there are so few customers that looking at each once is best."""
    best_first = sorted(look_ups, key=lambda each: each.rank)
    query = _found(
        CustomerSearch.customer_id,
        case(*((each.condition, each.rank) for each in best_first)),
        case(*((each.condition, each.matched_by) for each in best_first)),
        case(*((each.condition, each.matched) for each in best_first)),
    )
    conditions = or_(*(each.by_index for each in look_ups))
    return query.join(Customer, Customer.id == CustomerSearch.customer_id).where(sees, conditions)


def _of_what_hangs_on_them(look_up: LookUp, part: str, sees: ColumnElement[bool]) -> Select[Any]:
    """What a look-up finds that is not by name; one customer may have several of it."""
    query = _found(look_up.of, look_up.rank, look_up.matched_by, look_up.matched).where(look_up.condition)
    if part != "all":
        query = query.where(sees) if look_up.of is Customer.id else query.join(Customer, Customer.id == look_up.of).where(sees)
    return select(query.limit(_FOUND_MAX).subquery())


def _found(of: Any, rank: Any, matched_by: Any, matched: Any) -> Select[Any]:
    def said(value: Any, kind: Any) -> Any:
        return literal(value, kind) if isinstance(value, str | int) else value

    return select(
        of.label("customer_id"),
        matched.label("matched"),
        said(rank, Integer).label("rank"),
        said(matched_by, Text).label("matched_by"),
    )


# What a list is narrowed to by a text is what the search finds, all of it.


def found_by(searched: SearchText) -> Select[Any]:
    """The ids of all customers that the search could find, whoever sees them; some more than once."""
    branches: list[Select[Any]] = [select(each.of).where(each.by_index) for each in insides_and_ends(searched)]
    return select(union_all(*branches).subquery()) if branches else select(Customer.id).where(false())


def few_found_by(session: Session, searched: SearchText, limit: int) -> Sequence[UUID] | None:
    """The same, if they are not more than a limit."""
    look_ups = insides_and_ends(searched)
    if _common(session, look_ups):
        return None
    if not look_ups:
        return []
    found = union_all(*(select(_by_index(each)) for each in look_ups)).subquery()
    ids = session.scalars(select(found.c.customer_id).limit(limit + 1)).all()
    return ids if len(ids) <= limit else None


def is_found_by(searched: SearchText) -> ColumnElement[bool]:
    """The same of one customer at a time: for texts so common that a list's page is full before many were asked."""
    return or_(false(), *(_found_in(look_up) for look_up in insides_and_ends(searched)))


def _found_in(look_up: LookUp) -> ColumnElement[bool]:
    if look_up.of is Customer.id:
        return look_up.condition
    return select(literal(1)).where(look_up.of == Customer.id, look_up.condition).exists()
