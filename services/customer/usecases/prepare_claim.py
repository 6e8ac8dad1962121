"""Prepare 申请客户: the customer leaves the pool at once."""

from typing import Any

from services.contracts.customer_forms import ClaimCustomerForm
from services.customer.store.customers import lock_customer
from services.customer.usecases.preparation import Preparation, claim
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork


def prepare_claim(work: UnitOfWork, preparation: Preparation) -> dict[str, Any]:
    """
    :raises Conflict, NotFound: as :func:`services.customer.usecases.preparation.claim`.
    """
    if preparation.starts:
        load(ClaimCustomerForm, preparation.form)
        customer = claim(work, preparation.subject_id, preparation)
    else:
        customer = lock_customer(work.session, preparation.subject_id)
    return {
        "title": f"申请客户：{customer.name}",
        "subject": {"type": "customer", "id": customer.id, "name": customer.name},
        "customer_id": customer.id,
        "customer_name": customer.name,
        "product_ids": [],
        "form": preparation.form,
        "facts": {},
    }
