"""What an administered edition of a definition must leave as the product has it. Pure (spec, workflow.md, "Administration").

The owning service checks the form at a start, answers the facts and puts the effect into force; it knows the shipped definition.
Nodes, who acts at them, conditions, names, starters and further fields are the company's to change.
"""

from collections.abc import Iterable, Iterator

from services.workflow.domain.definitions import Definition, Field
from services.workflow.domain.faults import Fault


def faults_of_edition(edition: Definition, shipped: Definition) -> list[Fault]:
    """Where an edition contradicts the one that ships with the product; empty where its owner can serve it."""
    return [
        *_set_by_product("code", edition.code, shipped.code),
        *_set_by_product("owner_service", edition.owner_service, shipped.owner_service),
        *_set_by_product("owner_by", edition.owner_by, shipped.owner_by),
        *_set_by_product("subject_type", edition.subject_type, shipped.subject_type),
        *_faults_of_fields("fields", edition.fields, shipped.fields, may_add=True),
        *_faults_of_facts(edition, shipped),
    ]


def _faults_of_fields(place: str, fields: Iterable[Field], shipped: Iterable[Field], *, may_add: bool) -> Iterator[Fault]:
    known = {field.code: field for field in shipped}
    missing = known.keys() - {field.code for field in fields}
    yield from (Fault(place, f"needed_by_product|{code}") for code in sorted(missing))
    for position, field in enumerate(fields):
        here = f"{place}.{position}"
        if field.code in known:
            yield from _faults_of_field(here, field, known[field.code])
        elif not may_add:
            yield Fault(f"{here}.code", f"unknown_field|{field.code}")
        elif field.is_computed:
            yield from _set_by_product(f"{here}.is_computed", given=True, shipped=False)


def _faults_of_field(place: str, field: Field, shipped: Field) -> Iterator[Fault]:
    for name in ("type", "entered_at", "is_computed", "is_open"):
        yield from _set_by_product(f"{place}.{name}", getattr(field, name), getattr(shipped, name))
    if shipped.required and not field.required:
        yield from _set_by_product(f"{place}.required", given=False, shipped=True)
    known = {choice.code for choice in shipped.choices}
    for position, choice in enumerate(field.choices):
        if choice.code not in known:
            yield Fault(f"{place}.choices.{position}.code", f"one_of|{', '.join(each.code for each in shipped.choices)}")
    yield from _faults_of_fields(f"{place}.columns", field.columns, shipped.columns, may_add=shipped.is_open)


def _faults_of_facts(edition: Definition, shipped: Definition) -> Iterator[Fault]:
    known = {fact.code: fact.type for fact in shipped.facts}
    for position, fact in enumerate(edition.facts):
        if fact.code not in known:
            yield Fault(f"facts.{position}.code", f"unknown_fact|{fact.code}")
        else:
            yield from _set_by_product(f"facts.{position}.type", fact.type, known[fact.code])


def _set_by_product(place: str, given: object, shipped: object) -> Iterator[Fault]:
    if given != shipped:
        yield Fault(place, f"set_by_product|{_plain(shipped)}")


def _plain(value: object) -> str:
    """As it stands in the definition's data."""
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else str(value)
