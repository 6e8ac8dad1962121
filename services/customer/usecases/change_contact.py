"""Change a contact (spec, customer.md, "Data" and "Completeness")."""

from typing import Any
from uuid import UUID

from services.customer.domain.completeness import Reachability, filled_items
from services.customer.store.contacts import department_name, find_contact
from services.customer.usecases.changes import change_row
from services.customer.usecases.keepers import lock_kept
from services.customer.usecases.recounts import recount_contacts
from services.customer.usecases.views import view_under
from services.kit.errors import ChangedMeanwhile, InvalidInput
from services.kit.unit_of_work import Begin


def change_contact(begin: Begin, customer_id: UUID, contact_id: UUID, *, version: int, **changes: Any) -> dict[str, Any]:
    """Set what is given and leave the rest. The customer's completeness follows, up and down.

    :param version: the contact's as the caller saw it.
    :raises NotFound: ``contact_not_found``.
    :raises ChangedMeanwhile: ``contact_changed_meanwhile``.
    :raises InvalidInput: for a department that is not this customer's.
    """
    with begin() as work:
        customer = lock_kept(work, customer_id)
        contact = find_contact(work.session, customer.id, contact_id)
        if contact.version != version:
            raise ChangedMeanwhile("contact_changed_meanwhile", version=contact.version)
        department_id = changes.get("department_id", contact.department_id)
        department = None if department_id is None else department_name(work.session, customer.id, department_id)
        if department_id is not None and department is None:
            raise InvalidInput(fields={"department_id": ["not_of_customer"]})
        changed = change_row(contact, changes)
        if changed:
            contact.filled_items = filled_items(
                Reachability(
                    name=contact.name,
                    title=contact.title,
                    mobile=contact.mobile,
                    telephone=contact.telephone,
                    qq=contact.qq,
                    wechat=contact.wechat,
                    email=contact.email,
                )
            )
            recount_contacts(work, customer)
            after = {"contact": contact.name, **changed.after}
            work.audit("contact_changed", ("customer", customer.id), before=changed.before, after=after)
        return view_under(customer, contact, department_name=department)
