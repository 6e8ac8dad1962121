"""The public pool and who looks after whom: release, transfers, protection."""

from typing import Any

from gateway.http import ApiRequest, route
from gateway.wording import refusal_message
from services.contracts import customer_calls as calls
from services.contracts import customer_pool_calls as pool
from services.kit.bus.rpc import ServiceClient


class PoolRoutes:
    """``/customers/{id}/release`` and its like. Claiming is a process: ``POST /processes``."""

    customer = ServiceClient("customer")

    @route(
        "POST",
        "/customers/<customer_id>/release",
        permission="customers.release",
        body=pool.ReleaseCustomer,
        answer=calls.Customer,
    )
    def release_customer(self, request: ApiRequest, customer_id: str) -> Any:
        """Its owner gives the customer up, into the pool."""
        return self.customer.release_customer(customer_id, request.body)

    @route(
        "POST",
        "/customers/<customer_id>/protection",
        permission="customers.protect",
        body=pool.ProtectCustomer,
        answer=calls.Customer,
    )
    def protect_customer(self, request: ApiRequest, customer_id: str) -> Any:
        """A protected customer never falls, however long nobody speaks with it; or that ends."""
        return self.customer.protect_customer(customer_id, request.body)

    @route(
        "POST",
        "/customer-transfers",
        permission="customers.transfer",
        body=pool.TransferCustomers,
        answer=pool.TransferOutcomes,
        refuses=(404,),
    )
    def transfer_customers(self, request: ApiRequest) -> Any:
        """Some customers, or all of one salesperson's, to another: a lead between his or her people, others between any.

        Every customer has its own outcome; one that is refused does not hold up the others.
        """
        answer = self.customer.transfer_customers(request.body)
        return {**answer, "items": [_worded(item, request.language) for item in answer["items"]]}


def _worded(item: dict[str, Any], language: str) -> dict[str, Any]:
    outcome = {name: value for name, value in item.items() if name != "params"}
    code = item["code"]
    return {**outcome, "message": None if code is None else refusal_message(code, item["params"], language)}
