"""Add a contact (spec, customer.md, "Data" and "Completeness")."""

from typing import Any
from uuid import UUID

from services.customer.domain.completeness import Reachability, filled_items
from services.customer.store.contacts import department_name
from services.customer.store.tables import Contact
from services.customer.usecases.keepers import lock_kept
from services.customer.usecases.moves import settle
from services.customer.usecases.views import view_under
from services.kit.errors import InvalidInput
from services.kit.unit_of_work import Begin, UnitOfWork


def add_contact(
    begin: Begin, customer_id: UUID, *, department_id: UUID | None, is_decision_maker: bool, **ways: str
) -> dict[str, Any]:
    """A person at the customer's; who makes it complete enough may lift it.

    :param ways: name, title, mobile, telephone, qq, wechat, email.
    :raises InvalidInput: for a department that is not this customer's.
    """
    with begin() as work:
        customer = lock_kept(work, customer_id)
        department = None if department_id is None else department_name(work.session, customer.id, department_id)
        if department_id is not None and department is None:
            raise InvalidInput(fields={"department_id": ["not_of_customer"]})
        contact = new_contact(work, customer.id, department_id, is_decision_maker=is_decision_maker, **ways)
        work.session.add(contact)
        work.audit("contact_added", ("customer", customer.id), after={"name": contact.name})
        if contact.filled_items > customer.filled_items:
            customer.filled_items = contact.filled_items
            settle(work, customer)
        return view_under(customer, contact, department_name=department)


def new_contact(
    work: UnitOfWork, customer_id: UUID, department_id: UUID | None, *, is_decision_maker: bool, **ways: str
) -> Contact:
    """The row of a contact to be."""
    return Contact(
        id=work.new_id(),
        customer_id=customer_id,
        department_id=department_id,
        is_decision_maker=is_decision_maker,
        filled_items=filled_items(Reachability(**ways)),
        has_left=False,
        created_at=work.now,
        version=1,
        **ways,
    )
