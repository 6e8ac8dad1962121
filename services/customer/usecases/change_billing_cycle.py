"""A product's billing cycle is another: billing says so, once 账单周期更改 is archived (spec, workflow.md, "The catalogue")."""

from services.contracts.billing import BillingCycleChanged
from services.customer.store.customers import lock_customer
from services.customer.store.tables import Product
from services.customer.usecases.changes import change_row
from services.customer.usecases.snapshots import product_snapshot
from services.kit.envelope import Event
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin


def change_billing_cycle(begin: Begin, event: Event) -> None:
    """Shown with the product, since when and by which process. A change that comes after a later one is out of date."""
    changed_cycle = load_told(BillingCycleChanged, event.data)
    with begin(consuming=event) as work:
        lock_customer(work.session, changed_cycle["customer_id"])
        product = work.session.get_one(Product, changed_cycle["product_id"])
        if product.billing_cycle_since is not None and product.billing_cycle_since >= event.time:
            return
        product.billing_cycle_since, product.billing_cycle_process_id = event.time, changed_cycle["process_id"]
        changed = change_row(product, {"billing_cycle_months": changed_cycle["billing_cycle_months"]})
        if changed:
            work.publish("product_changed", product.id, product_snapshot(product), version=product.version)
            work.audit("product_changed", ("product", product.id), before=changed.before, after=changed.after)
