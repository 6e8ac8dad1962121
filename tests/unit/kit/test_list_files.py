"""Lists as files: how what a list shows is written in cells."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from marshmallow import ValidationError, fields

from services.kit.clock import Month
from services.kit.list_files import ListColumn, ListSheet, whole
from services.kit.schema import Id, Instant, Money, MonthField, Schema, UnitPrice

STATES = {"open": ("待对账", "Open"), "void": ("已作废", "Void")}


class Person(Schema):
    name = fields.String()


class Item(Schema):
    id = Id()
    title = fields.String()
    state = fields.String()
    amount = Money()
    price = UnitPrice()
    rate = fields.Decimal(as_string=True)
    quantity = fields.Integer()
    day = fields.Date()
    at = Instant()
    month = MonthField()
    counted = fields.Boolean(attribute="is_counted")
    names = fields.List(fields.String())
    owner = fields.Nested(Person, allow_none=True)


def cell(column: ListColumn, language: int = 0, **values: Any) -> tuple[Any, str]:
    """What stands in a column's cell, and its format."""
    sheet = ListSheet(("表", "Sheet"), Item, [column])
    (found,) = sheet.row_of(values, language)
    (headed,) = sheet.headed(language)
    return found, headed.number_format


@pytest.mark.parametrize(
    ("column", "values", "shown"),
    [
        ("title", {"title": "=1+1"}, ("=1+1", "")),
        ("amount", {"amount": Decimal("-12.50")}, (Decimal("-12.50"), "#,##0.00")),
        ("price", {"price": Decimal("0.035")}, (Decimal("0.035"), "0.00####")),
        ("rate", {"rate": Decimal("0.006")}, (Decimal("0.006"), "0.00####%")),
        ("quantity", {"quantity": 1_200}, (1_200, "#,##0")),
        ("day", {"day": date(2026, 4, 1)}, (date(2026, 4, 1), "yyyy-mm-dd")),
        ("at", {"at": datetime(2026, 3, 31, 16, 30, tzinfo=UTC)}, (datetime(2026, 4, 1, 0, 30), "yyyy-mm-dd hh:mm:ss")),  # noqa: DTZ001  # a cell knows no zone
        ("month", {"month": Month.parse("2026-03")}, ("2026-03", "")),
        ("counted", {"is_counted": False}, ("否", "")),
        ("names", {"names": ["张伟", "李娜"]}, ("张伟、李娜", "")),
        ("owner.name", {"owner": {"name": "张伟"}}, ("张伟", "")),
        ("owner.name", {"owner": None}, (None, "")),
        ("amount", {"amount": None}, (None, "#,##0.00")),
        ("quantity", {"quantity": 0}, (0, "#,##0")),
    ],
    ids=str,
)
def test_a_cell_is_of_its_fields_kind(column: str, values: dict[str, Any], shown: tuple[Any, str]) -> None:
    assert cell(ListColumn(column, ("列", "Column")), **values) == shown


def test_words_are_in_the_language_asked_for() -> None:
    column = ListColumn("state", ("状态", "State"), words=STATES)
    assert [cell(column, language, state="void")[0] for language in (0, 1)] == ["已作废", "Void"]
    assert [cell(ListColumn("counted", ("", "")), language, is_counted=True)[0] for language in (0, 1)] == ["是", "Yes"]
    assert cell(ListColumn("names", ("", "")), 1, names=["Wei", "Na"])[0] == "Wei, Na"
    assert [each.header for each in ListSheet(("表", "Sheet"), Item, [column]).headed(1)] == ["State"]


def test_a_row_may_be_an_entity_as_well() -> None:
    sheet = ListSheet(("表", "Sheet"), Item, [ListColumn("title", ("", "")), ListColumn("counted", ("", ""))])
    assert sheet.row_of(SimpleNamespace(title="云帆", is_counted=True), 0) == ["云帆", "是"]


@pytest.mark.parametrize("field", ["colour", "owner.colour", "title.colour", "id"])
def test_a_column_of_what_the_list_does_not_show_is_found_when_it_is_declared(field: str) -> None:
    with pytest.raises((KeyError, TypeError)):
        ListSheet(("表", "Sheet"), Item, [ListColumn(field, ("", ""))])


def test_a_code_without_words_is_a_fault_and_no_empty_cell() -> None:
    with pytest.raises(KeyError):
        cell(ListColumn("state", ("状态", "State"), words=STATES), state="closed")


def test_the_whole_of_a_list_has_no_pages() -> None:
    class Query(Schema):
        page_size = fields.Integer(load_default=50)
        cursor = fields.String(load_default="")
        sort = fields.String(load_default="")

    assert whole(Query)().load({}) == {"sort": ""}
    assert whole(Query) is whole(Query)
    with pytest.raises(ValidationError):
        whole(Query)().load({"page_size": 10})
