"""Payloads of events: dumped and held against their schema in one pass, in a quarter of the time that marshmallow takes for both.

A value that is of its field's own Python type already (a text, a UUID, a day, a month) needs no way there and back to be known as
right; only its field's validators are asked. Whatever else goes the long way: dumped by its field, and loaded again.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any, Final
from uuid import UUID

from marshmallow import Schema, ValidationError, fields, missing
from marshmallow.utils import get_value

from services.kit.clock import FIRST_YEAR, LAST_YEAR, Month
from services.kit.errors import FieldErrors
from services.kit.schema import Id, Instant, Money, MonthField, field_errors, instance_of


def _money(amount: Decimal) -> str | None:
    # With two decimals, as the database and the domain give amounts, its text is what travels.
    _, digits, exponent = amount.as_tuple()
    return str(amount) if exponent == _FEN_EXPONENT and len(digits) <= _DIGITS_MAX else None


def _instant(instant: datetime) -> str | None:
    # 2026-04-03T02:00:00+00:00; of any other offset the field makes UTC.
    is_plain = instant.tzinfo is UTC and FIRST_YEAR <= instant.year <= LAST_YEAR
    return f"{instant.isoformat()[:-6]}Z" if is_plain else None


_FEN_EXPONENT: Final = -2
_DIGITS_MAX: Final = 15
_PLAIN: Final[Mapping[type, tuple[type, Callable[[Any], Any]]]] = {
    fields.String: (str, lambda value: value),
    fields.Integer: (int, lambda value: value),
    fields.Boolean: (bool, lambda value: value),
    fields.Date: (date, date.isoformat),
    Id: (UUID, str),
    Instant: (datetime, _instant),
    Money: (Decimal, _money),
    MonthField: (Month, str),
}
"""Field → the exact type of value that needs no check of its form, and how it travels: ``None`` where the field is to say."""


@dataclass(frozen=True)
class _Writer:
    """How one field of a payload is written.

    :param attribute: its name in what is dumped; ``name`` in what travels.
    :param plain: of :data:`_PLAIN`, if the field has an entry there.
    """

    attribute: str
    name: str
    field: fields.Field[Any]
    plain: tuple[type, Callable[[Any], Any]] | None

    def write(self, value: Any, payload: Any) -> Any:
        """
        :raises ValidationError: for what its field does not allow.
        """
        if value is None:
            if not self.field.allow_none:
                raise ValidationError("null")
            return None
        if self.plain is not None and type(value) is self.plain[0]:
            written = self.plain[1](value)
            if written is not None:
                for validator in self.field.validators:
                    validator(value)
                return written
        if type(self.field) is fields.Nested and not self.field.many:
            return _nested(type(self.field.schema), value)
        if type(self.field) is fields.List and type(self.field.inner) is fields.Nested and type(value) is list:
            return self._nested_each(type(self.field.inner.schema), value)
        written = self.field._serialize(value, self.attribute, payload)  # noqa: SLF001  # what a schema's dump calls, too
        self.field.deserialize(written)
        return written

    def _nested_each(self, schema: type[Schema], values: list[Any]) -> list[Any]:
        written = []
        for index, value in enumerate(values):
            try:
                written.append(_nested(schema, value))
            except ValidationError as error:
                raise ValidationError({index: error.messages}) from error
        for validator in self.field.validators:
            validator(values)
        return written


def _nested(schema: type[Schema], value: Any) -> dict[str, Any]:
    if value is None:
        raise ValidationError("null")
    written, problems = checked_payload(schema, value)
    if problems:
        raise ValidationError({path: list(codes) for path, codes in problems.items()})
    return written


def checked_payload(schema: type[Schema], payload: Any) -> tuple[dict[str, Any], FieldErrors]:
    """What the schema dumps of a payload, and what the schema would refuse of that.

    :param payload: a mapping, or an object with attributes; more in it than the schema has is left out.
    :returns: the dump, and errors by field path; empty if all is right.
    """
    data: dict[str, Any] = {}
    problems: dict[str, list[str]] = {}
    value_of = payload.get if type(payload) is dict else partial(get_value, payload)
    for writer in _writers(schema):
        value = value_of(writer.attribute, missing)
        if value is missing:
            if writer.field.required:
                problems[writer.name] = ["required"]
            continue
        try:
            data[writer.name] = writer.write(value, payload)
        except ValidationError as error:
            for path, codes in field_errors(error).items():
                problems[f"{writer.name}.{path}".rstrip(".")] = list(codes)
    return data, problems


def _own_ways(field: fields.Field[Any]) -> Iterator[str]:
    """What a field does on its way out, or back, that its value does not show."""
    if field.dump_default is not missing:
        yield "has a default"
    if field.dump_only or field.load_only:
        yield "goes one way only"
    if isinstance(field, fields.Integer) and field.as_string:
        yield "is a number as a text"
    if isinstance(field, fields.Date) and field.format != "iso":
        yield "has a format of its own"
    if isinstance(field, fields.Nested) and (field.only or field.exclude or field.validators):
        yield "is another than its schema"


@cache
def _writers(schema: type[Schema]) -> list[_Writer]:
    made = instance_of(schema)
    if any(made._hooks.values()):  # noqa: SLF001  # nothing public tells
        raise TypeError(f"{schema.__name__} has hooks, which one pass cannot keep")
    if ways := [f"{name} {way}" for name, field in made.fields.items() for way in _own_ways(field)]:
        raise TypeError(f"{schema.__name__}: {', '.join(ways)}, which one pass cannot keep")
    return [
        _Writer(field.attribute or name, field.data_key or name, field, _PLAIN.get(type(field)))
        for name, field in made.dump_fields.items()
    ]
