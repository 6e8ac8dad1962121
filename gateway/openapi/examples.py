"""Requests and answers as examples: of every field something that could stand there, from ``examples.yaml`` or by its type.

Contract tests hold each against the schema that it is an example of; a field that needs a word of its own has none by chance.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from gateway.openapi.shapes import Json, resolved

_WORDS: Final = Path(__file__).with_name("examples.yaml")
_BY_FORMAT: Final = {
    "date": "2026-03-31",
    "date-time": "2026-04-01T02:00:00Z",
    "decimal": "3500.00",
    "year-month": "2026-03",
    "binary": "…",
}
_TYPES: Final = {"boolean": bool, "integer": int, "string": str, "array": list, "object": dict}
NO_WORD: Final = object()


class Examples:
    """Makes examples for a document's schemas."""

    def __init__(self, schemas: dict[str, Json]) -> None:
        self._schemas = schemas

    def of(self, schema: Json, name: str = "", within: tuple[str, ...] = ()) -> Any:
        """An example of a schema.

        :param name: of the field that has it.
        :param within: the names of the schemas that the field stands in, the innermost last.
        """
        if "example" in schema:
            return schema["example"]
        found = word_for(schema, name, within[-1] if within else "")
        if found is not NO_WORD:
            return found
        for either in ("anyOf", "allOf"):
            if either in schema:
                return self.of(schema[either][0], name, within)
        if "$ref" in schema:
            inner = schema["$ref"].rpartition("/")[2]
            whole = _words().get(inner.removesuffix("Shown"), NO_WORD)
            return self._object(resolved(schema, self._schemas), (*within, inner)) if whole is NO_WORD else whole
        return self._by_type(schema, name, within)

    def _by_type(self, schema: Json, name: str, within: tuple[str, ...]) -> Any:
        if "enum" in schema:
            return schema["enum"][0]
        if schema.get("format") == "uuid":
            return id_for("id" if name == "items" else name)
        if schema.get("format") in _BY_FORMAT:
            return _BY_FORMAT[schema["format"]]
        match kind_of(schema):
            case "object":
                return self._object(schema, within)
            case "array":
                # What may hold itself ends after once.
                holds_itself = schema["items"].get("$ref", "").rpartition("/")[2] in within
                return [] if holds_itself else [self.of(schema["items"], name, within)]
            case "boolean":
                return bool(schema.get("default", True))
            case "integer" | "number":
                return max(1, schema.get("minimum", 1))
            case "string":
                return name or "…"
        return None

    def _object(self, schema: Json, within: tuple[str, ...]) -> Json:
        return {name: self.of(each, name, within) for name, each in schema.get("properties", {}).items()}


def needs_word(schema: Json) -> bool:
    """Whether an example by its type would say nothing: a text without a form of its own."""
    return kind_of(schema) == "string" and "enum" not in schema and "format" not in schema and "example" not in schema


def kind_of(schema: Json) -> str | None:
    """The type, whether or not null may stand there, too."""
    kinds = schema.get("type")
    return next((kind for kind in kinds if kind != "null"), None) if isinstance(kinds, list) else kinds


def word_for(schema: Json, name: str, inside: str) -> Any:
    """What ``examples.yaml`` has for a field; :data:`NO_WORD` if nothing.

    By schema and field (``Customer.name``); else by the field's name, if that is of the field's type.
    """
    words = _words()
    for key in (f"{inside}.{name}", f"{inside.removesuffix('Shown')}.{name}"):
        if key in words:
            return words[key]
    word = words.get(name, NO_WORD)
    return word if word is not NO_WORD and _fits(word, schema) else NO_WORD


def _fits(word: Any, schema: Json) -> bool:
    if word is None:
        return "null" in schema.get("type", ()) or schema.get("nullable", False) or "anyOf" in schema
    if "enum" in schema or "$ref" in schema or "properties" in schema or schema.get("format", "decimal") != "decimal":
        return False
    kind = next((kind for kind, types in _TYPES.items() if isinstance(word, types)), None)
    return kind == kind_of(schema)


def id_for(name: str) -> str:
    """The id that every example has for what is called so: a UUIDv7 of the story's spring."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return f"0195e0a5-{digest[:4]}-7{digest[4:7]}-8{digest[7:10]}-{digest[10:22]}"


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(_WORDS.read_text("utf-8"))
    return words
