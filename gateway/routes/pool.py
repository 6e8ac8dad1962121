"""The public pool and who looks after whom: release, transfers, protection."""

from typing import Any

from gateway.http import ApiRequest, route
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
