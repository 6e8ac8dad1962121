"""The search box: the customers that a few characters could mean, the best first.

A million names have the same few trades and places in them, so no look-up may read all it finds. Each is bounded and made for an
index: what few names have is found by its grams, what many have by walking along all names in a shuffled order until enough have
it; which way is shorter, the planner knows from how frequent a gram is. And each is made anew for every part of what the caller
sees, for few of a million customers are one salesperson's. See decision 0012.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
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
from services.customer.store.planning import plan_for_values
from services.customer.store.tables import Account, Contact, Customer, CustomerSearch
from services.kit.caller import Caller

HITS_MAX = 20
_FOUND_MAX = 2 * HITS_MAX
"""So many are found of each kind before the best are chosen. Of what more names have than that, any so many will do."""

_MOBILE_DIGITS = 11
_MOBILE_END_MIN = 4
_TAX_NUMBER_MIN = 6


@dataclass(frozen=True)
class LookUp:
    """One way to be found.

    :param rank: how good a hit is, 0 for the best.
    :param of: the customer's id in the table that is looked into.
    :param matched: what of the customer's did match.
    """

    rank: int
    matched_by: str
    of: SQLColumnExpression[Any]
    matched: SQLColumnExpression[Any]
    condition: ColumnElement[bool]


def search_hits(session: Session, caller: Caller, searched: SearchText) -> list[Row[Any, str, str]]:
    """Visible customers, each once, with what matched best; among equals the shorter name.

    Exact names; exact account, tax number or mobile; names that begin so; exact contacts; whole initials and pinyin; those that
    begin so; names that have it inside; initials and pinyin that do; the rest.

    :returns: ``(customer, matched_by, matched)``, at most :data:`HITS_MAX`.
    """
    plan_for_values(session)
    hits: dict[Any, Row[Any, str, str]] = {}
    for look_ups in (wholes_and_beginnings(searched), insides_and_ends(searched)):
        if look_ups and len(hits) < HITS_MAX:
            for hit in session.execute(_best_of(caller, look_ups)):
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
        found.append(_named(6, _has(CustomerSearch.letters, letters, searched.name_keys)))
    if latin:
        found.append(_sounding(7, "initials", _has(CustomerSearch.initials, latin, searched.initial_keys)))
    if searched.pinyin_keys:
        found.append(_sounding(7, "pinyin", _has(CustomerSearch.pinyin, latin, searched.pinyin_keys)))
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


def _has(column: SQLColumnExpression[str], part: str, keys: list[int]) -> ColumnElement[bool]:
    # Not LIKE: of that the planner would think that it leaves few of those that have the keys, and it leaves almost all.
    return CustomerSearch.keys.contains(keys) & (func.strpos(column, part) != 0)


def _named(rank: int, condition: ColumnElement[bool]) -> LookUp:
    # Told is the name as it is written, which stands with the customer.
    return LookUp(rank, "name", CustomerSearch.customer_id, literal_column("NULL::text", Text), condition)


def _sounding(rank: int, matched_by: str, condition: ColumnElement[bool]) -> LookUp:
    matched = CustomerSearch.initials if matched_by == "initials" else CustomerSearch.pinyin
    return LookUp(rank, matched_by, CustomerSearch.customer_id, matched, condition)


def _contact(rank: int, matched_by: str, condition: ColumnElement[bool]) -> LookUp:
    matched = Contact.mobile if matched_by == "mobile" else Contact.name
    return LookUp(rank, matched_by, Contact.customer_id, matched, ~Contact.has_left & condition)


def _tax_number() -> ColumnElement[bool]:
    """What the index on tax numbers leaves out."""
    return Customer.tax_number != text("''")


def _best_of(caller: Caller, look_ups: Sequence[LookUp]) -> Select[Any, str, str]:
    by_name = [each for each in look_ups if each.of is CustomerSearch.customer_id]
    beside = [each for each in look_ups if each.of is not CustomerSearch.customer_id]
    branches = []
    for part, sees in parts_of_sight(caller).items():
        if part in {"own", "claimed"} and by_name:
            branches.append(_of_few_names(by_name, sees))
        else:
            branches += [_of_names(look_up, part, sees) for look_up in by_name]
        branches += [_of_what_hangs_on_them(look_up, part, sees) for look_up in beside]
    hits = union_all(*branches).subquery("hits")
    best = select(hits).ext(distinct_on(hits.c.customer_id)).order_by(hits.c.customer_id, hits.c.rank).subquery("best")
    matched = func.coalesce(best.c.matched, Customer.name)
    return (
        select(Customer, best.c.matched_by, matched)
        .join(best, best.c.customer_id == Customer.id)
        .order_by(best.c.rank, func.length(Customer.name), Customer.name, Customer.id)
        .limit(HITS_MAX)
    )


def _of_names(look_up: LookUp, part: str, sees: ColumnElement[bool]) -> Select[Any]:
    """What a name's look-up finds in a part of what the caller sees."""
    query = _found(look_up.of, look_up.rank, look_up.matched_by, look_up.matched).where(look_up.condition)
    if part != "all":
        query = query.join(Customer, Customer.id == look_up.of).where(sees)
    by_department = [Customer.owner_department_id] if part == "led" else []  # as the index has it
    shuffled = func.uuid_hash(CustomerSearch.customer_id if part == "all" else Customer.id)
    return select(query.order_by(*by_department, shuffled).limit(_FOUND_MAX).subquery())


def _of_few_names(look_ups: Sequence[LookUp], sees: ColumnElement[bool]) -> Select[Any]:
    """What all names' look-ups find where there are so few customers that looking at each once is best."""
    best_first = sorted(look_ups, key=lambda each: each.rank)
    query = _found(
        CustomerSearch.customer_id,
        case(*((each.condition, each.rank) for each in best_first)),
        case(*((each.condition, each.matched_by) for each in best_first)),
        case(*((each.condition, each.matched) for each in best_first)),
    )
    conditions = or_(*(each.condition for each in look_ups))
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


def found_by(searched: SearchText, *, limit: int | None = None) -> Select[Any]:
    """The ids of all customers that the search could find, whoever sees them; some more than once.

    :param limit: so many are enough to know that they are many.
    """
    branches = []
    for look_up in insides_and_ends(searched):
        branch: Select[Any] = select(look_up.of.label("customer_id")).where(look_up.condition)
        if limit is not None:
            shuffled = func.uuid_hash(CustomerSearch.customer_id)
            branch = (branch.order_by(shuffled) if look_up.of is CustomerSearch.customer_id else branch).limit(limit)
        branches.append(select(branch.subquery()))
    if not branches:
        return select(Customer.id).where(false())
    return select(union_all(*branches).subquery()).limit(limit)


def is_found_by(searched: SearchText) -> ColumnElement[bool]:
    """The same of one customer at a time: for texts so common that a list's page is full before many were asked."""
    return or_(false(), *(_found_in(look_up) for look_up in insides_and_ends(searched)))


def _found_in(look_up: LookUp) -> ColumnElement[bool]:
    if look_up.of is Customer.id:
        return look_up.condition
    return select(literal(1)).where(look_up.of == Customer.id, look_up.condition).exists()
