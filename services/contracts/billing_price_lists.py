"""Price lists as files: what the gateway sends and gets, and the columns of the file to fill in."""

from typing import Final

from marshmallow import fields, validate

from services.contracts.billing import PRICE_KINDS
from services.contracts.billing_price_calls import AgreedRow
from services.kit.schema import Schema

PRICE_LIST_BYTES_MAX: Final = 2 * 1024 * 1024

PRICE_LIST_COLUMNS: Final[tuple[tuple[tuple[str, str], tuple[str, str]], ...]] = (
    (("国家", "Country"), ("国家代码（ISO 3166 两位）或中英文名称；也可以是运营商", "Its ISO 3166 code or name; or an operator")),
    (("单价", "Unit price"), ("元，最多六位小数", "CNY, at most six decimals")),
    (("开始日期", "From"), ("可不填；各行须相同", "May be left out; the same in every row")),
    (("结束日期", "To"), ("可不填；各行须相同", "May be left out; the same in every row")),
)
"""Header and note of each column, Chinese and English."""


class ReadPriceList(Schema):
    """A file that the gateway has stored."""

    file_key = fields.String(required=True, validate=validate.Length(min=1, max=64))


class PriceList(Schema):
    """The file's prices, as a 销售调价's form takes them; dates are null where the file has none."""

    kind = fields.String(validate=validate.OneOf(PRICE_KINDS))
    valid_from = fields.Date(allow_none=True)
    valid_to = fields.Date(allow_none=True)
    prices = fields.List(fields.Nested(AgreedRow))
