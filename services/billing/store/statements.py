"""Electronic statements."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.billing.store.customers import visible_to
from services.billing.store.tables import Customer, Statement
from services.kit.caller import Caller
from services.kit.errors import NotFound


def find_visible_statement(session: Session, caller: Caller, statement_id: UUID) -> tuple[Statement, str]:
    """A statement and its customer's name.

    :raises NotFound: ``statement_not_found``, also for one the caller may not see.
    """
    query = (
        select(Statement, Customer.name)
        .join(Customer, Customer.id == Statement.customer_id)
        .where(Statement.id == statement_id, visible_to(caller))
    )
    row = session.execute(query).first()
    if row is None:
        raise NotFound("statement_not_found")
    return row.Statement, row.name
