"""Receivables and write-offs."""

from typing import Any

from gateway.http import ApiRequest, route
from services.contracts import payments_calls as calls
from services.kit.bus.rpc import ServiceClient


class ReceivableRoutes:
    """``/receivables``, ``/write-offs``."""

    payments = ServiceClient("payments")

    @route("GET", "/receivables", permission="receivables.read", query=calls.ReceivableQuery, answer=calls.ReceivablePage)
    def list_receivables(self, request: ApiRequest) -> Any:
        """What is owed for reconciled bills, and why no write-off has started for what is open."""
        return self.payments.list_receivables(request.query)

    @route("GET", "/receivables/<bill_id>", permission="receivables.read", answer=calls.ReceivableDetail)
    def show_receivable(self, request: ApiRequest, bill_id: str) -> Any:
        """A bill's receivable with the receipts that went to it, or are held for it."""
        return self.payments.show_receivable(bill_id)

    @route("GET", "/write-offs", permission="receivables.read", query=calls.WriteOffQuery, answer=calls.WriteOffPage)
    def list_write_offs(self, request: ApiRequest) -> Any:
        """Write-offs and their reversals, by hand or automatic, whatever became of them."""
        return self.payments.list_write_offs(request.query)

    @route("GET", "/write-offs/<write_off_id>", permission="receivables.read", answer=calls.WriteOffDetail)
    def show_write_off(self, request: ApiRequest, write_off_id: str) -> Any:
        """A write-off with its amount for each pair, who ended it and why, and the reversal that it is under."""
        return self.payments.show_write_off(write_off_id)
