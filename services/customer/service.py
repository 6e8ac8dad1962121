"""The customer service: entrypoints only."""

from typing import Any
from uuid import UUID

from services.contracts import customer_calls as calls
from services.contracts.customer import EVENTS
from services.customer.usecases.add_customer import add_customer
from services.customer.usecases.list_customers import list_customers
from services.customer.usecases.show_customer import show_customer
from services.kit.bus.rpc import rpc
from services.kit.bus.work import Telemetry, UnitsOfWork
from services.kit.health import Health
from services.kit.schema import load


class CustomerService(Health):
    """Customers, contacts, contact logs, products, accounts, contracts, the funnel and the public pool."""

    name = "customer"
    begin = UnitsOfWork(EVENTS)
    telemetry = Telemetry()

    @rpc
    def add_customer(self, customer: dict[str, Any]) -> Any:
        added = add_customer(self.begin, **load(calls.AddCustomer, customer))
        return calls.Customer().dump(added)

    @rpc
    def show_customer(self, customer_id: str) -> Any:
        return calls.Customer().dump(show_customer(self.begin, UUID(customer_id)))

    @rpc
    def list_customers(self, query: dict[str, Any]) -> Any:
        return calls.CustomerPage().dump(list_customers(self.begin, **load(calls.CustomerQuery, query)))
