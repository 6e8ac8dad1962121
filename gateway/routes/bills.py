"""Billing runs, bills, and why there are none."""

from typing import Any

from gateway.http import ApiRequest, route
from gateway.identity.usecases.list_departments_below import list_departments_below
from services.contracts import billing_calls as calls
from services.kit.bus.rpc import ServiceClient
from services.kit.schema import load
from services.kit.unit_of_work import Begin


class BillRoutes:
    """``/billing-runs``, ``/bills``, ``/bill-refusals``."""

    billing = ServiceClient("billing")
    begin: Begin

    @route(
        "POST",
        "/billing-runs",
        permission="bills.generate",
        further=("bills.generate_all",),
        body=calls.StartBillingRun,
        answer=calls.BillingRun,
        status=202,
        refuses=(404,),
    )
    def start_billing_run(self, request: ApiRequest) -> Any:
        """Make a month's missing bills, of all customers or of one."""
        if load(calls.StartBillingRun, request.body)["customer_id"] is None:
            request.require("bills.generate_all")
        return self.billing.start_billing_run(request.body)

    @route("GET", "/billing-runs", permission="billing_runs.read", query=calls.BillingRunQuery, answer=calls.BillingRunPage)
    def list_billing_runs(self, request: ApiRequest) -> Any:
        """Runs over all customers and for one's own, the newest first."""
        return self.billing.list_billing_runs(request.query)

    @route("GET", "/billing-runs/<run_id>", permission="billing_runs.read", answer=calls.BillingRun)
    def show_billing_run(self, request: ApiRequest, run_id: str) -> Any:
        """How far a run is."""
        return self.billing.show_billing_run(run_id)

    @route("GET", "/bills", permission="bills.read", query=calls.BillQuery, answer=calls.BillPage)
    def list_bills(self, request: ApiRequest) -> Any:
        """Bills, the newest month first."""
        asked = load(calls.BillQuery, request.query)
        if asked["department_id"] is None:
            return self.billing.list_bills(request.query)
        below = list_departments_below(self.begin, asked["department_id"])
        return self.billing.list_bills({**request.query, "department_ids": [str(each) for each in below]})

    @route("GET", "/bills/<bill_id>", permission="bills.read", answer=calls.BillDetail)
    def show_bill(self, request: ApiRequest, bill_id: str) -> Any:
        """A bill, how every amount came about, and each account's share."""
        return self.billing.show_bill(bill_id)

    @route("GET", "/bill-refusals", permission="bills.read", query=calls.BillRefusalQuery, answer=calls.BillRefusalPage)
    def list_bill_refusals(self, request: ApiRequest) -> Any:
        """Why products got no bill, and what mends it."""
        return self.billing.list_bill_refusals(request.query)
