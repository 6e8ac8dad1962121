"""International price tables come as xlsx and are refused whole with a report by row (spec, billing.md, "Prices")."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from services.billing.usecases.take_price_list import take_price_list
from services.contracts.billing_price_lists import PriceList
from services.kit.errors import InvalidInput, NotFound
from services.kit.ids import new_id
from services.kit.schema import dump
from tests.integration.billing.office import Office, fields_of
from tests.workbooks import workbook

HEADER = ("国家", "单价", "开始日期", "结束日期")


def taken(office: Office, content: bytes) -> Any:
    stored = office.files.save(BytesIO(content), max_bytes=10**6)
    try:
        return dump(PriceList, take_price_list(office.files, file_key=stored.key))
    finally:
        with pytest.raises(NotFound, match="file_not_found"):
            b"".join(office.files.read(stored.key))


def listed(office: Office, *rows: Sequence[Any], header: Sequence[str] = HEADER) -> Any:
    return taken(office, workbook(header, *rows))


def test_a_list_becomes_the_prices_of_an_adjustment(office: Office, customer: UUID) -> None:
    product = office.product(customer, "国际短信", "international_sms")
    found = listed(
        office,
        ("US", 0.05, date(2026, 5, 1), date(2026, 12, 31)),
        ("新加坡", "0.123456", "2026-05-01", "2026/12/31"),
    )
    assert (found["kind"], found["valid_from"], found["valid_to"]) == ("unified", "2026-05-01", "2026-12-31")
    assert found["prices"] == [
        {"segment": "US", "tiers": [{"up_to": None, "unit_price": "0.050000"}]},
        {"segment": "SG", "tiers": [{"up_to": None, "unit_price": "0.123456"}]},
    ]
    prepared = office.prepare("price_adjustment", new_id(), product, found)
    assert prepared["form"]["prices"] == found["prices"]
    assert prepared["product_ids"] == [str(product)]


def test_columns_are_found_by_name_in_any_order_and_others_left_alone(office: Office) -> None:
    found = listed(office, ("备注", 0.05, "Japan"), header=("remark", "Unit Price", "Country"))
    assert found["prices"] == [{"segment": "JP", "tiers": [{"up_to": None, "unit_price": "0.050000"}]}]
    assert (found["valid_from"], found["valid_to"]) == (None, None)


def test_one_wrong_row_refuses_all_and_is_named_by_its_number(office: Office) -> None:
    with pytest.raises(InvalidInput, match="price_list_wrong") as refusal:
        listed(office, ("US", 0.05, "", ""), ("火星", "x", "", ""), ("", "", "", ""), ("美国", 0.06, "", ""))
    assert refusal.value.fields == {
        "rows.3.segment": ["segment_unknown|火星"],
        "rows.3.unit_price": ["not_a_price"],
        "rows.5.segment": ["segment_repeated_from|2"],
    }


def test_a_file_that_is_no_list_says_why(office: Office) -> None:
    with pytest.raises(InvalidInput, match="sheet_unreadable"):
        taken(office, b"country,price")
    assert fields_of(lambda: listed(office)) == {"file": ["empty_file"]}
    missing = fields_of(lambda: listed(office, ("US", 1), header=("国家", "备注")))
    assert missing == {"file": ["column_missing|单价"]}
    with pytest.raises(InvalidInput, match="sheet_too_many_rows"):
        listed(office, *[("US", 0.05, "", "")] * 301)
