"""Every list's file is the list: made of what the service has under its name, asked what the list is asked, by who may see it."""

import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from marshmallow import Schema, fields, validate

from gateway.audit_sheet import AUDIT
from gateway.http import Route
from gateway.identity.usecases.export_list import LISTS as OWN
from gateway.openapi import routes_of
from gateway.routes.list_files import ListFileRoutes
from gateway.service import Gateway
from services.contracts import audit_words, code_words
from services.kit.list_files import ListColumn, ListFile, ListSheet, whole
from services.kit.settings import SERVICES

TERMS = Path(__file__).resolve().parents[2] / "gateway" / "web" / "src" / "words"
LISTS: dict[str, dict[str, ListFile]] = {
    **{service: dict(import_module(f"services.{service}.usecases.export_list").LISTS) for service in SERVICES},
    "gateway": dict(OWN),
}
SHEETS = {**{name: listed.sheet for lists in LISTS.values() for name, listed in lists.items()}, "audit": AUDIT}
WITH_FEWER = {"/api/v1/customers": "customers.export"}
"""Lists that fewer may have as a file than see them, and the permission for it."""


def _routes() -> dict[str, Route]:
    return {each.url: each for _, each, _ in routes_of(Gateway) if each.method == "GET"}


def test_every_list_that_a_service_makes_a_file_of_can_be_asked_for() -> None:
    offered = {name.removeprefix("download_") for name, _, _ in routes_of(ListFileRoutes)}
    assert offered == SHEETS.keys() - {"audit"}
    assert sum(len(lists) for lists in LISTS.values()) == len(offered), "no two services call a list the same"


def test_a_lists_file_is_asked_what_the_list_is_asked_by_whoever_may_see_it() -> None:
    routes, files = _routes(), [each for _, each, _ in routes_of(ListFileRoutes)]
    assert len(files) > 25
    for file in files:
        listed = routes[file.url.removesuffix(".xlsx")]
        assert file.permission == WITH_FEWER.get(listed.url, listed.permission), file.url
        assert listed.query is not None
        assert file.query is whole(listed.query), file.url
        assert file.query().fields.keys() == listed.query().fields.keys() - {"page_size", "cursor"}


def test_a_service_reads_a_lists_query_as_its_route_says_it() -> None:
    queries = {name.removeprefix("download_"): each.query for name, each, _ in routes_of(ListFileRoutes)}
    for lists in LISTS.values():
        for name, listed in lists.items():
            assert queries[name] is whole(listed.query), name


@pytest.mark.parametrize("name", SHEETS)
def test_headers_are_in_both_languages_and_tell_the_columns_apart(name: str) -> None:
    sheet = SHEETS[name]
    for language in (0, 1):
        headers = [column.header[language] for column in sheet.columns]
        assert all(headers)
        assert len(set(headers)) == len(headers)
        assert sheet.title[language]
    foreign = [column.header[1] for column in sheet.columns if re.search(r"[\u4e00-\u9fff]", column.header[1])]
    assert foreign == []


@pytest.mark.parametrize("name", SHEETS)
def test_every_code_of_a_column_has_words(name: str) -> None:
    for column, field in _fields(SHEETS[name]):
        choices = [check for check in field.validators if isinstance(check, validate.OneOf)]
        if column.words is not None and choices:
            assert set(choices[0].choices) <= column.words.keys(), column.field
        else:
            assert not choices or column.shown is not None, f"{column.field} has codes; let the column have words"


@pytest.mark.parametrize("module", [code_words, audit_words], ids=["codes", "audit"])
def test_the_words_are_the_consoles(module: Any) -> None:
    chinese, english = (json.loads((TERMS / language / "terms.json").read_text("utf-8")) for language in ("zh", "en"))
    groups = {name: group for name, group in vars(module).items() if name.isupper()}
    assert groups
    for name, group in groups.items():
        told = {code: (words, english[name.lower()][code]) for code, words in chinese[name.lower()].items()}
        assert group == told, name


def _fields(sheet: ListSheet) -> Iterator[tuple[ListColumn, fields.Field[Any]]]:
    for column in sheet.columns:
        schema: type[Schema] = sheet.item
        *outer, name = column.field.split(".")
        for each in outer:
            nested = schema().fields[each]
            assert isinstance(nested, fields.Nested)
            schema = type(nested.schema)
        yield column, schema().fields[name]
