"""Forms: what was entered, held against the definition's fields; and what an entry changed. Pure.

Values are JSON's: decimals, amounts and dates are strings, attachments lists of ``{"id", "name"}``, grids lists of objects.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from services.kit.errors import InvalidInput
from services.kit.money import decimal_places
from services.workflow.domain.conditions import Operands, Values, holds
from services.workflow.domain.definitions import Field

TEXT_LENGTH_MAX: Final = 200
LONG_TEXT_LENGTH_MAX: Final = 5_000
ENTRIES_MAX: Final = 1_000
INTEGER_MAX: Final = 10**15
_DECIMAL: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,20})?", re.ASCII)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

Form = dict[str, Any]


def check_form(
    fields: Iterable[Field], entered: Mapping[str, Any], *, operands: Operands, known: Mapping[str, Any], path: str = "form"
) -> Form:
    """What was entered, if every field is right: required ones are there, no other fields, each of its type and within bounds.

    :param fields: those that may be entered now.
    :param operands: the definition's, for conditions under which a field is required.
    :param known: what the form holds already.
    :returns: an entry for every field that was filled.
    :raises InvalidInput: with every error by its path (``form.prices.0.tiers.1.unit_price``).
    """
    fields = tuple(fields)
    errors = dict(_errors_of(fields, entered, path, is_open=False))
    if not errors:  # a condition can be asked of values that are of their types alone
        values = Values({**known, **entered}, {})
        wanted = (field for field in fields if field.required_when is not None and _is_empty(entered.get(field.code)))
        errors = {
            f"{path}.{field.code}": ["required"]
            for field in wanted
            if field.required_when is not None and holds(field.required_when, operands, values)
        }
    if errors:
        raise InvalidInput(fields=errors)
    return {field.code: _kept(entered[field.code]) for field in fields if not _is_empty(entered.get(field.code))}


def with_kept(fields: Iterable[Field], node: str, entered: Mapping[str, Any], form: Mapping[str, Any]) -> Form:
    """What a node's handler sends, with the fields that he or she may change, and has not sent, as they are."""
    kept = [field.code for field in fields if field.entered_at != node and field.code not in entered]
    return {**{code: form[code] for code in kept if code in form}, **entered}


def enter(fields: Iterable[Field], form: Mapping[str, Any], checked: Mapping[str, Any]) -> Form:
    """A form after these fields were entered anew: those left empty are empty, all others stay."""
    own = {field.code for field in fields}
    return {**{code: value for code, value in form.items() if code not in own}, **checked}


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """From which value to which, by field; without those that stayed."""
    codes = sorted(before.keys() | after.keys())
    return {code: [before.get(code), after.get(code)] for code in codes if before.get(code) != after.get(code)}


def without_completions(fields: Iterable[Field], entered: Mapping[str, Any], shown: Mapping[str, Any]) -> Form:
    """A form sent back as it was shown, without what its sender was shown but does not enter.

    Whoever edits a form that came back sends it whole, with the owner's completions and other nodes' fields among it; what he or
    she left as it was is no attempt to enter it.
    """
    own = {field.code for field in fields}
    return {code: value for code, value in entered.items() if code in own or value != shown.get(code)}


def hidden_fields(fields: Iterable[Field], nodes: Collection[str]) -> frozenset[str]:
    """The codes of the fields that a reader may not see.

    :param nodes: those at which he or she acts or has acted, the start being its initiator's.
    """
    return frozenset(field.code for field in fields if field.seen_at and not set(field.seen_at) & set(nodes))


def attachment_ids(fields: Iterable[Field], form: Mapping[str, Any]) -> list[UUID]:
    """The attachments that these fields of a checked form name."""
    files = (entry for field in fields if field.type == "attachments" for entry in form.get(field.code) or ())
    return [UUID(entry["id"]) for entry in files]


def _errors_of(
    fields: tuple[Field, ...], entered: Mapping[str, Any], path: str, *, is_open: bool
) -> Iterator[tuple[str, list[str]]]:
    known = {field.code for field in fields}
    if not is_open:
        yield from ((f"{path}.{code}", ["unknown"]) for code in entered if code not in known)
    for field in fields:
        here, value = f"{path}.{field.code}", entered.get(field.code)
        if _is_empty(value):
            if field.required:
                yield here, ["required"]
        else:
            yield from _CHECKS[field.type](field, value, here)


