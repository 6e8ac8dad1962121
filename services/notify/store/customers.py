"""The copy of who looks after which customer."""

from uuid import UUID

from sqlalchemy.orm import Session

from services.kit.errors import Conflict
from services.notify.domain.recipients import Ownership
from services.notify.store.tables import CustomerCopy


def ownership_of(session: Session, customer_id: str) -> Ownership:
    """
    :raises Conflict: ``customer_not_known_yet``: its event is still on the way, so this one is to come again.
    """
    copy = session.get(CustomerCopy, UUID(customer_id))
    if copy is None:
        raise Conflict("customer_not_known_yet", customer_id=customer_id)
    owner, department = copy.owner_id, copy.owner_department_id
    return Ownership(str(owner) if owner else None, str(department) if department else None)
