"""Definitions as they come from outside: data, refused with the place unless it can be published."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from services.contracts import workflow_definitions
from services.kit.errors import InvalidInput
from services.kit.schema import load
from services.workflow.domain.definitions import Definition, read_definition
from services.workflow.domain.editions import faults_of_edition
from services.workflow.domain.faults import Fault, faults_of

SHIPPED: Final = Path(__file__).resolve().parents[1] / "definitions"
DEPTH_MAX: Final = 30
"""Of a definition's data: its conditions and grids may be nested, and whoever reads them calls itself."""


def checked_content(data: Any, *, shipped: Definition | None = None) -> dict[str, Any]:
    """A definition's data in full, with every default written out; what is stored.

    :param shipped: the product's own, for an administered edition, which must not contradict it.
    :raises InvalidInput: with every fault by its place.
    """
    if is_too_deep(data):
        raise InvalidInput(fields={"": ["too_deep"]})
    load(workflow_definitions.Definition, data)
    schema = workflow_definitions.Definition()
    content: dict[str, Any] = schema.dump(schema.load(data))
    definition = read_definition(content)
    found = [*faults_of(definition), *(faults_of_edition(definition, shipped) if shipped else ())]
    if found:
        raise InvalidInput(fields=_by_place(found))
    return content


def read_files(folder: Path = SHIPPED) -> Mapping[str, dict[str, Any]]:
    """The content of every file, by its definition's code.

    :raises InvalidInput: ``definition_faulty``, with the file's name before each place.
    """
    contents: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.glob("*.yaml")):
        try:
            content = checked_content(yaml.safe_load(file.read_text(encoding="utf-8")))
        except InvalidInput as error:
            places = {f"{file.name}: {place}": codes for place, codes in error.fields.items()}
            raise InvalidInput("definition_faulty", fields=places) from error
        contents[content["code"]] = content
    return contents


def is_too_deep(data: Any, levels: int = DEPTH_MAX) -> bool:
    """Whether data is nested deeper than any definition."""
    inner = data.values() if isinstance(data, Mapping) else data if isinstance(data, list) else ()
    return levels == 0 or any(is_too_deep(each, levels - 1) for each in inner)


def _by_place(found: list[Fault]) -> dict[str, list[str]]:
    faults: dict[str, list[str]] = {}
    for fault in found:
        faults.setdefault(fault.place, []).append(fault.code)
    return faults
