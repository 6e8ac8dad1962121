"""Invoices."""

from typing import Any

from gateway.http import ApiRequest, route
from services.contracts import billing_invoice_calls as invoices
from services.kit.bus.rpc import ServiceClient


class InvoiceRoutes:
    """``/invoices``."""

    billing = ServiceClient("billing")

    @route("GET", "/invoices", permission="invoices.read", query=invoices.InvoiceQuery, answer=invoices.InvoicePage)
    def list_invoices(self, request: ApiRequest) -> Any:
        """Those for bills, in advance, and red ones; released ones only when asked for."""
        return self.billing.list_invoices(request.query)

    @route("GET", "/invoices/<invoice_id>", permission="invoices.read", answer=invoices.InvoiceDetail)
    def show_invoice(self, request: ApiRequest, invoice_id: str) -> Any:
        """An invoice with the bills it is for, or that were set against it."""
        return self.billing.show_invoice(invoice_id)
