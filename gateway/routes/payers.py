"""Payers: whose they may be, and whose names they are remembered as."""

from typing import Any

from gateway.http import ApiRequest, route
from services.contracts import payments_matching_calls as calls
from services.kit.bus.rpc import ServiceClient


class PayerRoutes:
    """``/receipt-suggestions``, ``/payer-aliases``."""

    payments = ServiceClient("payments")

    @route("POST", "/receipt-suggestions", permission="receipts.read", body=calls.SuggestCustomers, answer=calls.Suggestions)
    def suggest_customers(self, request: ApiRequest) -> Any:
        """Whose the unmatched receipts of a page may be, each with its reasons; nothing is changed by asking."""
        return self.payments.suggest_customers(request.body)

    @route("GET", "/payer-aliases", permission="receipts.read", query=calls.PayerAliasQuery, answer=calls.PayerAliasPage)
    def list_payer_aliases(self, request: ApiRequest) -> Any:
        """The payers' names that were remembered as customers' when a receipt was assigned, withdrawn ones included."""
        return self.payments.list_payer_aliases(request.query)

    @route(
        "POST",
        "/payer-aliases/<alias_id>/withdraw",
        permission="receipts.assign",
        body=calls.WithdrawAlias,
        answer=calls.PayerAlias,
    )
    def withdraw_payer_alias(self, request: ApiRequest, alias_id: str) -> Any:
        """Let a payer match the customer no longer. Receipts that are matched stay so; each match is undone by itself."""
        return self.payments.withdraw_payer_alias(alias_id, request.body)
