"""The message templates, read once from ``templates/*.yaml`` and held against the contracts of the events they answer."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from marshmallow import Schema, fields

from services.contracts import billing, customer, payments, workflow
from services.contracts.notify import CATEGORIES
from services.contracts.people import ROLES
from services.kit.outbox import EventContracts
from services.notify.domain.templates import Template, TemplateError, Words, read_template

FOLDER: Final = Path(__file__).resolve().parents[1] / "templates"
SOURCES: Final[Mapping[str, EventContracts]] = {
    "customer": customer.EVENTS,
    "workflow": workflow.EVENTS,
    "billing": billing.EVENTS,
    "payments": payments.EVENTS,
}


@cache
def templates() -> Mapping[str, tuple[Template, ...]]:
    """Event (``<service>.<type>``) → its templates.

    :raises TemplateError: if one could not be sent.
    """
    read: dict[str, tuple[Template, ...]] = {}
    for service in SOURCES:
        for event_type, sources in yaml.safe_load((FOLDER / f"{service}.yaml").read_text("utf-8")).items():
            event = f"{service}.{event_type}"
            contract = SOURCES[service].get(event_type)
            if contract is None:
                raise TemplateError(f"{event}: {service} says no such event")
            known = _fields(contract.schema())
            read[event] = tuple(read_template(event, source, known, words(), CATEGORIES, ROLES) for source in sources)
    return read


@cache
def words() -> Words:
    """The tables of words that templates may name, from ``words.yaml``."""
    tables = yaml.safe_load((FOLDER / "words.yaml").read_text("utf-8"))
    return {table: {code: (zh, en) for code, (zh, en) in entries.items()} for table, entries in tables.items()}


def _fields(schema: Schema) -> dict[str, Any]:
    return {name: _inside(field) for name, field in schema.fields.items()}


def _inside(field: fields.Field[Any]) -> dict[str, Any] | None:
    if isinstance(field, fields.List):
        return _inside(field.inner)
    return _fields(field.schema) if isinstance(field, fields.Nested) else None
