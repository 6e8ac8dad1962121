"""The page of one customer, and what can be started on it, brought together from every service."""

from typing import Any, Final

from gateway.composition import Part, PartClient, compose
from gateway.http import API, ApiRequest, route
from gateway.startable import startable_processes
from services.contracts import gateway_page_calls as pages
from services.contracts.sections import SectionQuery


class CustomerOverviewRoutes:
    """``/customers/{id}/overview`` and ``/startable-processes``."""

    customer_parts = PartClient("customer")
    workflow_parts = PartClient("workflow")
    billing_parts = PartClient("billing")
    payments_parts = PartClient("payments")

    @route(
        "GET",
        "/customers/<customer_id>/startable-processes",
        permission="processes.start",
        answer=pages.StartableProcesses,
    )
    def list_startable_processes(self, request: ApiRequest, customer_id: str) -> Any:
        """Every process that the caller's roles may start, in the catalogue's order: whether it can be started for this customer,
        about what of it, and why not about the rest.

        What the start itself would refuse before it looks at a form. What a service that is away would say is null and named in
        ``missing``.
        """
        owners = {"customer": self.customer_parts, "billing": self.billing_parts, "payments": self.payments_parts}
        parts = {name: Part("processes.start", owner.list_startable_processes, customer_id) for name, owner in owners.items()}
        offered = Part("processes.start", self.workflow_parts.list_startable_processes)
        # Whether there is such a customer for the caller, customer alone says.
        page = compose(request, {"workflow": offered, **parts}, essential=("customer", "workflow"))
        answers, missing = {name: page[name] for name in owners}, page["missing"]
        return {
            "items": startable_processes(page["workflow"]["items"], answers, missing, request.language),
            "missing": missing,
        }

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
            essential=("customer",),
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
