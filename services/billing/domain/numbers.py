"""Bills' numbers (spec, billing.md, "Bills"). Pure."""

from typing import Final

from services.kit.clock import Month

NUMBER_BEGINS: Final = "账单-"


def bill_number(month: Month, customer_name: str, product_name: str, serial: int) -> str:
    """Readable and, by its serial among the month's bills of names that read alike, unique:
    ``账单-2020-04-上海云帆-行业短信-001``."""
    return f"{NUMBER_BEGINS}{month}-{customer_name}-{product_name}-{serial:03d}"
