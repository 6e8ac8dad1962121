"""电商购销单 before it starts: what it sells for and what it cost (spec, workflow.md, "The catalogue")."""

from typing import Any

from services.billing.domain.orders import OrderItem, check_order, cost_of, total_of
from services.billing.usecases.prepare_reconciliation import customer_of
from services.contracts import billing_forms as forms
from services.kit.errors import InvalidInput
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork


def prepare_ecommerce_order(work: UnitOfWork, request: dict[str, Any]) -> dict[str, Any]:
    """
    :raises InvalidInput: by field; for an order that sells nothing, or too much.
    """
    customer = customer_of(work, request["subject_id"])
    form = load(forms.EcommerceOrderForm, request["form"])
    items = items_of_order(form)
    wrong = check_order(items)
    if wrong:
        raise InvalidInput(fields=wrong)
    total, cost = total_of(items), cost_of(items)
    return {
        "title": f"电商购销单：{customer.name} {total:.2f} 元（供应商 {form['supplier']}）",
        "subject": {"type": "customer", "id": str(customer.id), "name": customer.name},
        "customer_id": customer.id,
        "customer_name": customer.name,
        "form": {**request["form"], "total": f"{total:.2f}", "cost": f"{cost:.2f}"},
        "facts": {"total": f"{total:.2f}", "cost": f"{cost:.2f}"},
    }


def items_of_order(form: dict[str, Any]) -> tuple[OrderItem, ...]:
    """A loaded form's items."""
    return tuple(OrderItem(**item) for item in form["items"])