Errors = Iterator[tuple[str, list[str]]]


def _check_text(field: Field, value: Any, path: str) -> Errors:
    longest = field.max_length or (LONG_TEXT_LENGTH_MAX if field.type == "long_text" else TEXT_LENGTH_MAX)
    if not isinstance(value, str):
        yield path, ["invalid"]
    elif len(value) > longest:
        yield path, [f"length|0|{longest}"]
    elif field.pattern is not None and not re.fullmatch(field.pattern, value.strip()):
        yield path, ["format"]


def _check_integer(field: Field, value: Any, path: str) -> Errors:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > INTEGER_MAX:
        yield path, ["invalid"]
    else:
        yield from _check_bounds(field, Decimal(value), path)


def _check_decimal(field: Field, value: Any, path: str) -> Errors:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= INTEGER_MAX:
        value = str(value)
    if not (isinstance(value, str) and _DECIMAL.fullmatch(value)):
        yield path, ["invalid"]
        return
    places = 2 if field.type == "money" else field.places
    if places is not None and decimal_places(Decimal(value)) > places:
        yield path, [f"too_many_places|{places}"]
    yield from _check_bounds(field, Decimal(value), path)


def _check_bounds(field: Field, number: Decimal, path: str) -> Errors:
    low, high = field.minimum, field.maximum
    if (low is not None and number < Decimal(low)) or (high is not None and number > Decimal(high)):
        yield path, [f"range|{low or ''}|{high or ''}"]


def _check_date(_field: Field, value: Any, path: str) -> Errors:
    try:
        if not _DATE.fullmatch(value):
            raise ValueError(value)
        date.fromisoformat(value)
    except (ValueError, TypeError):
        yield path, ["invalid"]


def _check_boolean(_field: Field, value: Any, path: str) -> Errors:
    if not isinstance(value, bool):
        yield path, ["invalid"]


def _check_choice(field: Field, value: Any, path: str) -> Errors:
    codes = [choice.code for choice in field.choices]
    if value not in codes:
        yield path, [f"one_of|{', '.join(codes)}"]


def _check_reference(_field: Field, value: Any, path: str) -> Errors:
    if not (isinstance(value, str) and 0 < len(value) <= TEXT_LENGTH_MAX):
        yield path, ["invalid"]


def _check_entries(field: Field, value: Any, path: str, check: Callable[[Any, str], Errors]) -> Errors:
    longest = field.max_length or ENTRIES_MAX
    if not isinstance(value, list):
        yield path, ["invalid"]
    elif len(value) > longest:
        yield path, [f"length|0|{longest}"]
    else:
        for position, entry in enumerate(value):
            yield from check(entry, f"{path}.{position}")


def _check_list(field: Field, value: Any, path: str) -> Errors:
    def check(entry: Any, here: str) -> Errors:
        if not (isinstance(entry, str) and entry.strip() and len(entry) <= TEXT_LENGTH_MAX):
            yield here, ["invalid"]

    yield from _check_entries(field, value, path, check)


def _check_attachments(field: Field, value: Any, path: str) -> Errors:
    def check(entry: Any, here: str) -> Errors:
        try:
            if not isinstance(entry["name"], str):
                raise TypeError(entry)
            UUID(entry["id"])
        except (TypeError, KeyError, ValueError, AttributeError):
            yield here, ["invalid"]

    yield from _check_entries(field, value, path, check)


def _check_grid(field: Field, value: Any, path: str) -> Errors:
    yield from _check_entries(field, value, path, lambda row, here: _check_object(field, row, here))


def _check_object(field: Field, value: Any, path: str) -> Errors:
    if not isinstance(value, Mapping):
        yield path, ["invalid"]
    else:
        yield from _errors_of(field.columns, value, path, is_open=field.is_open)


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())


def _kept(value: Any) -> Any:
    """Texts lose the white space around them."""
    return value.strip() if isinstance(value, str) else value


_CHECKS: Final[Mapping[str, Callable[[Field, Any, str], Errors]]] = {
    "text": _check_text,
    "long_text": _check_text,
    "integer": _check_integer,
    "decimal": _check_decimal,
    "money": _check_decimal,
    "date": _check_date,
    "boolean": _check_boolean,
    "choice": _check_choice,
    "list": _check_list,
    "reference": _check_reference,
    "attachments": _check_attachments,
    "grid": _check_grid,
    "object": _check_object,
}
