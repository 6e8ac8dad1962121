"""The page of one customer, brought together from every service."""

from typing import Any, Final

from gateway.composition import Part, PartClient, compose
from gateway.http import API, ApiRequest, route
from services.contracts import gateway_page_calls as pages
from services.contracts.sections import SectionQuery


class CustomerOverviewRoutes:
    """``/customers/{id}/overview``."""

    customer_parts = PartClient("customer")
    workflow_parts = PartClient("workflow")
    billing_parts = PartClient("billing")
    payments_parts = PartClient("payments")

    @route(
        "GET",
        "/customers/<customer_id>/overview",
        permission="customers.read",
        query=SectionQuery,
        answer=pages.CustomerOverview,
    )
    def show_customer_overview(self, request: ApiRequest, customer_id: str) -> Any:
        """One customer: info, contacts, logs, products and accounts, contracts, processes, bills, receipts, history, and what
        comes next; the first of each, and how many there are.

        All services are asked at once; what another than the customer's cannot bring in time is null and named in
        ``missing``.
        """
        billing, payments, asked = self.billing_parts, self.payments_parts, (customer_id, request.query)
        page = compose(
            request,
            {
                "customer": Part("customers.read", self.customer_parts.show_customer_sections, *asked),
                "processes": Part("processes.read", self.workflow_parts.show_customer_processes, *asked),
                "bills": Part("bills.read", billing.show_customer_bills, *asked),
                "invoices": Part("invoices.read", billing.show_customer_invoices, *asked),
                "receivables": Part("receivables.read", payments.show_customer_receivables, *asked),
                "receipts": Part("receipts.read", payments.show_customer_receipts, *asked),
            },
            essential="customer",
        )
        overview = {**page, **page["customer"]}
        links = {name: API + link.format(id=customer_id) for name, link in _LINKS.items() if overview[name] is not None}
        return {**overview, "links": links}


_LINKS: Final = {
    "departments": "/customers/{id}/departments",
    "contacts": "/customers/{id}/contacts",
    "contact_logs": "/customers/{id}/contact-logs",
    "products": "/customers/{id}/products",
    "accounts": "/accounts?customer_id={id}",
    "contracts": "/contracts?customer_id={id}&sort=-valid_to",
    "history": "/customers/{id}/history",
    "processes": "/processes?customer_id={id}",
    "bills": "/bills?customer_id={id}",
    "invoices": "/invoices?customer_id={id}",
    "receivables": "/receivables?customer_id={id}&unsettled=true",
    "receipts": "/receipts?customer_id={id}&pool=false",
}
"""Section → its whole list."""
