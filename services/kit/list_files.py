"""Lists as files: what a list shows its reader, all of it, as xlsx (spec, gateway.md: every list exports).

A list is declared once, by what reads a page of it and by its columns::

    BILLS = ListSheet(
        ("账单", "Bills"),
        calls.Bill,
        [
            ListColumn("number", ("账单编号", "Number"), width=40),
            ListColumn("state", ("状态", "State"), words=BILL_STATE_NAMES),
            ListColumn("amount", ("账单金额", "Amount")),
        ],
    )
    LISTS = {"bills": ListFile(BILLS, calls.BillQuery, list_bills)}

How a cell is written follows from the item's schema: amounts are numbers, instants Shanghai's clock, codes words. The rows come
from the very use case that the list itself is read by, a large page after the other, all of one moment; so that filters, order
and what its reader may see cannot be others. See decision 0034.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any, Final

import marshmallow
from marshmallow import fields, validate
from marshmallow.utils import get_value

from services.kit.clock import SHANGHAI
from services.kit.errors import InvalidInput
from services.kit.files import FileStore
from services.kit.paging import Page, bound_whole_list
from services.kit.schema import Instant, Money, MonthField, Schema, UnitPrice, instance_of, load
from services.kit.sheets import SheetColumn, written_sheet
from services.kit.unit_of_work import Begin

LANGUAGES: Final = ("zh", "en")
ROWS_MAX: Final = 100_000
"""Of one file; its asker waits while it is made."""
PIECE_ROWS: Final = 1_000
"""Read at once: so few that the other green threads do not notice, and so many that queries do not count."""
FILE_BYTES_MAX: Final = 256 * 1024 * 1024
YES_NO: Final = {True: ("是", "Yes"), False: ("否", "No")}

Words = tuple[str, str]
"""Chinese and English."""


class ExportList(Schema):
    """Which list is wanted as a file: its name, what its path names, its filters and order as its route has them."""

    name = fields.String(required=True)
    path = fields.List(fields.String(), load_default=list)
    query = fields.Dict(keys=fields.String(), required=True)
    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES))


class ListFileMade(Schema):
    """Where the gateway finds a file, and how it is called."""

    file_key = fields.String()
    file_name = fields.String()


@dataclass(frozen=True)
class ListColumn:
    """A column of a list's file.

    :param field: of the list's item, through what it is nested in: ``subject.name``.
    :param words: of each code that the field may have.
    :param shown: what stands in the cell, of an item and the language's place in :data:`LANGUAGES`; else the field's value.
    :param number_format: another one than the field's kind has.
    """

    field: str
    header: Words
    words: Mapping[Any, Words] | None = None
    shown: Callable[[Any, int], Any] | None = None
    width: float = 0
    number_format: str = ""


@dataclass(frozen=True)
class _Kind:
    """How fields of a kind are written.

    :param cell: what stands in the cell, of the value and the language.
    """

    width: float = 16
    number_format: str = ""
    cell: Callable[[Any, int], Any] = lambda value, _language: value


def _on_shanghais_clock(instant: datetime, _language: int) -> datetime:
    # A cell knows no zone.
    return instant.astimezone(SHANGHAI).replace(tzinfo=None)


def _joined(values: Sequence[Any], language: int) -> str:
    return ("、", ", ")[language].join(map(str, values))


_KINDS: Final[Mapping[type[fields.Field[Any]], _Kind]] = {
    Money: _Kind(14, "#,##0.00"),
    UnitPrice: _Kind(12, "0.00####"),
    fields.Integer: _Kind(12, "#,##0"),
    fields.Decimal: _Kind(12, "0.00####%"),
    fields.Date: _Kind(12, "yyyy-mm-dd"),
    Instant: _Kind(20, "yyyy-mm-dd hh:mm:ss", _on_shanghais_clock),
    MonthField: _Kind(10, "", lambda month, _language: str(month)),
    fields.Boolean: _Kind(8, "", lambda value, language: YES_NO[value][language]),
    fields.List: _Kind(24, "", _joined),
    fields.String: _Kind(),
}


@dataclass(frozen=True)
class ListSheet:
    """The file of a list as people read it.

    :param title: of the sheet, and what the file is called.
    :param item: the schema of a row; what is read by its fields' names is not yet dumped.
    :raises KeyError, TypeError: where a column is declared of what the item does not have, or of what is no text or figure.
    """

    title: Words
    item: type[Schema]
    columns: Sequence[ListColumn]

    def __post_init__(self) -> None:
        for column in self.columns:
            _kind_of(self.item, column)

    def headed(self, language: int) -> list[SheetColumn]:
        """The columns with their headers in a language: its place in :data:`LANGUAGES`."""
        kinds = [_kind_of(self.item, column) for column in self.columns]
        return [
            SheetColumn(column.header[language], column.width or kind.width, column.number_format or kind.number_format)
            for column, kind in zip(self.columns, kinds, strict=True)
        ]

    def row_of(self, item: Any, language: int) -> list[Any]:
        """An item's cells."""
        return [cell(item, language) for cell in self._cells]

    @cached_property
    def _cells(self) -> list[Callable[[Any, int], Any]]:
        return [column.shown or _cell_of(self.item, column) for column in self.columns]


