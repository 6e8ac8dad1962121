"""What a list's file should hold, told from what the list itself answers: written anew here, not by what writes the files."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from importlib import import_module
from typing import Any

from marshmallow import Schema, fields

from gateway.audit_sheet import AUDIT
from gateway.identity.usecases.export_list import LISTS as OWN
from gateway.openapi import routes_of
from gateway.service import Gateway
from services.kit.clock import SHANGHAI, parse_instant
from services.kit.list_files import LANGUAGES, ListColumn, ListSheet
from services.kit.schema import Instant, Money, UnitPrice
from services.kit.settings import SERVICES

_NUMBERS = (Money, UnitPrice, fields.Integer, fields.Decimal)


@cache
def sheets() -> dict[str, ListSheet]:
    """Of every list, by its path."""
    lists = {**OWN}
    for service in SERVICES:
        lists |= import_module(f"services.{service}.usecases.export_list").LISTS
    named = {**{name: listed.sheet for name, listed in lists.items()}, "audit_entries": AUDIT}
    files = {name.removeprefix("download_"): each.url for name, each, _ in routes_of(Gateway) if each.url.endswith(".xlsx")}
    return {files[name].removeprefix("/api/v1").removesuffix(".xlsx"): sheet for name, sheet in named.items()}


def header_of(sheet: ListSheet, language: str) -> list[str]:
    return [column.header[LANGUAGES.index(language)] for column in sheet.columns]


def cells_of(sheet: ListSheet, item: dict[str, Any], language: str) -> list[Any]:
    """An item's cells, as the reader of workbooks has them."""
    return [_cell(column, sheet.item, item, LANGUAGES.index(language)) for column in sheet.columns]


def are_alike(found: Sequence[Any], told: Sequence[Any]) -> bool:
    """Whether two rows say the same: a sheet's clock knows no more than milliseconds, and its numbers are floats."""
    return len(found) == len(told) and all(_is_alike(*pair) for pair in zip(found, told, strict=True))


def _is_alike(found: Any, told: Any) -> bool:
    if isinstance(told, datetime):
        # What has no time of day is read as a day.
        at = found if isinstance(found, datetime) else datetime(found.year, found.month, found.day)  # noqa: DTZ001  # no cell has one
        return abs(at - told) < timedelta(seconds=1)
    if isinstance(told, float):
        return isinstance(found, float) and abs(found - told) < 1e-9
    return bool(found == told)


def _cell(column: ListColumn, schema: type[Schema], item: dict[str, Any], language: int) -> Any:
    if column.shown is not None:
        shown = column.shown(item, language)
        return "" if shown is None else float(shown) if isinstance(shown, int) else shown
    *outer, name = column.field.split(".")
    for each in outer:
        nested = schema().fields[each]
        assert isinstance(nested, fields.Nested)
        schema, item = type(nested.schema), item[each] or {}
    value = item.get(name)
    if value is None or value == "":
        return ""
    if column.words is not None:
        return column.words[value][language]
    return _read(schema().fields[name], value, language)


def _read(field: fields.Field[Any], value: Any, language: int) -> Any:
    """A value that travelled, as its kind is shown."""
    if isinstance(field, _NUMBERS):
        return float(value)
    if isinstance(field, Instant):
        return parse_instant(value).astimezone(SHANGHAI).replace(tzinfo=None)
    if isinstance(field, fields.Date):
        return date.fromisoformat(value)
    if isinstance(field, fields.Boolean):
        return (("否", "No"), ("是", "Yes"))[value][language]
    if isinstance(field, fields.List):
        return ("、", ", ")[language].join(value)
    return value
