"""Schemas: marshmallow, with stable codes in place of messages, and fields for what the business counts in.

A field's error is a code with ``|``-separated parameters, which the gateway puts into words:

================  ==========================================================================================
code              when
================  ==========================================================================================
required          it is missing
null              it is null and may not be
invalid           it is not of the field's type at all
unknown           no such field
length|1|80       shorter or longer; an open end is empty (``length|1|``)
range|0|100       less or more; an open end is empty
above|0, below|9  not greater (less) than a bound that is itself excluded
one_of|a, b       none of the choices
format            does not match the pattern
too_many_places|2 more decimals than that
================  ==========================================================================================

Other built-in errors come as the key marshmallow has for them (``too_large``, ``special``, …).
"""

import copy
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final
from uuid import UUID

import marshmallow
from marshmallow import RAISE, ValidationError, fields, validate

from services.kit.clock import FIRST_YEAR, LAST_YEAR, Month, parse_instant, require_countable
from services.kit.errors import FieldErrors, InvalidInput
from services.kit.money import FEN, UNIT_PRICE_PLACES, decimal_places

_WHOLE_INPUT: Final = marshmallow.exceptions.SCHEMA
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
_DECIMAL: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,20})?", re.ASCII)


class Schema(marshmallow.Schema):
    """Every schema's parent: unknown fields are errors, and errors are codes."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "unknown", "type": "invalid"}  # noqa: RUF012  # marshmallow declares it so

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        for field in _with_inner_fields(field_obj):
            field.error_messages = {key: _CODES.get(key, key) for key in field.error_messages}
            field.validators = [_speaking_in_codes(validator) for validator in field.validators]
            if isinstance(field, fields.Date):
                field.validators.append(_countable)
            if isinstance(field, fields.Integer):
                field.num_type = _whole  # type: ignore[assignment]  # a function that makes one does


class Money(fields.Field[Decimal]):
    """An amount in CNY with two decimals; a string on the wire (``"1234.50"``), never a number."""

    default_error_messages = {"invalid": "invalid"}  # noqa: RUF012  # marshmallow declares it so

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Decimal:
        return _decimal(self, value, places=2).quantize(FEN)

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else format(_exact(value, places=2).quantize(FEN), "f")


class UnitPrice(fields.Field[Decimal]):
    """A price of one message in CNY, at least 0, at most six decimals; a string on the wire, without trailing zeros."""

    default_error_messages = {"invalid": "invalid"}  # noqa: RUF012  # marshmallow declares it so

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Decimal:
        price = _decimal(self, value, places=UNIT_PRICE_PLACES)
        if price < 0:
            raise ValidationError("range|0|")
        return price

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        if value is None:
            return None
        text = format(_exact(value, places=UNIT_PRICE_PLACES), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text


class MonthField(fields.Field[Month]):
    """A calendar month, ``"2026-03"`` on the wire."""

    default_error_messages = {"invalid": "invalid"}  # noqa: RUF012  # marshmallow declares it so

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Month:
        try:
            month = Month.parse(value)
        except (ValueError, AttributeError) as error:
            raise self.make_error("invalid") from error
        if str(month) != value:
            raise self.make_error("invalid")
        return month

    def _serialize(self, value: Month | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)


class Instant(fields.Field[datetime]):
    """An instant: RFC 3339 with any offset on the way in, in UTC with a ``Z`` on the way out."""

    default_error_messages = {"invalid": "invalid"}  # noqa: RUF012  # marshmallow declares it so

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> datetime:
        try:
            return parse_instant(value)
        except (ValueError, TypeError) as error:
            raise self.make_error("invalid") from error

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs an offset: {value!r}")
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Id(fields.Field[UUID]):
    """An identifier: a UUID, as a string on the wire."""

    default_error_messages = {"invalid": "invalid"}  # noqa: RUF012  # marshmallow declares it so

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> UUID:
        if isinstance(value, UUID):
            return value
        try:
            return UUID(value)
        except (ValueError, AttributeError, TypeError) as error:
            raise self.make_error("invalid") from error

    def _serialize(self, value: UUID | str | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)


MAY_LACK: Final[Mapping[str, Any]] = {"x-may-lack": True}
"""A field's ``metadata``: an answer may be without it. Every other field of an answer is there, be it null; OpenAPI says so."""


def load(schema: type[marshmallow.Schema], data: Any) -> dict[str, Any]:
    """The input as the schema says.

    :raises InvalidInput: with the errors by field path.
    """
    if unstorable := {path: ["invalid"] for path in _unstorable(data, ())}:
        raise InvalidInput(fields=unstorable)
    try:
        loaded: dict[str, Any] = instance_of(schema).load(data)
    except ValidationError as error:
        raise InvalidInput(fields=field_errors(error)) from error
    return loaded


def load_told(schema: type[marshmallow.Schema], data: Any) -> dict[str, Any]:
    """What another service says, as far as this version knows the schema: what a later version added is left out, at every depth
    (decision 0039).

    :raises InvalidInput: as :func:`load`.
    """
    return load(schema, _known_part(instance_of(schema), data))


def _known_part(schema: marshmallow.Schema, data: Any) -> Any:
    if not isinstance(data, Mapping):
        return data
    known = {field.data_key or name: field for name, field in schema.load_fields.items()}
    return {name: _known_value(known[name], value) for name, value in data.items() if name in known}


