"""What hangs on a customer: departments, contacts, contact logs, products, accounts, contracts."""

from typing import Any

from gateway.http import ApiRequest, route
from services.contracts import customer_parts_calls as parts
from services.contracts.paging import PageQuery
from services.kit.bus.rpc import ServiceClient


class CustomerPartRoutes:
    """Below ``/customers/{id}``, ``/products`` and ``/contracts``: each as far as the caller sees its customer."""

    customer = ServiceClient("customer")

    @route(
        "GET",
        "/customers/<customer_id>/departments",
        permission="customers.read",
        query=PageQuery,
        answer=parts.DepartmentPage,
    )
    def list_customer_departments(self, request: ApiRequest, customer_id: str) -> Any:
        return self.customer.list_departments(customer_id, request.query)

    @route(
        "POST",
        "/customers/<customer_id>/departments",
        permission="customers.write",
        body=parts.AddDepartment,
        answer=parts.Department,
        status=201,
    )
    def add_customer_department(self, request: ApiRequest, customer_id: str) -> Any:
        return self.customer.add_department(customer_id, request.body)

    @route("GET", "/customers/<customer_id>/contacts", permission="customers.read", query=PageQuery, answer=parts.ContactPage)
    def list_contacts(self, request: ApiRequest, customer_id: str) -> Any:
        return self.customer.list_contacts(customer_id, request.query)

    @route(
        "POST",
        "/customers/<customer_id>/contacts",
        permission="customers.write",
        body=parts.AddContact,
        answer=parts.Contact,
        status=201,
    )
    def add_contact(self, request: ApiRequest, customer_id: str) -> Any:
        return self.customer.add_contact(customer_id, request.body)

    @route(
        "GET",
        "/customers/<customer_id>/contact-logs",
        permission="customers.read",
        query=PageQuery,
        answer=parts.ContactLogPage,
    )
    def list_contact_logs(self, request: ApiRequest, customer_id: str) -> Any:
        """The latest first."""
        return self.customer.list_contact_logs(customer_id, request.query)

    @route(
        "POST",
        "/customers/<customer_id>/contact-logs",
        permission="customers.write",
        body=parts.AddContactLog,
        answer=parts.ContactLog,
        status=201,
    )
    def add_contact_log(self, request: ApiRequest, customer_id: str) -> Any:
        return self.customer.add_contact_log(customer_id, request.body)

    @route("GET", "/customers/<customer_id>/products", permission="customers.read", query=PageQuery, answer=parts.ProductPage)
    def list_products(self, request: ApiRequest, customer_id: str) -> Any:
        return self.customer.list_products(customer_id, request.query)

    @route(
        "POST",
        "/customers/<customer_id>/products",
        permission="customers.write",
        body=parts.AddProduct,
        answer=parts.Product,
        status=201,
    )
    def add_product(self, request: ApiRequest, customer_id: str) -> Any:
        return self.customer.add_product(customer_id, request.body)

    @route("GET", "/products/<product_id>", permission="customers.read", answer=parts.Product)
    def show_product(self, request: ApiRequest, product_id: str) -> Any:
        return self.customer.show_product(product_id)

    @route("GET", "/products/<product_id>/accounts", permission="customers.read", query=PageQuery, answer=parts.AccountPage)
    def list_accounts(self, request: ApiRequest, product_id: str) -> Any:
        return self.customer.list_accounts(product_id, request.query)

    @route("GET", "/contracts", permission="customers.read", query=parts.ContractQuery, answer=parts.ContractPage)
    def list_contracts(self, request: ApiRequest) -> Any:
        """What ends first stands first."""
        return self.customer.list_contracts(request.query)
