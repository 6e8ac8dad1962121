"""账单周期更改 before it starts (spec, billing.md, "Due dates")."""

from typing import Any

from services.billing.store.customers import products_of, visible_among
from services.billing.usecases.prepare_reconciliation import customer_of
from services.contracts import billing_forms as forms
from services.kit.errors import InvalidInput
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork


def prepare_billing_cycle_change(work: UnitOfWork, request: dict[str, Any]) -> dict[str, Any]:
    """Reserves nothing: of two changes of one product the one that is archived last counts.

    :raises InvalidInput: by field: a product that is not the customer's, is there twice, or has the cycle already.
    """
    customer = customer_of(work, request["subject_id"])
    form = load(forms.BillingCycleChangeForm, request["form"])
    months, wanted = form["billing_cycle_months"], form["product_ids"]
    products = {product.id: product for product in products_of(work.session, [customer.id])}
    others = visible_among(work.session, work.caller, set(wanted) - products.keys())
    wrong: dict[str, list[str]] = {}
    for number, product_id in enumerate(wanted):
        if product_id not in products:
            wrong[f"product_ids.{number}"] = ["not_of_customer" if product_id in others else "product_not_found"]
        elif product_id in wanted[:number]:
            wrong[f"product_ids.{number}"] = ["repeated"]
        elif products[product_id].billing_cycle_months == months:
            wrong[f"product_ids.{number}"] = [f"cycle_is_already|{months}"]
    if wrong:
        raise InvalidInput(fields=wrong)
    chosen = [products[product_id] for product_id in wanted]
    return {
        "title": f"账单周期更改：{customer.name} {'、'.join(product.name for product in chosen)} 改为 {months} 个月",
        "subject": {"type": "customer", "id": str(customer.id), "name": customer.name},
        "customer_id": customer.id,
        "customer_name": customer.name,
        "form": {
            **request["form"],
            "product_ids": [str(product.id) for product in chosen],
            "products": [
                {"product_id": str(product.id), "name": product.name, "billing_cycle_months": product.billing_cycle_months}
                for product in chosen
            ],
        },
        "facts": {},
        "product_ids": wanted,
    }
