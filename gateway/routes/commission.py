"""What sales earns, and the costs and rates it is computed from."""

from typing import Any, Final

from werkzeug.wrappers import Response

from gateway.downloads import send_made
from gateway.http import ApiRequest, route
from services.contracts import payments_commission_calls as calls
from services.contracts import payments_cost_calls as costs
from services.kit.bus.rpc import ServiceClient
from services.kit.health import SettingsProvider
from services.kit.settings import Settings
from services.kit.sheets import MEDIA_TYPE
from services.kit.storage import file_store

EXPORT_SECONDS_MAX: Final = 60.0


class CommissionRoutes:
    """``/commission-statements``, ``/unit-costs``, ``/commission-rates``."""

    payments = ServiceClient("payments")
    payments_exports = ServiceClient("payments", timeout_seconds=EXPORT_SECONDS_MAX)
    settings: Settings = SettingsProvider()

    @route(
        "GET",
        "/commission-statements",
        permission="commission.read",
        query=calls.CommissionQuery,
        answer=calls.CommissionStatement,
    )
    def show_commission_statement(self, request: ApiRequest) -> Any:
        """A month's commission with every entry's source, and what is still missing; of all that the caller sees."""
        return self.payments.show_commission_statement(request.query)

    @route(
        "GET",
        "/commission-statements/missing",
        permission="commission.read",
        query=calls.MissingQuery,
        answer=calls.MissingPage,
    )
    def list_missing_commission(self, request: ApiRequest) -> Any:
        """The bills that bring no commission yet, the oldest first: why not, what to do about it, and what it would bring."""
        return self.payments.list_missing_commission(request.query)

    @route(
        "GET",
        "/commission-statements/owners",
        permission="commission.compare",
        query=calls.OwnersQuery,
        answer=calls.OwnerPage,
    )
    def list_commission_by_owner(self, request: ApiRequest) -> Any:
        """A month's sums by salesperson: what is to be paid to whom."""
        return self.payments.list_commission_by_owner(request.query)

    @route(
        "GET",
        "/commission-statements.xlsx",
        permission="commission.read",
        query=calls.CommissionScope,
        media_type=MEDIA_TYPE,
        long_lived=True,
    )
    def download_commission(self, request: ApiRequest) -> Response:
        """The statement as a file: every entry with its source, at most 50,000, and the sums by salesperson."""
        made = self.payments_exports.export_commission({**request.query, "language": request.language})
        return send_made(file_store(self.settings), made, "commission.xlsx")

    @route("GET", "/unit-costs", permission="unit_costs.read", answer=costs.UnitCosts)
    def show_unit_costs(self, request: ApiRequest) -> Any:
        """What a message of each product type costs: today, and from which day on otherwise."""
        return self.payments.show_unit_costs()

    @route("PUT", "/unit-costs", permission="unit_costs.write", body=costs.SetUnitCost, answer=costs.UnitCosts)
    def set_unit_cost(self, request: ApiRequest) -> Any:
        """Set one from a day on, with the reason; what has been earned stays as it was earned.

        Which version of the list was seen stands in the body (else 409) or in ``If-Match`` (else 412).
        """
        return self.payments.set_unit_cost(request.change)

    @route("GET", "/unit-costs/versions", permission="unit_costs.read", query=costs.ValueHistoryQuery, answer=costs.UnitCostPage)
    def list_unit_costs(self, request: ApiRequest) -> Any:
        """Every unit cost that was set, by whom and why, the newest first."""
        return self.payments.list_unit_costs(request.query)

    @route("GET", "/commission-rates", permission="commission_rates.read", answer=costs.CommissionRates)
    def show_commission_rates(self, request: ApiRequest) -> Any:
        """Which part of the profit sales earns by product type: today, and from which day on otherwise."""
        return self.payments.show_commission_rates()

    @route(
        "PUT",
        "/commission-rates",
        permission="commission_rates.write",
        body=costs.SetCommissionRate,
        answer=costs.CommissionRates,
    )
    def set_commission_rate(self, request: ApiRequest) -> Any:
        """Set one from a day on, as ``PUT /unit-costs``."""
        return self.payments.set_commission_rate(request.change)

    @route(
        "GET",
        "/commission-rates/versions",
        permission="commission_rates.read",
        query=costs.ValueHistoryQuery,
        answer=costs.CommissionRatePage,
    )
    def list_commission_rates(self, request: ApiRequest) -> Any:
        """Every rate that was set, by whom and why, the newest first."""
        return self.payments.list_commission_rates(request.query)
