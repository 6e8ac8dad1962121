"""The copy of who looks after which customer."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.kit.errors import Conflict
from services.notify.domain.recipients import Ownership
from services.notify.store.tables import CustomerCopy


def keep_customer(session: Session, row: dict[str, Any]) -> None:
    """Write what an event said, unless a newer one was here before it."""
    statement = insert(CustomerCopy).values(row)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[CustomerCopy.id],
            set_={name: statement.excluded[name] for name in row if name != "id"},
            where=statement.excluded.version > CustomerCopy.version,
        )
    )


def ownership_of(session: Session, customer_id: str) -> Ownership:
    """
    :raises Conflict: ``customer_not_known_yet``: its event is still on the way, so this one is to come again.
    """
    copy = session.get(CustomerCopy, UUID(customer_id))
    if copy is None:
        raise Conflict("customer_not_known_yet", customer_id=customer_id)
    owner, department = copy.owner_id, copy.owner_department_id
    return Ownership(str(owner) if owner else None, str(department) if department else None)
