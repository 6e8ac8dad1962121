"""What the schemas are in JSON Schema: their names, and what an answer always has."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

from marshmallow import Schema

from services.kit.schema import MAY_LACK

Json = dict[str, Any]

(_MAY_LACK,) = MAY_LACK
_REFERENCE: Final = "#/components/schemas/"
_SHOWN: Final = "Shown"


class SchemaNames:
    """Names in the document: the class's. Two contracts that call a schema the same are refused: whichever came second would have
    to be called something else, and which that is would change with the routes."""

    def __init__(self) -> None:
        self._taken: dict[str, type[Schema]] = {}

    def name_of(self, schema: Any) -> Any:
        """:raises ValueError: another schema is called so."""
        schema_class = schema if isinstance(schema, type) else type(schema)
        name = schema_class.__name__
        other = self._taken.setdefault(name, schema_class)
        if other is not schema_class:
            raise ValueError(f"{schema_class.__module__} and {other.__module__} have a {name} each: call one by what it is of")
        return name


def operations_of(document: Json) -> Iterator[Json]:
    """The operations of all paths."""
    for path in document["paths"].values():
        yield from path.values()


def require_what_is_always_answered(document: Json) -> None:
    """Say of answers what holds for them: every field is there, but for those that may lack.

    A schema that is asked for and answered becomes two: what may be left out of a request stands in every answer.
    """
    schemas: dict[str, Json] = document["components"]["schemas"]
    answers = [*_contents(document["components"]["responses"].values())]
    bodies: list[Json] = []
    for operation in operations_of(document):
        answers.extend(_contents(operation["responses"].values()))
        bodies.extend(_contents([operation["requestBody"]] if "requestBody" in operation else []))
    asked, answered = _reached(bodies, schemas), _reached(answers, schemas)
    renamed = {name: f"{name}{_SHOWN}" for name in asked & answered}
    if taken := renamed.values() & schemas.keys():
        raise ValueError(f"schemas are called as what they would be in answers: {taken}")
    shown = {renamed.get(name, name): deepcopy(schemas[name]) for name in answered}
    for schema in shown.values():
        _point_to(schema, renamed)
        _require_all(schema)
    for content in answers:
        _point_to(content, renamed)
    schemas.update(shown)
    for schema in schemas.values():
        for each in schema.get("properties", {}).values():
            each.pop(_MAY_LACK, None)


def without_null(schema: Json) -> Json:
    """A parameter's schema: what is null there is simply not given."""
    kinds = schema.get("type")
    if isinstance(kinds, list):
        schema = {**schema, "type": next(kind for kind in kinds if kind != "null")}
    if "enum" in schema:
        schema = {**schema, "enum": [each for each in schema["enum"] if each is not None]}
    return {name: value for name, value in schema.items() if not (name == "default" and value is None) and name != "nullable"}


def resolved(schema: Json, schemas: dict[str, Json]) -> Json:
    """The schema that a reference means, or the schema itself."""
    while "$ref" in schema:
        schema = schemas[schema["$ref"].removeprefix(_REFERENCE)]
    return schema


def _require_all(schema: Json) -> None:
    properties: dict[str, Json] = schema.get("properties", {})
    required = sorted(name for name, each in properties.items() if _MAY_LACK not in each)
    if required:
        schema["required"] = required
    for each in properties.values():
        each.pop("default", None)  # of requests, where it is what stands for what is left out


def _contents(responses: Any) -> Iterator[Json]:
    for response in responses:
        if isinstance(response, dict):
            for content in response.get("content", {}).values():
                if "schema" in content:
                    yield content["schema"]


def _reached(roots: list[Json], schemas: dict[str, Json]) -> set[str]:
    reached: set[str] = set()
    waiting = [name for root in roots for name in _references(root)]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(_references(schemas[name]))
    return reached


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                yield value.removeprefix(_REFERENCE)
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for each in node:
            yield from _references(each)


def _point_to(node: Any, renamed: dict[str, str]) -> None:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                name = value.removeprefix(_REFERENCE)
                node[key] = _REFERENCE + renamed.get(name, name)
            else:
                _point_to(value, renamed)
    elif isinstance(node, list):
        for each in node:
            _point_to(each, renamed)
