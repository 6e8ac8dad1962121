"""Interest and penalty: the monthly rate, the accounts left out, and what was accrued."""

from typing import Any

from gateway.http import ApiRequest, route
from services.contracts import payments_interest_calls as calls
from services.contracts.paging import PageQuery
from services.kit.bus.rpc import ServiceClient


class InterestRoutes:
    """``/interest-rates``, ``/interest-exemptions``, ``/interest``."""

    payments = ServiceClient("payments")

    @route("GET", "/interest-rates", permission="interest_rates.read", query=PageQuery, answer=calls.InterestRates)
    def show_interest_rates(self, request: ApiRequest) -> Any:
        """What holds this month, which months are accrued, and all that were set, by whom and why."""
        return self.payments.show_interest_rates(request.query)

    @route("PUT", "/interest-rates", permission="interest_rates.write", body=calls.SetInterestRate, answer=calls.InterestRates)
    def set_interest_rate(self, request: ApiRequest) -> Any:
        """Set the rate from a month on.

        Which version was seen stands in the body or in ``If-Match``; 409 (412) if it changed since, and for a month that is
        accrued.
        """
        return self.payments.set_interest_rate(request.change)

    @route(
        "GET",
        "/interest-exemptions",
        permission="interest_exemptions.read",
        query=calls.InterestExemptionQuery,
        answer=calls.InterestExemptionPage,
    )
    def list_interest_exemptions(self, request: ApiRequest) -> Any:
        """Accounts that were ever left out; with ``all`` every account, to find one by its identifier or customer."""
        return self.payments.list_interest_exemptions(request.query)

    @route(
        "PUT",
        "/interest-exemptions",
        permission="interest_exemptions.write",
        body=calls.SetInterestExemption,
        answer=calls.InterestExemption,
        refuses=(404,),
    )
    def set_interest_exemption(self, request: ApiRequest) -> Any:
        """Set in which months an account is left out. Which version was seen stands in the body or in ``If-Match``."""
        return self.payments.set_interest_exemption(request.change)

    @route("GET", "/interest", permission="interest.read", query=calls.InterestQuery, answer=calls.InterestPage)
    def list_interest(self, request: ApiRequest) -> Any:
        """Penalties and credits, accruals and corrections, of whoever bears them, each with its origin in words."""
        return self.payments.list_interest(request.query)
