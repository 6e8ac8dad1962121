"""Prices of products."""

from typing import Any

from gateway.http import ApiRequest, route
from services.contracts import billing_price_calls as calls
from services.kit.bus.rpc import ServiceClient


class PriceRoutes:
    """``/products/{id}/prices``, ``/price-quotes``."""

    billing = ServiceClient("billing")

    @route(
        "GET",
        "/products/<product_id>/prices",
        permission="prices.read",
        query=calls.ProductPricesQuery,
        answer=calls.ProductPrices,
    )
    def list_product_prices(self, request: ApiRequest, product_id: str) -> Any:
        """A product's prices, the newest first, and which of them holds when."""
        return self.billing.list_product_prices(product_id, request.query)

    @route(
        "POST", "/price-quotes", permission="prices.read", body=calls.PriceQuoteRequest, answer=calls.PriceQuote, refuses=(404,)
    )
    def quote_price(self, request: ApiRequest) -> Any:
        """What volumes would cost, line by line, under the price in force, or under a proposed one beside it."""
        return self.billing.quote_price(request.body)
