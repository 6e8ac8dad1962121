"""Values of forms as people read them: choices by name, amounts in groups, grids as tables."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from gateway.prints.process_words import BOOLEANS, LABELS, said
from gateway.wording import LANGUAGES

Field = Mapping[str, Any]
"""A field of the contract's ``FormField``."""


def form_parts(fields: Iterable[Field], form: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    """The filled fields in order: fields of one value beside each other as ``pairs`` of name and text, and each grid as a table
    (``label``, ``columns``, ``rows``).

    What an owner put into the form that is no field of it is not shown.
    """
    parts: list[dict[str, Any]] = []
    for field in fields:
        value, label = form.get(field["code"]), field[f"name_{language}"]
        if value is None or _is_empty(value):
            continue
        if field["type"] == "grid" and _are_rows(value):
            columns, rows = _table(field["columns"], value, language)
            parts.append({"label": label, "columns": columns, "rows": rows})
        else:
            if not parts or "pairs" not in parts[-1]:
                parts.append({"pairs": []})
            parts[-1]["pairs"].append([label, value_text(field, value, language)])
    return parts


def value_text(field: Field, value: Any, language: str) -> str:
    """One value in words; whatever is not of its field's type as it stands."""
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
        return _joint([_entry(field, each, language) for each in value], language)
    if isinstance(value, Mapping):
        return _object(field["columns"], value, language)
    return str(value)


def _table(columns: Sequence[Field], rows: Sequence[Mapping[str, Any]], language: str) -> tuple[list[str], list[list[str]]]:
    """A grid's columns that are filled anywhere, and one more for what the owner completed besides."""
    used = [column for column in columns if any(not _is_empty(row.get(column["code"])) for row in rows)]
    headers = [column[f"name_{language}"] for column in used]
    cells = [[value_text(column, row.get(column["code"]), language) for column in used] for row in rows]
    besides = [_besides(columns, row) for row in rows]
    if any(besides):
        headers.append(said(LABELS, "besides", language))
        cells = [[*row, beside] for row, beside in zip(cells, besides, strict=True)]
    return headers, cells


def _besides(columns: Iterable[Field], row: Mapping[str, Any]) -> str:
    known = {column["code"] for column in columns}
    return " ".join(value for code, value in row.items() if code not in known and isinstance(value, str) and value)


def _entry(field: Field, value: Any, language: str) -> str:
    if isinstance(value, Mapping):
        return _object(field["columns"], value, language) if field["columns"] else str(value.get("name", ""))
    return str(value)


def _object(columns: Iterable[Field], value: Mapping[str, Any], language: str) -> str:
    """Its parts by their names, in one line."""
    filled = [(column, value[column["code"]]) for column in columns if not _is_empty(value.get(column["code"]))]
    separator = " " if language == "zh" else ": "
    parts = [f"{column[f'name_{language}']}{separator}{value_text(column, each, language)}" for column, each in filled]
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
