"""What sales earns, and the dashboard's money."""

from typing import Any

from gateway.http import ApiRequest, route
from services.contracts import payments_commission_calls as calls
from services.kit.bus.rpc import ServiceClient


class CommissionRoutes:
    """``/commission-statements``, ``/dashboard``."""

    payments = ServiceClient("payments")

    @route(
        "GET",
        "/commission-statements",
        permission="commission.read",
        query=calls.CommissionQuery,
        answer=calls.CommissionStatement,
    )
    def show_commission_statement(self, request: ApiRequest) -> Any:
        return self.payments.show_commission_statement(request.query)

    @route("GET", "/dashboard", permission="commission.read", query=calls.DashboardQuery, answer=calls.ProfitAndCommission)
    def show_dashboard(self, request: ApiRequest) -> Any:
        return self.payments.profit_and_commission_by_day(request.query)
