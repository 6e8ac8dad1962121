"""Change a customer's own data."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from services.customer.store.customers import customers_named
from services.customer.store.search_rows import write_search_rows
from services.customer.usecases.invoice_details import checked_invoice_information
from services.customer.usecases.keepers import lock_kept
from services.customer.usecases.names_in_use import name_taken, names_near
from services.customer.usecases.snapshots import customer_snapshot
from services.customer.usecases.views import customer_view
from services.kit.company_names import normalise_name
from services.kit.errors import ChangedMeanwhile
from services.kit.unit_of_work import Begin


def change_customer(
    begin: Begin, customer_id: UUID, *, version: int, confirm_near_duplicates: bool = False, **changes: Any
) -> dict[str, Any]:
    """Set what is given and leave the rest, of the invoice information too.

    :param version: the customer's as the caller saw it.
    :param confirm_near_duplicates: that it is none of those whose names are near a new name.
    :raises InvalidInput: for a wrong tax number.
    :raises ChangedMeanwhile: ``customer_changed_meanwhile``.
    :raises Conflict: ``customer_name_taken``; ``customer_name_near``.
    """
    if "name" in changes:
        changes["name"] = changes["name"].strip()
        changes["normalised_name"] = normalise_name(changes["name"])
    with begin() as work:
        customer = lock_kept(work, customer_id)
        if customer.version != version:
            raise ChangedMeanwhile("customer_changed_meanwhile", version=customer.version)
        if "invoice_information" in changes:
            given = {**customer.invoice_information, **changes["invoice_information"]}
            changes["invoice_information"] = checked_invoice_information(given)
            changes["tax_number"] = changes["invoice_information"]["tax_number"]
        changed = {name: value for name, value in changes.items() if getattr(customer, name) != value}
        if not changed:
            return customer_view(customer)
        before = {name: getattr(customer, name) for name in changed}
        try:
            with work.session.begin_nested():
                for name, value in changed.items():
                    setattr(customer, name, value)
                customer.version += 1
                work.session.flush()
        except IntegrityError as error:
            # The names are the only unique thing that changes here.
            holder = customers_named(work.session, [changes["normalised_name"]])[changes["normalised_name"]]
            raise name_taken(holder) from error
        if "normalised_name" in changed and not confirm_near_duplicates:
            for near in names_near(work, [customer]).values():
                raise near
        if "name" in changed:
            write_search_rows(work.session, [customer])
        work.publish("customer_changed", customer.id, customer_snapshot(customer), version=customer.version)
        work.audit("customer_changed", ("customer", customer.id), before=before, after=changed)
        return customer_view(customer)
