"""What the fields of :mod:`services.kit.schema` are in OpenAPI. For those alone who write such documents, and load apispec."""

from collections.abc import Mapping
from typing import Any, Final

from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import fields

from services.kit.schema import Id, Instant, Money, MonthField, UnitPrice

OPENAPI_TYPES: Final[Mapping[type[fields.Field[Any]], tuple[str, str]]] = {
    Money: ("string", "decimal"),
    UnitPrice: ("string", "decimal"),
    MonthField: ("string", "year-month"),
    Instant: ("string", "date-time"),
    Id: ("string", "uuid"),
}
_OPENAPI_PATTERNS: Final[Mapping[type[fields.Field[Any]], str]] = {
    Money: r"^-?[0-9]{1,15}(\.[0-9]{1,2})?$",
    UnitPrice: r"^[0-9]{1,15}(\.[0-9]{1,6})?$",
    MonthField: r"^[0-9]{4}-(0[1-9]|1[0-2])$",
    fields.Decimal: r"^-?[0-9]+(\.[0-9]+)?$",
}


def register_openapi_fields(plugin: MarshmallowPlugin) -> None:
    """Teach apispec what our fields are in OpenAPI. Call it once the plugin belongs to an ``APISpec``."""
    for field, (kind, form) in OPENAPI_TYPES.items():
        plugin.map_to_openapi_type(field, kind, form)  # type: ignore[no-untyped-call]  # apispec types it in part
    assert plugin.converter is not None
    plugin.converter.add_attribute_function(_text_in_openapi)  # type: ignore[no-untyped-call]  # as above


def _text_in_openapi(_converter: Any, field: fields.Field[Any], ret: dict[str, Any]) -> dict[str, Any]:
    """What apispec does not say of our texts: a decimal's pattern, and any pattern as JSON Schema writes it."""
    if isinstance(field, fields.Decimal) and field.as_string:
        kinds = ret["type"]
        kind: Any = ["string" if each == "number" else each for each in kinds] if isinstance(kinds, list) else "string"
        return {"type": kind, "format": "decimal", "pattern": _OPENAPI_PATTERNS[fields.Decimal]}
    if "pattern" in ret:
        return {"pattern": ret["pattern"].replace(r"\Z", "$")}
    return next(({"pattern": pattern} for kind, pattern in _OPENAPI_PATTERNS.items() if isinstance(field, kind)), {})
