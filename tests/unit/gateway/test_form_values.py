"""Forms' values as a print shows them: field names with labels, choices by name, grids as tables, amounts (spec, "Print")."""

from typing import Any

import pytest

from gateway.prints.form_values import form_parts, names_in, value_text

CHOICES = [{"code": "unified", "name_zh": "统一价", "name_en": "Unified"}]


def field(code: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"code": code, "name_zh": f"{code} 名", "name_en": code.title(), "type": kind, "choices": [], "columns": [], **more}


TIERS = field("tiers", "grid", columns=[field("up_to", "integer"), field("unit_price", "decimal")])


@pytest.mark.parametrize(
    ("kind", "value", "zh", "en"),
    [
        ("text", "云帆 #strong[x]", "云帆 #strong[x]", "云帆 #strong[x]"),
        ("integer", 1234567, "1,234,567", "1,234,567"),
        ("money", "1234567.5", "1,234,567.50", "1,234,567.50"),
        ("decimal", "0.035000", "0.035000", "0.035000"),
        ("decimal", "no number", "no number", "no number"),
        ("decimal", "NaN", "NaN", "NaN"),
        ("boolean", True, "是", "Yes"),
        ("boolean", False, "否", "No"),
        ("boolean", "soon", "soon", "soon"),
        ("choice", "unified", "统一价", "Unified"),
        ("choice", "gone", "gone", "gone"),
        ("date", "2026-03-01", "2026-03-01", "2026-03-01"),
        ("list", ["a", "b"], "a；b", "a; b"),
        ("attachments", [{"id": "1", "name": "合同.pdf"}, {"id": "2", "name": "章.png"}], "合同.pdf；章.png", "合同.pdf; 章.png"),
        ("text", None, "", ""),
        ("list", [], "", ""),
    ],
)
def test_a_value_is_shown_in_words(kind: str, value: Any, zh: str, en: str) -> None:
    asked = field("x", kind, choices=CHOICES)
    assert (value_text(asked, value, "zh", {}), value_text(asked, value, "en", {})) == (zh, en)


@pytest.mark.parametrize(
    ("code", "zh", "en"), [("CMCC", "中国移动", "China Mobile"), ("SG", "新加坡", "Singapore"), ("ct", "ct", "ct")]
)
def test_a_row_of_a_price_table_is_called_by_its_operator_or_country(code: str, zh: str, en: str) -> None:
    segment = field("segment")
    assert (value_text(segment, code, "zh", {}), value_text(segment, code, "en", {})) == (zh, en)
    assert value_text(field("remarks"), code, "zh", {}) == code


def test_an_object_is_its_parts_by_their_names() -> None:
    invoice = field("invoice", "object", columns=[field("title"), field("number"), field("amount", "money")])
    value = {"title": "云帆", "amount": "5", "beside": "x"}
    assert value_text(invoice, value, "zh", {}) == "title 名 云帆，amount 名 5.00"
    assert value_text(invoice, value, "en", {}) == "Title: 云帆, Amount: 5.00"


def test_filled_fields_come_in_order_and_a_grid_between_them_is_a_table() -> None:
    prices = field("prices", "grid", columns=[field("segment"), field("operator"), TIERS])
    rows = [{"segment": "cmcc", "tiers": [{"up_to": 1000, "unit_price": "0.04"}, {"unit_price": "0.03"}]}, {"segment": "ct"}]
    form = {"from": "2026-03-01", "kind": "unified", "prices": rows, "reason": "量大", "total": "not a field"}
    fields = [field("from", "date"), field("to", "date"), field("kind", "choice", choices=CHOICES), prices, field("reason")]
    assert form_parts(fields, form, "zh", {}) == [
        {"pairs": [["from 名", "2026-03-01"], ["kind 名", "统一价"]]},
        {
            "label": "prices 名",
            "columns": ["segment 名", "tiers 名"],
            "rows": [["cmcc", "up_to 名 1,000，unit_price 名 0.04；unit_price 名 0.03"], ["ct", ""]],
        },
        {"pairs": [["reason 名", "量大"]]},
    ]


def test_a_reference_is_called_what_its_owner_wrote_beside_it() -> None:
    pairs = field("pairs", "grid", columns=[field("bill_id", "reference"), field("amount", "money")])
    row = {"bill_id": "b1", "amount": "9", "payer_name": "云帆", "bill_number": "B-7", "held": True, "more": None}
    form = {"pairs": [row, {"bill_id": "b2", "amount": "1"}]}
    (table,) = form_parts([pairs], form, "zh", names_in(form, {"id": "c1", "name": "云帆"}))
    assert table["columns"] == ["bill_id 名", "amount 名", "补充"]
    assert table["rows"] == [["B-7", "9.00", "云帆"], ["b2", "1.00", ""]]


def test_a_list_of_references_is_called_as_the_rows_that_complete_it() -> None:
    form = {
        "product_ids": ["p1", "p2"],
        "account_id": "a1",
        "products": [{"product_id": "p1", "name": "行业短信", "billing_cycle_months": 1}],
    }
    names = names_in(form, {"id": "a1", "name": "yunfan01"})
    assert form_parts([field("product_ids", "list"), field("account_id", "reference")], form, "zh", names) == [
        {"pairs": [["product_ids 名", "行业短信；p2"], ["account_id 名", "yunfan01"]]}
    ]


def test_a_grid_that_holds_no_rows_is_shown_as_it_stands() -> None:
    assert form_parts([TIERS], {"tiers": "see the file"}, "zh", {}) == [{"pairs": [["tiers 名", "see the file"]]}]
