"""What hangs on a customer: departments, contacts, contact logs, products, accounts, contracts."""

from typing import Any

from gateway.http import ApiRequest, route
from services.contracts import customer_account_calls as accounts
from services.contracts import customer_parts_calls as parts
from services.contracts.paging import PageQuery
from services.kit.bus.rpc import ServiceClient


class CustomerPartRoutes:
    """Below ``/customers/{id}``, ``/products``, ``/accounts`` and ``/contracts``: each as far as the caller sees its customer.

    Which version of something a change is of stands in the body (else 409) or in ``If-Match`` (else 412).
    """

    customer = ServiceClient("customer")

    @route(
        "GET",
        "/customers/<customer_id>/departments",
        permission="customers.read",
        query=PageQuery,
        answer=parts.CustomerDepartmentPage,
    )
    def list_customer_departments(self, request: ApiRequest, customer_id: str) -> Any:
        """The customer's departments, by name."""
        return self.customer.list_departments(customer_id, request.query)

    @route(
        "POST",
        "/customers/<customer_id>/departments",
        permission="customers.write",
        body=parts.AddCustomerDepartment,
        answer=parts.CustomerDepartment,
        status=201,
    )
    def add_customer_department(self, request: ApiRequest, customer_id: str) -> Any:
        """Add a department of the customer's."""
        return self.customer.add_department(customer_id, request.body)

    @route(
        "PATCH",
        "/customers/<customer_id>/departments/<department_id>",
        permission="customers.write",
        body=parts.ChangeCustomerDepartment,
        answer=parts.CustomerDepartment,
    )
    def change_customer_department(self, request: ApiRequest, customer_id: str, department_id: str) -> Any:
        """Change a department of the customer's."""
        return self.customer.change_department(customer_id, department_id, request.change)

    @route("GET", "/customers/<customer_id>/contacts", permission="customers.read", query=PageQuery, answer=parts.ContactPage)
    def list_contacts(self, request: ApiRequest, customer_id: str) -> Any:
        """By name; those who have left the customer stand last."""
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
        """Add a contact, in one of the customer's departments or in none."""
        return self.customer.add_contact(customer_id, request.body)

    @route(
        "PATCH",
        "/customers/<customer_id>/contacts/<contact_id>",
        permission="customers.write",
        body=parts.ChangeContact,
        answer=parts.Contact,
    )
    def change_contact(self, request: ApiRequest, customer_id: str, contact_id: str) -> Any:
        """Set what is given. Whoever left the customer is marked (``has_left``), not deleted: the logs name them."""
        return self.customer.change_contact(customer_id, contact_id, request.change)

    @route(
        "GET",
        "/customers/<customer_id>/contact-logs",
        permission="customers.read",
        query=parts.ContactLogQuery,
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
        """Note a touch with the customer; it can be changed for 24 hours."""
        return self.customer.add_contact_log(customer_id, request.body)

    @route(
        "PATCH",
        "/customers/<customer_id>/contact-logs/<log_id>",
        permission="customers.write",
        body=parts.ChangeContactLog,
        answer=parts.ContactLog,
    )
    def change_contact_log(self, request: ApiRequest, customer_id: str, log_id: str) -> Any:
        """By its author, within 24 hours of its making; 409 ``contact_log_closed`` from then on."""
        return self.customer.change_contact_log(customer_id, log_id, request.change)

    @route(
        "POST",
        "/customers/<customer_id>/contact-logs/<log_id>/additions",
        permission="customers.write",
        body=parts.AddToContactLog,
        answer=parts.ContactLog,
        status=201,
    )
    def add_to_contact_log(self, request: ApiRequest, customer_id: str, log_id: str) -> Any:
        """A remark at any time; the answer is the log with all of them."""
        return self.customer.add_to_contact_log(customer_id, log_id, request.body)

    @route("GET", "/follow-ups", permission="customers.read", query=parts.FollowUpQuery, answer=parts.FollowUpPage)
    def list_follow_ups(self, request: ApiRequest) -> Any:
        """What is planned and still open, by day: until the customer is in touch on that day or later."""
        return self.customer.list_follow_ups(request.query)

    @route("GET", "/customers/<customer_id>/products", permission="customers.read", query=PageQuery, answer=parts.ProductPage)
    def list_products(self, request: ApiRequest, customer_id: str) -> Any:
        """What the customer buys, with how many accounts each product has."""
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
        """Add a product: the unit of pricing and billing."""
        return self.customer.add_product(customer_id, request.body)

    @route("GET", "/products/<product_id>", permission="customers.read", answer=parts.Product)
    def show_product(self, request: ApiRequest, product_id: str) -> Any:
        """A product; its ``ETag`` is the version that a change names."""
        return self.customer.show_product(product_id)

    @route("PATCH", "/products/<product_id>", permission="customers.write", body=parts.ChangeProduct, answer=parts.Product)
    def change_product(self, request: ApiRequest, product_id: str) -> Any:
        """Set what is given; type and payment mode only while it has no account. A process changes the billing cycle."""
        return self.customer.change_product(product_id, request.change)

    @route("GET", "/products", permission="customers.read", query=parts.ProductQuery, answer=parts.ProductPage)
    def list_all_products(self, request: ApiRequest) -> Any:
        """Products of all customers that the caller sees, narrowed by customer, type and payment mode."""
        return self.customer.list_all_products(request.query)

    @route("GET", "/products/<product_id>/accounts", permission="customers.read", query=PageQuery, answer=parts.AccountPage)
    def list_accounts(self, request: ApiRequest, product_id: str) -> Any:
        """The product's accounts."""
        return self.customer.list_accounts(product_id, request.query)

    @route(
        "POST",
        "/products/<product_id>/accounts",
        permission="accounts.write",
        body=parts.OpenAccount,
        answer=parts.Account,
        status=201,
    )
    def open_account(self, request: ApiRequest, product_id: str) -> Any:
        """By hand; 测试账号申请 opens accounts, too."""
        return self.customer.open_account(product_id, request.body)

    @route("GET", "/accounts", permission="customers.read", query=parts.AccountQuery, answer=parts.AccountPage)
    def list_all_accounts(self, request: ApiRequest) -> Any:
        """Accounts of all customers that the caller sees, narrowed by customer, product, status and text."""
        return self.customer.list_all_accounts(request.query)

    @route("GET", "/accounts/<account_id>", permission="customers.read", answer=parts.Account)
    def show_account(self, request: ApiRequest, account_id: str) -> Any:
        """An account; its ``ETag`` is the version that a change names."""
        return self.customer.show_account(account_id)

    @route("PATCH", "/accounts/<account_id>", permission="accounts.write", body=parts.ChangeAccount, answer=parts.Account)
    def change_account(self, request: ApiRequest, account_id: str) -> Any:
        """A trial becomes active; either may be blocked, and let in again as active; closed is the end."""
        return self.customer.change_account(account_id, request.change)

    @route(
        "GET",
        "/accounts/<account_id>/signatures",
        permission="customers.read",
        query=accounts.AccountSignatureQuery,
        answer=accounts.AccountSignaturePage,
    )
    def list_signatures(self, request: ApiRequest, account_id: str) -> Any:
        """What 通道报备 registered on it: with which channel, for which messages, since when, by which process."""
        return self.customer.list_signatures(account_id, request.query)

    @route("GET", "/signatures", permission="customers.read", query=accounts.SignatureQuery, answer=accounts.AccountSignaturePage)
    def list_all_signatures(self, request: ApiRequest) -> Any:
        """Of all accounts, or of a product's or a customer's."""
        return self.customer.list_all_signatures(request.query)

    @route(
        "GET",
        "/accounts/<account_id>/exempt-words",
        permission="customers.read",
        query=PageQuery,
        answer=accounts.ExemptWordPage,
    )
    def list_exempt_words(self, request: ApiRequest, account_id: str) -> Any:
        """The sensitive words that 客服特殊申请 let through. Sorts: word, exempt_since."""
        return self.customer.list_exempt_words(account_id, request.query)

    @route("GET", "/contracts/<contract_id>", permission="customers.read", answer=parts.Contract)
    def show_contract(self, request: ApiRequest, contract_id: str) -> Any:
        """A contract, with its products and its stamped scan."""
        return self.customer.show_contract(contract_id)

    @route("GET", "/contracts", permission="customers.read", query=parts.ContractQuery, answer=parts.ContractPage)
    def list_contracts(self, request: ApiRequest) -> Any:
        """What ends first stands first."""
        return self.customer.list_contracts(request.query)
