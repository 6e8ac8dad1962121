"""Definitions as they come from outside: data, refused with the place unless it can be published."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from services.contracts import workflow_definitions
from services.kit.errors import InvalidInput
from services.kit.schema import load
from services.workflow.domain.definitions import read_definition
from services.workflow.domain.faults import faults_of

SHIPPED: Final = Path(__file__).resolve().parents[1] / "definitions"


def checked_content(data: Any) -> dict[str, Any]:
    """A definition's data in full, with every default written out; what is stored.

    :raises InvalidInput: with every fault by its place.
    """
    load(workflow_definitions.Definition, data)
    schema = workflow_definitions.Definition()
    content: dict[str, Any] = schema.dump(schema.load(data))
    faults: dict[str, list[str]] = {}
    for fault in faults_of(read_definition(content)):
        faults.setdefault(fault.place, []).append(fault.code)
    if faults:
        raise InvalidInput(fields=faults)
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
