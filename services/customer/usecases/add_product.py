"""Add a product: what a customer buys."""

from typing import Any
from uuid import UUID

from services.contracts.customer import PRODUCT_TYPE_NAMES
from services.customer.store.products import insert_product
from services.customer.store.tables import Customer, Product
from services.customer.usecases.keepers import lock_kept
from services.customer.usecases.snapshots import product_snapshot
from services.customer.usecases.views import product_view
from services.kit.errors import Conflict
from services.kit.unit_of_work import Begin, UnitOfWork

FIRST_BILLING_CYCLE_MONTHS = 1


def add_product(
    begin: Begin,
    customer_id: UUID,
    *,
    type: str,  # noqa: A002  # the contract's own word
    payment_mode: str,
    name: str,
    needs_invoice: bool,
) -> dict[str, Any]:
    """A product with a billing cycle of a month, which only a process changes.

    :param name: empty for the type's Chinese name.
    :raises Conflict: ``product_name_taken``, by another of the same customer.
    """
    with begin() as work:
        customer = lock_kept(work, customer_id)
        named = name.strip() or PRODUCT_TYPE_NAMES[type][0]
        product = keep_product(work, customer, type=type, payment_mode=payment_mode, name=named, needs_invoice=needs_invoice)
        return product_view(customer, product, 0)


def keep_product(work: UnitOfWork, customer: Customer, **columns: Any) -> Product:
    """Write a new product of a customer's, and say so.

    :param columns: type, payment_mode, name, needs_invoice.
    :raises Conflict: ``product_name_taken``.
    """
    product = Product(
        id=work.new_id(),
        customer_id=customer.id,
        billing_cycle_months=FIRST_BILLING_CYCLE_MONTHS,
        created_at=work.now,
        version=1,
        **columns,
    )
    if not insert_product(work.session, product):
        raise Conflict("product_name_taken", name=product.name)
    work.publish("product_added", product.id, product_snapshot(product), version=product.version)
    work.audit("product_added", ("product", product.id), after={"name": product.name, "customer": customer.name})
    return product