@dataclass(frozen=True)
class ListFile:
    """A list that can be had as a file.

    :param query: the schema of what its route may be asked, pages included.
    :param page: reads a page: ``page(begin, *path, page_size=…, cursor=…, **query)``.
    """

    sheet: ListSheet
    query: type[Schema]
    page: Callable[..., Page]


class ListTooLong(InvalidInput):
    """``list_too_long_to_export``: more rows than a file is made of while one waits."""

    def __init__(self) -> None:
        super().__init__("list_too_long_to_export", max=ROWS_MAX)


@cache
def whole(query: type[Schema]) -> type[Schema]:
    """A list's query without its pages: what the whole of it may be asked."""
    pages = {"page_size", "cursor"} & query().fields.keys()
    meta = type("Meta", (query.Meta,), {"exclude": tuple(pages)})
    made: type[Schema] = type(f"Whole{query.__name__}", (query,), {"Meta": meta, "__module__": query.__module__})
    return made


def export_list(
    begin: Begin,
    files: FileStore,
    lists: Mapping[str, ListFile],
    *,
    name: str,
    path: Sequence[str],
    query: dict[str, Any],
    language: str,
) -> dict[str, str]:
    """Make a list's file while its asker waits.

    :param lists: those that there are, by name.
    :returns: as :class:`ListFileMade`.
    :raises InvalidInput: :class:`ListTooLong`; what the list itself refuses.
    """
    if name not in lists:
        raise InvalidInput(fields={"name": [f"one_of|{', '.join(lists)}"]})
    listed, at = lists[name], LANGUAGES.index(language)
    asked = load(whole(listed.query), query)
    written = 0

    def rows(within: Begin) -> Iterator[list[Any]]:
        nonlocal written
        cursor: str | None = ""
        while cursor is not None:
            page = listed.page(within, *path, **asked, page_size=PIECE_ROWS, cursor=cursor)
            written += len(page.items)
            if written > ROWS_MAX:
                raise ListTooLong
            yield from (listed.sheet.row_of(item, at) for item in page.items)
            cursor = page.next_cursor

    with begin.at_one_moment() as (work, within):
        bound_whole_list(work.session, ROWS_MAX, ListTooLong)
        title = listed.sheet.title[at]
        with written_sheet(listed.sheet.headed(at), rows(within), title=title, made_at=work.now) as file:
            stored = files.save(file, max_bytes=FILE_BYTES_MAX)
        work.audit("list_exported", ("list", name), after={**query, "rows": written})
    return {"file_key": stored.key, "file_name": f"{title}-{work.today:%Y%m%d}.xlsx"}


def _field_of(item: marshmallow.Schema, path: str) -> fields.Field[Any]:
    name, _, inner = path.partition(".")
    field = item.fields[name]
    if not inner:
        return field
    if not isinstance(field, fields.Nested):
        raise TypeError(f"{name} has no fields, such as {inner}")
    return _field_of(field.schema, inner)


def _kind_of(item: type[Schema], column: ListColumn) -> _Kind:
    field = _field_of(instance_of(item), column.field)
    if column.shown is not None or column.words is not None:
        return _Kind()
    for field_class, kind in _KINDS.items():
        if isinstance(field, field_class):
            return kind
    raise TypeError(f"{column.field} is nothing that a cell holds: let the column have what is shown")


def _cell_of(item: type[Schema], column: ListColumn) -> Callable[[Any, int], Any]:
    kind, words = _kind_of(item, column), column.words
    *outer, _ = column.field.split(".")
    name = ".".join([*outer, _field_of(instance_of(item), column.field).attribute or column.field.rpartition(".")[2]])

    def cell(row: Any, language: int) -> Any:
        value = get_value(row, name, None)
        if value is None or value == "":
            return None
        return words[value][language] if words is not None else kind.cell(value, language)

    return cell