def _known_value(field: fields.Field[Any], value: Any) -> Any:
    match field, value:
        case fields.Nested(), list():
            return [_known_part(field.schema, each) for each in value]
        case fields.Nested(), _:
            return _known_part(field.schema, value)
        case fields.List(), list():
            return [_known_value(field.inner, each) for each in value]
        case fields.Dict(value_field=fields.Field() as inner), Mapping():
            return {key: _known_value(inner, each) for key, each in value.items()}
    return value


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can keep a text: not one with a NUL, nor with half of a surrogate pair."""
    return _UNSTORABLE.search(text) is None


def not_blank(text: str) -> None:
    """A validator: white space is no name and no reason.

    :raises ValidationError: ``required``.
    """
    if not text.strip():
        raise ValidationError("required")


def dump(schema: type[marshmallow.Schema], value: Any) -> Any:
    """The value as it travels: JSON-able, by the schema's fields."""
    return instance_of(schema).dump(value)


def field_errors(error: ValidationError) -> FieldErrors:
    """The errors by field path: ``{"tiers": {0: {"up_to": ["required"]}}}`` becomes ``{"tiers.0.up_to": ["required"]}``.

    An error of the input as a whole has the empty path; of a dictionary's entry, the path of the entry.
    """
    found: dict[str, list[str]] = {}
    for path, code in _walk(error.messages, ()):
        found.setdefault(".".join(path), []).append(code)
    return found


@cache
def instance_of(schema: type[marshmallow.Schema]) -> marshmallow.Schema:
    """The process's one instance of a schema: it keeps no state between uses, and making one takes longer than most uses."""
    return schema()


def _unstorable(value: Any, path: tuple[str, ...]) -> Iterator[str]:
    """Where a text stands that is not :func:`is_storable`."""
    if isinstance(value, str):
        if not is_storable(value):
            yield ".".join(path)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _unstorable(key, path)
            yield from _unstorable(inner, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _unstorable(inner, (*path, str(index)))


def _whole(value: Any) -> int:
    # ``strict`` would refuse the digits that a query's values are, too; without it 1.5 is silently taken for 1.
    if isinstance(value, float) and not value.is_integer():
        raise ValueError(f"no whole number: {value!r}")
    return int(value)


def _countable(day: date) -> None:
    try:
        require_countable(day)
    except ValueError as error:
        raise ValidationError(f"range|{FIRST_YEAR}-01-01|{LAST_YEAR}-12-31") from error


def _walk(messages: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            # A dictionary field puts "key" and "value" between an entry's name and its errors.
            step = () if key == _WHOLE_INPUT or (key in {"key", "value"} and isinstance(inner, list)) else (str(key),)
            yield from _walk(inner, path + step)
    elif isinstance(messages, list | tuple):
        for inner in messages:
            yield from _walk(inner, path)
    else:
        yield path, str(messages)


def _decimal(field: fields.Field[Decimal], value: Any, *, places: int) -> Decimal:
    if isinstance(value, Decimal):
        value = format(value, "f")
    if not (isinstance(value, str) and _DECIMAL.fullmatch(value)):
        raise field.make_error("invalid")
    number = Decimal(value)
    if decimal_places(number) > places:
        raise ValidationError(f"too_many_places|{places}")
    return number


def _exact(value: Any, *, places: int) -> Decimal:
    if not isinstance(value, Decimal | int) or decimal_places(Decimal(value)) > places:
        raise ValueError(f"not a decimal of at most {places} places: {value!r}")
    return Decimal(value)


def _with_inner_fields(field: fields.Field[Any]) -> Iterator[fields.Field[Any]]:
    yield field
    inner = [getattr(field, name, None) for name in ("inner", "key_field", "value_field")]
    for each in [*inner, *getattr(field, "tuple_fields", ())]:
        if each is not None:
            yield from _with_inner_fields(each)


_CODES: Final = {"type": "invalid", "validator_failed": "invalid", "invalid_uuid": "invalid"}


def _speaking_in_codes(validator: Any) -> Any:
    """A copy of a built-in validator whose error is a code. Copies, as fields share their validators; of the same class, as
    apispec looks for its bounds. A message that the schema's author gave is left alone."""
    code = _code_of(validator)
    if code is None:
        return validator
    speaking = copy.copy(validator)
    speaking.error = code.replace("{", "{{").replace("}", "}}")  # marshmallow formats it once more
    return speaking


def _code_of(validator: Any) -> str | None:
    if isinstance(validator, validate.And):
        return None
    if validator.__class__ not in _VALIDATORS or (validator.error or None) != getattr(validator, "default_message", None):
        return None
    code: str = _VALIDATORS[validator.__class__](validator)
    return code


def _range(validator: validate.Range) -> str:
    low, high = validator.min, validator.max
    if high is None and not validator.min_inclusive:
        return f"above|{low}"
    if low is None and not validator.max_inclusive:
        return f"below|{high}"
    return f"range|{'' if low is None else low}|{'' if high is None else high}"


def _length(validator: validate.Length) -> str:
    low, high = (validator.min, validator.max) if validator.equal is None else (validator.equal, validator.equal)
    return f"length|{'' if low is None else low}|{'' if high is None else high}"


_VALIDATORS: Final[Mapping[type, Any]] = {
    validate.Length: _length,
    validate.Range: _range,
    validate.OneOf: lambda validator: f"one_of|{validator.choices_text}",
    validate.ContainsOnly: lambda validator: f"one_of|{validator.choices_text}",
    validate.Regexp: lambda _: "format",
    validate.Email: lambda _: "format",
    validate.URL: lambda _: "format",
    validate.NoneOf: lambda _: "invalid",
    validate.Equal: lambda validator: f"one_of|{validator.comparable}",
    validate.Predicate: lambda _: "invalid",
}
