"""Add a customer (spec, customer.md, "Data" and "Tiers")."""

from typing import Any

from services.customer.usecases.invoice_details import checked_invoice_information
from services.customer.usecases.moves import Owner
from services.customer.usecases.new_customers import new_customer, write_new_customers
from services.customer.usecases.views import customer_view
from services.kit.unit_of_work import Begin


def add_customer(
    begin: Begin, *, invoice_information: dict[str, Any], confirm_near_duplicates: bool, **fields: str
) -> dict[str, Any]:
    """A new customer of the caller's, as *intent*.

    :param confirm_near_duplicates: that it is none of those whose names are near.
    :param fields: name, industry, source, region, remarks.
    :raises InvalidInput: for a wrong tax number.
    :raises Conflict: as :func:`write_new_customers` says.
    """
    invoice = checked_invoice_information(invoice_information)
    with begin() as work:
        customer = new_customer(work, {**fields, "invoice_information": invoice}, Owner.of(work.caller))
        for conflict in write_new_customers(work, [customer], confirmed=confirm_near_duplicates).values():
            raise conflict
        return customer_view(customer)
