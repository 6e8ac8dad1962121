"""Customers themselves, and the search box."""

from typing import Any

from gateway.http import ApiRequest, route
from services.contracts import customer_calls as calls
from services.contracts.paging import PageQuery
from services.kit.bus.rpc import ServiceClient


class CustomerRoutes:
    """``/customers`` and ``/search``: each as far as the caller sees."""

    customer = ServiceClient("customer")

    @route("GET", "/customers", permission="customers.read", query=calls.CustomerQuery, answer=calls.CustomerPage)
    def list_customers(self, request: ApiRequest) -> Any:
        """The customers that the caller sees, narrowed and sorted; the pool is ``?tier=pool``."""
        return self.customer.list_customers(request.query)

    @route("POST", "/customers", permission="customers.add", body=calls.AddCustomer, answer=calls.Customer, status=201)
    def add_customer(self, request: ApiRequest) -> Any:
        """A new customer of the caller's, in tier *intent*; 409 ``customer_name_near`` shows those of nearly its name, unless
        ``confirm_near_duplicates``.
        """
        return self.customer.add_customer(request.body)

    @route("GET", "/customers/<customer_id>", permission="customers.read", answer=calls.Customer)
    def show_customer(self, request: ApiRequest, customer_id: str) -> Any:
        """A customer; its ``ETag`` is the version that a change names."""
        return self.customer.show_customer(customer_id)

    @route("PATCH", "/customers/<customer_id>", permission="customers.write", body=calls.ChangeCustomer, answer=calls.Customer)
    def change_customer(self, request: ApiRequest, customer_id: str) -> Any:
        """Set what is given. Which version was seen stands in the body (else 409) or in ``If-Match`` (else 412)."""
        return self.customer.change_customer(customer_id, request.change)

    @route("GET", "/customers/<customer_id>/history", permission="customers.read", query=PageQuery, answer=calls.TierMovePage)
    def show_history(self, request: ApiRequest, customer_id: str) -> Any:
        """Every move in the funnel with the facts it was decided on, the latest first."""
        return self.customer.show_history(customer_id, request.query)

    @route("GET", "/customers/<customer_id>/outlook", permission="customers.read", answer=calls.CustomerOutlook)
    def show_outlook(self, request: ApiRequest, customer_id: str) -> Any:
        """What comes next: the fall that comes unless something is done, and what would lift the customer."""
        return self.customer.show_outlook(customer_id)

    @route("GET", "/search", permission="customers.read", query=calls.SearchQuery, answer=calls.SearchAnswer)
    def search_customers(self, request: ApiRequest) -> Any:
        """Customers by name, pinyin, initials, contact, mobile, account or tax number; the best hit first."""
        return self.customer.search_customers(request.query)
