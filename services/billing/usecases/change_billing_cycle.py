"""An archived 账单周期更改 sets its products' billing cycle, for bills made from now on (spec, billing.md, "Due dates")."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.billing.store.customers import lock_products
from services.billing.store.tables import Product
from services.contracts import billing_forms as forms
from services.kit.audit import AuditEntry
from services.kit.envelope import Event
from services.kit.errors import NotYet
from services.kit.schema import load
from services.kit.unit_of_work import Fact, UnitOfWork


def change_billing_cycle(work: UnitOfWork, event: Event) -> tuple[str, str]:
    """Of two changes of one product the one archived later counts, whichever is told first. Customer hears of it and follows.

    :returns: the effect in Chinese and English.
    :raises NotYet: ``product_not_known_yet``.
    """
    process = event.data
    form = load(forms.BillingCycleChangeForm, process["form"])
    months = form["billing_cycle_months"]
    products = lock_products(work.session, form["product_ids"])
    if len(products) < len(form["product_ids"]):
        raise NotYet("product_not_known_yet")
    changed = [product for product in products if product.cycle_agreed_at is None or product.cycle_agreed_at < event.time]
    entries = [_entry(product, months, process["title"]) for product in changed]
    for product in changed:
        product.billing_cycle_months, product.cycle_agreed_at = months, event.time
    work.session.flush()
    work.publish_all([Fact("billing_cycle_changed", product.id, _changed(product, process)) for product in changed])
    work.audit_all(entries)
    return (
        f"{len(changed)} 个产品此后账单的账单周期为 {months} 个月",
        f"Bills of {len(changed)} products made from now on are due after {months} months",
    )


def _changed(product: Product, process: Mapping[str, Any]) -> dict[str, object]:
    return {
        "product_id": product.id,
        "customer_id": product.customer_id,
        "customer_name": process["customer_name"] or "",
        "billing_cycle_months": product.billing_cycle_months,
        "process_id": UUID(process["process_id"]),
    }


def _entry(product: Product, months: int, why: str) -> AuditEntry:
    before, after = {"billing_cycle_months": product.billing_cycle_months}, {"billing_cycle_months": months}
    return AuditEntry("billing_cycle_changed", ("product", product.id), before, after, why)
