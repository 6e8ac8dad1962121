"""Reading price lists from xlsx or xls (spec, billing.md, "Prices"). Columns are found by their names, in any order."""

from collections.abc import Mapping
from typing import Final

from services.billing.documents.country_names import segment_called
from services.billing.domain.price_lists import ListedPrice
from services.kit.errors import InvalidInput
from services.kit.sheets import read_text_rows

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "segment": ("国家或运营商", "国家", "国家/地区", "国家地区", "地区", "运营商", "国家代码", "country", "segment", "operator"),
    "unit_price": ("单价", "单价(元)", "单价（元）", "价格", "unit price", "unit_price", "price"),
    "valid_from": ("开始日期", "生效日期", "起", "from", "valid_from"),
    "valid_to": ("结束日期", "截止日期", "失效日期", "止", "to", "valid_to"),
}
REQUIRED: Final = ("segment", "unit_price")
ROWS_MAX: Final = 300


def read_price_list_file(content: bytes) -> list[ListedPrice]:
    """The rows below the header, as written.

    :raises InvalidInput: ``sheet_unreadable``, ``sheet_too_many_rows``; at ``file``: ``empty_file``, ``column_missing``.
    """
    rows = read_text_rows(content, rows_max=ROWS_MAX)
    if len(rows) < 2:
        raise InvalidInput(fields={"file": ["empty_file"]})
    places = _places([header.casefold() for header in rows[0][1]])
    return [_listed(number, cells, places) for number, cells in rows[1:]]


def _places(headers: list[str]) -> dict[str, int]:
    places = {field: next((headers.index(name) for name in names if name in headers), -1) for field, names in COLUMNS.items()}
    missing = [f"column_missing|{COLUMNS[field][0]}" for field in REQUIRED if places[field] < 0]
    if missing:
        raise InvalidInput(fields={"file": missing})
    return places


def _listed(number: int, cells: list[str], places: Mapping[str, int]) -> ListedPrice:
    texts = {field: cells[at] if 0 <= at < len(cells) else "" for field, at in places.items()}
    name = texts["segment"]
    return ListedPrice(number, name, segment_called(name), texts["unit_price"], texts["valid_from"], texts["valid_to"])
