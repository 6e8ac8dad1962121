"""The first page: what a person is to know and to do today, brought together from every service."""

from typing import Any, Final

from gateway.composition import Part, PartClient, compose
from gateway.http import API, ApiRequest, route
from services.contracts import gateway_page_calls as pages
from services.kit.schema import load


class DashboardRoutes:
    """``/dashboard``."""

    customer_parts = PartClient("customer")
    workflow_parts = PartClient("workflow")
    payments_parts = PartClient("payments")
    notify_parts = PartClient("notify")

    @route("GET", "/dashboard", permission="dashboard", query=pages.DashboardQuery, answer=pages.Dashboard)
    def show_dashboard(self, request: ApiRequest) -> Any:
        """Profit and commission by day, to-dos by kind, customers about to fall, bills about to be due, what still blocks
        commission; the funnel and the counters beside it.

        All services are asked at once. What one of them cannot bring in time is null and named in ``missing``; 503
        only if nothing at all can be had.
        """
        wanted = load(pages.DashboardQuery, request.query)
        ahead = {"within_days": wanted["within_days"], "first": wanted["first"]}
        month = {} if wanted["month"] is None else {"month": str(wanted["month"])}
        customer, payments = self.customer_parts, self.payments_parts
        page = compose(
            request,
            {
                "profit_and_commission": Part("commission.read", payments.profit_and_commission_by_day, month),
                "to_dos": Part("processes.read", self.workflow_parts.count_processes, {"box": "todo"}),
                "funnel": Part("customers.read", customer.count_funnel),
                "falls": Part("customers.read", customer.list_falls, ahead),
                "due_bills": Part("receivables.read", payments.show_due_bills, ahead),
                "blocked_commission": Part("commission.read", payments.show_blocked_commission, {"first": wanted["first"]}),
                "counters": Part("messages.read", self.notify_parts.count_messages),
            },
        )
        return {**page, "links": {name: API + _LINKS[name].format(**page[name]) for name in _LINKS if page[name] is not None}}


_LINKS: Final = {
    "to_dos": "/processes?box=todo",
    "falls": "/customers?falls_within_days={within_days}",
    "due_bills": "/receivables?unsettled=true&due_to={due_to}",
    "blocked_commission": "/commission-statements/missing?month={month}",
}
"""Part → its whole list."""
