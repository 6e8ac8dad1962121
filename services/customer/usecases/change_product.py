"""Change a product."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from services.customer.store.accounts import count_accounts
from services.customer.store.processes import is_in_process
from services.customer.store.products import customer_of_product
from services.customer.store.tables import Product
from services.customer.usecases.changes import change_row
from services.customer.usecases.keepers import lock_kept
from services.customer.usecases.snapshots import product_snapshot
from services.customer.usecases.views import product_view
from services.kit.errors import ChangedMeanwhile, Conflict
from services.kit.unit_of_work import Begin, UnitOfWork


def change_product(begin: Begin, product_id: UUID, *, version: int, **changes: Any) -> dict[str, Any]:
    """Set what is given and leave the rest. The billing cycle is not changed here: a process does.

    :param version: the product's as the caller saw it.
    :raises NotFound: ``product_not_found``.
    :raises ChangedMeanwhile: ``product_changed_meanwhile``.
    :raises Conflict: ``product_name_taken``; ``product_has_accounts`` and ``product_in_process``,
        for another type or payment mode than it has been tried, priced or used under.
    """
    with begin() as work:
        customer = lock_kept(work, customer_of_product(work.session, work.caller, product_id))
        product = work.session.get_one(Product, product_id)
        if product.version != version:
            raise ChangedMeanwhile("product_changed_meanwhile", version=product.version)
        accounts = count_accounts(work.session, product.id)
        try:
            with work.session.begin_nested():
                changed = change_row(product, changes)
                if changed.touches("type", "payment_mode"):
                    _require_unused(work, product, accounts)
                work.session.flush()
        except IntegrityError as error:
            # A customer's products' names are the only unique thing that changes here.
            raise Conflict("product_name_taken", name=changes["name"]) from error
        if changed:
            work.publish("product_changed", product.id, product_snapshot(product), version=product.version)
            work.audit("product_changed", ("product", product.id), before=changed.before, after=changed.after)
        return product_view(customer, product, accounts)


def _require_unused(work: UnitOfWork, product: Product, accounts: int) -> None:
    if accounts:
        raise Conflict("product_has_accounts", name=product.name)
    if is_in_process(work.session, product.id):
        raise Conflict("product_in_process", name=product.name)
