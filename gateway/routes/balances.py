"""Prepaid balances and what was paid into them."""

from typing import Any

from gateway.http import ApiRequest, route
from services.contracts import billing_ledger_calls as ledger
from services.kit.bus.rpc import ServiceClient


class BalanceRoutes:
    """``/balances``, ``/accounts/{id}/ledger``, ``/recharges``."""

    billing = ServiceClient("billing")

    @route("GET", "/balances", permission="balances.read", query=ledger.BalanceQuery, answer=ledger.BalancePage)
    def list_balances(self, request: ApiRequest) -> Any:
        """Prepaid accounts with their balances, the lowest first."""
        return self.billing.list_balances(request.query)

    @route("GET", "/accounts/<account_id>/ledger", permission="balances.read", query=ledger.LedgerQuery, answer=ledger.Ledger)
    def show_ledger(self, request: ApiRequest, account_id: str) -> Any:
        """An account's prepaid balance, and every entry that made it, the latest first."""
        return self.billing.show_ledger(account_id, request.query)

    @route("GET", "/recharges/<process_id>", permission="balances.read", answer=ledger.Recharge)
    def show_recharge(self, request: ApiRequest, process_id: str) -> Any:
        """What an archived 销售充值 agreed, and when it was really invoiced and paid."""
        return self.billing.show_recharge(process_id)

    @route(
        "PATCH",
        "/recharges/<process_id>",
        permission="recharges.write",
        body=ledger.ChangeRecharge,
        answer=ledger.Recharge,
    )
    def change_recharge(self, request: ApiRequest, process_id: str) -> Any:
        """Enter when a recharge was really invoiced and paid; nothing else of it changes."""
        return self.billing.change_recharge(process_id, request.change)
