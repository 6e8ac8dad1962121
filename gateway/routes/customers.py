"""Customers and what hangs on them; products, accounts, contracts; the search box."""

from typing import Any

from gateway.http import ApiRequest, route
from services.contracts import customer_calls as calls
from services.contracts.paging import PageQuery
from services.kit.bus.rpc import ServiceClient


class CustomerRoutes:
    """``/customers``, ``/products``, ``/contracts`` and ``/search``: each as far as the caller sees."""

    customer = ServiceClient("customer")

    @route("GET", "/customers", permission="customers.read", query=calls.CustomerQuery, answer=calls.CustomerPage)
    def list_customers(self, request: ApiRequest) -> Any:
        """The customers that the caller sees; the pool is ``?tier=pool``."""
        return self.customer.list_customers(request.query)

    @route("POST", "/customers", permission="customers.add", body=calls.AddCustomer, answer=calls.Customer, status=201)
    def add_customer(self, request: ApiRequest) -> Any:
        """A new customer of the caller's, in tier *intent*."""
        return self.customer.add_customer(request.body)

    @route("GET", "/customers/<customer_id>", permission="customers.read", answer=calls.Customer)
    def show_customer(self, request: ApiRequest, customer_id: str) -> Any:
        return self.customer.show_customer(customer_id)

    @route("PATCH", "/customers/<customer_id>", permission="customers.write", body=calls.ChangeCustomer, answer=calls.Customer)
    def change_customer(self, request: ApiRequest, customer_id: str) -> Any:
        """Set what is given. Which version was seen stands in the body or in ``If-Match``; 409 if it has changed since."""
        seen = {} if request.expected_version is None else {"version": request.expected_version}
        return self.customer.change_customer(customer_id, {**seen, **request.body})

    @route(
        "POST",
        "/customers/<customer_id>/release",
        permission="customers.release",
        body=calls.ReleaseCustomer,
        answer=calls.Customer,
    )
    def release_customer(self, request: ApiRequest, customer_id: str) -> Any:
        """Its owner gives the customer up, into the pool."""
        return self.customer.release_customer(customer_id, request.body)

    @route("GET", "/customers/<customer_id>/history", permission="customers.read", query=PageQuery, answer=calls.TierMovePage)
    def show_history(self, request: ApiRequest, customer_id: str) -> Any:
        """Every move in the funnel with the facts it was decided on, the latest first."""
        return self.customer.show_history(customer_id, request.query)

    @route("GET", "/customers/<customer_id>/outlook", permission="customers.read", answer=calls.CustomerOutlook)
    def show_outlook(self, request: ApiRequest, customer_id: str) -> Any:
        """What comes next: the fall that comes unless something is done, and what would lift the customer."""
        return self.customer.show_outlook(customer_id)

    @route(
        "GET",
        "/customers/<customer_id>/departments",
        permission="customers.read",
        query=PageQuery,
        answer=calls.DepartmentPage,
    )
    def list_customer_departments(self, request: ApiRequest, customer_id: str) -> Any:
        return self.customer.list_departments(customer_id, request.query)

    @route(
        "POST",
        "/customers/<customer_id>/departments",
        permission="customers.write",
        body=calls.AddDepartment,
        answer=calls.Department,
        status=201,
    )
    def add_customer_department(self, request: ApiRequest, customer_id: str) -> Any:
        return self.customer.add_department(customer_id, request.body)

    @route("GET", "/customers/<customer_id>/contacts", permission="customers.read", query=PageQuery, answer=calls.ContactPage)
    def list_contacts(self, request: ApiRequest, customer_id: str) -> Any:
        return self.customer.list_contacts(customer_id, request.query)

    @route(
        "POST",
        "/customers/<customer_id>/contacts",
        permission="customers.write",
        body=calls.AddContact,
        answer=calls.Contact,
        status=201,
    )
    def add_contact(self, request: ApiRequest, customer_id: str) -> Any:
        return self.customer.add_contact(customer_id, request.body)

    @route(
        "GET",
        "/customers/<customer_id>/contact-logs",
        permission="customers.read",
        query=PageQuery,
        answer=calls.ContactLogPage,
    )
    def list_contact_logs(self, request: ApiRequest, customer_id: str) -> Any:
        """The latest first."""
        return self.customer.list_contact_logs(customer_id, request.query)

    @route(
        "POST",
        "/customers/<customer_id>/contact-logs",
        permission="customers.write",
        body=calls.AddContactLog,
        answer=calls.ContactLog,
        status=201,
    )
    def add_contact_log(self, request: ApiRequest, customer_id: str) -> Any:
        return self.customer.add_contact_log(customer_id, request.body)

    @route("GET", "/customers/<customer_id>/products", permission="customers.read", query=PageQuery, answer=calls.ProductPage)
    def list_products(self, request: ApiRequest, customer_id: str) -> Any:
        return self.customer.list_products(customer_id, request.query)

    @route(
        "POST",
        "/customers/<customer_id>/products",
        permission="customers.write",
        body=calls.AddProduct,
        answer=calls.Product,
        status=201,
    )
    def add_product(self, request: ApiRequest, customer_id: str) -> Any:
        return self.customer.add_product(customer_id, request.body)

    @route("GET", "/products/<product_id>", permission="customers.read", answer=calls.Product)
    def show_product(self, request: ApiRequest, product_id: str) -> Any:
        return self.customer.show_product(product_id)

    @route("GET", "/products/<product_id>/accounts", permission="customers.read", query=PageQuery, answer=calls.AccountPage)
    def list_accounts(self, request: ApiRequest, product_id: str) -> Any:
        return self.customer.list_accounts(product_id, request.query)

    @route("GET", "/contracts", permission="customers.read", query=calls.ContractQuery, answer=calls.ContractPage)
    def list_contracts(self, request: ApiRequest) -> Any:
        """What ends first stands first."""
        return self.customer.list_contracts(request.query)

    @route("GET", "/search", permission="customers.read", query=calls.SearchQuery, answer=calls.SearchAnswer)
    def search_customers(self, request: ApiRequest) -> Any:
        """Customers by name, contact, mobile, account or tax number; the best hit first."""
        return self.customer.search_customers(request.query)
