"""The search box: the customers that a few characters could mean, the best first."""

from typing import Any

from sqlalchemy import Row, Select, Text, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from services.customer.domain.names import normalise_name
from services.customer.store.customers import visible_to
from services.customer.store.tables import Account, Contact, Customer
from services.kit.caller import Caller

HITS_MAX = 20


def search_hits(session: Session, caller: Caller, text: str) -> list[Row[Customer, str, str]]:
    """Visible customers by name, contact, mobile, account or tax number: each once, with what matched best.

    :returns: ``(customer, matched_by, matched)``; whole before beginning before middle, and names before the rest.
    """
    text, name = text.strip(), normalise_name(text)
    mine = select(Customer.id).where(visible_to(caller)).cte("mine").prefix_with("NOT MATERIALIZED", dialect="postgresql")
    hits = union_all(
        _hit(0, "name", Customer.id, Customer.name).where(Customer.normalised_name == name),
        _hit(1, "account", Account.customer_id, Account.identifier).where(Account.identifier == text),
        _hit(1, "tax_number", Customer.id, Customer.tax_number).where(
            Customer.tax_number == text.upper(), Customer.tax_number != ""
        ),
        _hit(1, "mobile", Contact.customer_id, Contact.mobile).where(Contact.mobile == text),
        _hit(2, "name", Customer.id, Customer.name).where(Customer.normalised_name.startswith(name, autoescape=True)),
        _hit(3, "contact", Contact.customer_id, Contact.name).where(Contact.name == text),
        _hit(4, "name", Customer.id, Customer.name).where(Customer.normalised_name.contains(name, autoescape=True)),
        _hit(5, "account", Account.customer_id, Account.identifier).where(Account.identifier.startswith(text, autoescape=True)),
        _hit(5, "mobile", Contact.customer_id, Contact.mobile).where(Contact.mobile.startswith(text, autoescape=True)),
        _hit(6, "contact", Contact.customer_id, Contact.name).where(Contact.name.startswith(text, autoescape=True)),
    ).subquery("hits")
    seen = select(hits).where(hits.c.customer_id.in_(select(mine.c.id)))
    best = seen.ext(distinct_on(hits.c.customer_id)).order_by(hits.c.customer_id, hits.c.rank).subquery("best")
    query = (
        select(Customer, best.c.matched_by, best.c.matched)
        .join(best, best.c.customer_id == Customer.id)
        .order_by(best.c.rank, func.length(Customer.name), Customer.name, Customer.id)
        .limit(HITS_MAX)
    )
    return list(session.execute(query))


def _hit(rank: int, matched_by: str, customer_id: Any, matched: Any) -> Select[Any]:
    columns = (literal(rank).label("rank"), literal(matched_by, Text).label("matched_by"))
    return select(customer_id.label("customer_id"), matched.label("matched"), *columns)
