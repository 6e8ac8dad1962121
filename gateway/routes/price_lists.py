"""Price lists as files, for a 销售调价's form."""

from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Response

from gateway.http import ApiRequest, route
from gateway.wording import LANGUAGES
from services.contracts import billing_price_lists as calls
from services.kit.bus.rpc import ServiceClient
from services.kit.clock import utc_now
from services.kit.health import SettingsProvider
from services.kit.settings import Settings
from services.kit.sheets import MEDIA_TYPE, SheetColumn, pieces_of, written_sheet
from services.kit.storage import file_store


class PriceListRoutes:
    """``/price-tables``."""

    billing = ServiceClient("billing")
    settings: Settings = SettingsProvider()

    @route(
        "POST",
        "/price-tables",
        permission="prices.read",
        answer=calls.PriceList,
        upload=True,
        max_bytes=calls.PRICE_LIST_BYTES_MAX,
        media_type="application/octet-stream",
    )
    def read_price_table(self, request: ApiRequest) -> Any:
        """Read an xlsx or xls of prices by country or operator for a 销售调价's form. Nothing is kept of it.

        Refused whole, with what is wrong by row and column, if one row is wrong (``rows.5.unit_price``).
        """
        stored = file_store(self.settings).save(request.stream, max_bytes=calls.PRICE_LIST_BYTES_MAX)
        return self.billing.read_price_list({"file_key": stored.key})

    @route("GET", "/price-tables/template.xlsx", permission="prices.read", media_type=MEDIA_TYPE)
    def download_price_table_template(self, request: ApiRequest) -> Response:
        """The file to fill in: every column with a note of what it may hold."""
        at = LANGUAGES.index(request.language)
        columns = [SheetColumn(header[at], note=note[at]) for header, note in calls.PRICE_LIST_COLUMNS]
        name = ("价格表", "Price table")[at]
        file = written_sheet(columns, [], title=name, made_at=request.context.as_of or utc_now())
        disposition = f"attachment; filename=\"prices.xlsx\"; filename*=UTF-8''{quote(f'{name}.xlsx', safe='')}"
        return Response(pieces_of(file), content_type=MEDIA_TYPE, headers={"Content-Disposition": disposition})
