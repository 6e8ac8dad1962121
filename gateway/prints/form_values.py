"""Values of forms as people read them: choices by name, amounts in groups, grids as tables."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from gateway.prints.process_words import BOOLEANS, LABELS, said
from gateway.wording import LANGUAGES
from services.contracts.segment_words import segment_name

Field = Mapping[str, Any]
"""A field of the contract's ``FormField``."""
Names = Mapping[str, str]
"""Of what is referred to: its id → what it is called."""

_NAMED_BY: Final = {
    "account_id": ("account_identifier",),
    "bill_id": ("bill_number", "number"),
    "product_id": ("product_name", "name"),
    "receipt_id": ("payer_name",),
}
"""Of a reference in a row: where its owner has written beside it what it is called, the first that is filled."""


def names_in(form: Mapping[str, Any], subject: Mapping[str, Any]) -> dict[str, str]:
    """What the references of a form are called: as the owners have completed it with rows (``products`` to ``product_ids``), and
    as the process says of its subject.

    :param subject: ``id``, ``name``.
    """
    rows = [row for value in form.values() if _are_rows(value) for row in value]
    named = {row[code]: name for row in rows for code in _NAMED_BY if code in row and (name := _name_beside(code, row))}
    return {**named, subject["id"]: subject["name"]}


def form_parts(fields: Iterable[Field], form: Mapping[str, Any], language: str, names: Names) -> list[dict[str, Any]]:
    """The filled fields in order: fields of one value beside each other as ``pairs`` of name and text, and each grid as a table
    (``label``, ``columns``, ``rows``).

    What an owner put into the form that is no field of it is not shown.

    :param names: see :func:`names_in`.
    """
    parts: list[dict[str, Any]] = []
    for field in fields:
        value, label = form.get(field["code"]), field[f"name_{language}"]
        if value is None or _is_empty(value):
            continue
        if field["type"] == "grid" and _are_rows(value):
            columns, rows = _table(field["columns"], value, language, names)
            parts.append({"label": label, "columns": columns, "rows": rows})
        else:
            if not parts or "pairs" not in parts[-1]:
                parts.append({"pairs": []})
            parts[-1]["pairs"].append([label, value_text(field, value, language, names)])
    return parts


def value_text(field: Field, value: Any, language: str, names: Names) -> str:
    """One value in words; whatever is not of its field's type, or refers to what nobody has named, as it stands."""
    if _is_empty(value):
        return ""
    kind = field["type"]
    if kind == "boolean" and isinstance(value, bool):
        return BOOLEANS[value][LANGUAGES.index(language)]
    if kind == "choice":
        return next((choice[f"name_{language}"] for choice in field["choices"] if choice["code"] == value), str(value))
    if kind in ("integer", "decimal", "money"):
        return _number(kind, value)
    if isinstance(value, list):
        return _joint([_entry(field, each, language, names) for each in value], language)
    if isinstance(value, Mapping):
        return _object(field["columns"], value, language, names)
    if kind in ("reference", "list"):
        return names.get(str(value), str(value))
    # A row of a price table is an operator's or a country's: its form holds the code.
    return segment_name(str(value), language) if field["code"] == "segment" else str(value)


def _table(
    columns: Sequence[Field], rows: Sequence[Mapping[str, Any]], language: str, names: Names
) -> tuple[list[str], list[list[str]]]:
    """A grid's columns that are filled anywhere, and one more for what the owner completed besides."""
    used = [column for column in columns if any(not _is_empty(row.get(column["code"])) for row in rows)]
    headers = [column[f"name_{language}"] for column in used]
    cells = [[value_text(column, row.get(column["code"]), language, names) for column in used] for row in rows]
    besides = [_besides(columns, row) for row in rows]
    if any(besides):
        headers.append(said(LABELS, "besides", language))
        cells = [[*row, beside] for row, beside in zip(cells, besides, strict=True)]
    return headers, cells


def _besides(columns: Iterable[Field], row: Mapping[str, Any]) -> str:
    codes = {column["code"] for column in columns}
    shown = {_name_beside(code, row) for code in codes}
    others = [value for code, value in row.items() if code not in codes and isinstance(value, str) and value not in shown]
    return " ".join(filter(None, others))


def _name_beside(code: str, row: Mapping[str, Any]) -> str | None:
    """What a row's reference is called, by the row itself."""
    return next((str(row[key]) for key in _NAMED_BY.get(code, ()) if row.get(code) and row.get(key)), None)


def _entry(field: Field, value: Any, language: str, names: Names) -> str:
    if isinstance(value, Mapping):
        return _object(field["columns"], value, language, names) if field["columns"] else str(value.get("name", ""))
    return names.get(str(value), str(value))


def _object(columns: Iterable[Field], value: Mapping[str, Any], language: str, names: Names) -> str:
    """Its parts by their names, in one line."""
    filled = [(column, value[column["code"]]) for column in columns if not _is_empty(value.get(column["code"]))]
    separator = " " if language == "zh" else ": "
    parts = [f"{column[f'name_{language}']}{separator}{value_text(column, each, language, names)}" for column, each in filled]
    return ("，" if language == "zh" else ", ").join(parts)


def _number(kind: str, value: Any) -> str:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not number.is_finite():
        return str(value)
    return f"{number:,.2f}" if kind == "money" else f"{number:,f}"


def _joint(texts: list[str], language: str) -> str:
    return ("；" if language == "zh" else "; ").join(texts)


def _are_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, Mapping) for row in value)


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})
