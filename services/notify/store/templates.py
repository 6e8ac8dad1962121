"""The message templates, read once from ``templates/*.yaml`` and held against the contracts of the events they answer."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from marshmallow import Schema, fields

from services.contracts import billing, customer, gateway, payments, workflow
from services.contracts.notify import CATEGORIES
from services.contracts.notify_places import page_of, place_of
from services.contracts.people import ROLES
from services.kit.outbox import EventContracts
from services.notify.domain.templates import Template, TemplateError, Words, read_template
from services.notify.store.occasions import OCCASIONS

FOLDER: Final = Path(__file__).resolve().parents[1] / "templates"
SOURCES: Final[Mapping[str, EventContracts]] = {
    "customer": customer.EVENTS,
    "workflow": workflow.EVENTS,
    "billing": billing.EVENTS,
    "payments": payments.EVENTS,
    "gateway": gateway.EVENTS,
    "notify": OCCASIONS,
}
"""Who says events, and what: every other service, and notify of what it notices itself."""


@cache
def templates() -> Mapping[str, tuple[Template, ...]]:
    """Event (``<service>.<type>``) → its templates.

    :raises TemplateError: if one could not be sent.
    """
    read: dict[str, tuple[Template, ...]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.stem in SOURCES:
            for event_type, sources in yaml.safe_load(path.read_text("utf-8")).items():
                event = f"{path.stem}.{event_type}"
                contract = SOURCES[path.stem].get(event_type)
                if contract is None:
                    raise TemplateError(f"{event}: {path.stem} says no such event")
                known = _fields(contract.schema())
                read[event] = tuple(
                    _checked(read_template(event, source, known, words(), CATEGORIES, ROLES)) for source in sources
                )
    return read


@cache
def silent() -> Mapping[str, str]:
    """Event that makes no message → why not, from ``silent.yaml``."""
    reasons: dict[str, str] = yaml.safe_load((FOLDER / "silent.yaml").read_text("utf-8"))
    return reasons


@cache
def words() -> Words:
    """The tables of words that templates may name, from ``words.yaml``."""
    tables = yaml.safe_load((FOLDER / "words.yaml").read_text("utf-8"))
    return {table: {code: (zh, en) for code, (zh, en) in entries.items()} for table, entries in tables.items()}


def _checked(template: Template) -> Template:
    """
    :raises TemplateError: if its messages would stand, or lead, where the console has nothing.
    """
    faults = list(_faults_of_places(template))
    if faults:
        raise TemplateError(f"{template.event}: {'; '.join(faults)}")
    return template


def _faults_of_places(template: Template) -> Iterator[str]:
    place = place_of(template.place)
    if place is None:
        yield f"the menu has no such place: {template.place}"
    elif place.category != template.category:
        yield f"messages at {place.code} are of the category {place.category}"
    if page_of(template.link) is None:
        yield f"the console has no such page: {template.link}"


def _fields(schema: Schema) -> dict[str, Any]:
    return {name: _inside(field) for name, field in schema.fields.items()}


def _inside(field: fields.Field[Any]) -> dict[str, Any] | None:
    if isinstance(field, fields.List):
        return _inside(field.inner)
    return _fields(field.schema) if isinstance(field, fields.Nested) else None
