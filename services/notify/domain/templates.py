"""Message templates: data that says which event tells whom what (spec, notify.md). Pure.

A template is refused when it is loaded if it names a field that its event lacks, so that none fails when it is sent.
"""

import string
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.kit.clock import SHANGHAI, parse_instant

LANGUAGES: Final = ("zh", "en")
SEVERITIES: Final = ("info", "warning", "action")
RECIPIENT_RULES: Final = ("user", "users", "lead", "role", "owner_of", "owner_lead_of")

Fields = Mapping[str, Any]
"""An event's fields, as far as promised: a mapping for an object, ``None`` for a plain value or a free object."""

Words = Mapping[str, Mapping[str, tuple[str, str]]]
"""Tables of words by name: code → Chinese, English. ``{to_tier:tier}`` shows the code's word; a list shows each, in a row."""

INSTANT: Final = "instant"
"""What is no table: ``{due_at:instant}`` shows an instant as clocks in Shanghai do, to the minute."""


class TemplateError(Exception):
    """A template that cannot be used, with its place."""


@dataclass(frozen=True)
class RecipientRule:
    """How a recipient is found.

    :param kind: which of :data:`RECIPIENT_RULES`.
    :param value: for ``role`` its code; else the field with the id of a user, of several (``users``), of a department
        (``lead``), or of the customer whose owner or owner's lead it is.
    :param department: of a role in a department, the field with that one's id; ``None`` for everywhere.
    """

    kind: str
    value: str
    department: str | None = None


@dataclass(frozen=True)
class Template:
    """One kind of message.

    :param event: ``<service>.<type>``.
    :param each: a list field and the name of its items: one message an item; ``None`` for one message an event.
    :param when: fields and the values they must have: one, or one of a list.
    :param unless: fields and the values they must not have.
    :param key: what makes it the same message again; sent once however often its event comes.
    :param task: the field with the id of the task whose end makes the message done; ``None`` for other messages.
    """

    event: str
    each: tuple[str, str] | None
    when: Mapping[str, Any]
    unless: Mapping[str, Any]
    category: str
    place: str
    severity: str
    key: str
    link: str
    task: str | None
    customer: str | None
    recipients: tuple[RecipientRule, ...]
    titles: Mapping[str, str]
    texts: Mapping[str, str]

    def strings(self) -> list[str]:
        """Every text with placeholders."""
        return [self.key, self.link, self.place, *self.titles.values(), *self.texts.values()]


@dataclass(frozen=True)
class Draft:
    """A message made from an event, not yet addressed."""

    template: Template
    values: Mapping[str, Any]
    key: str
    place: str
    link: str
    titles: Mapping[str, str]
    texts: Mapping[str, str]

    @property
    def task_id(self) -> str | None:
        """The task that the message is about."""
        return None if self.template.task is None else look_up(self.values, self.template.task)

    @property
    def customer_id(self) -> str | None:
        """The customer that the message is about."""
        return None if self.template.customer is None else find(self.values, self.template.customer)


def look_up(values: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path.

    :raises KeyError: if there is none.
    """
    value: Any = values
    for part in path.split("."):
        value = value[part]
    return value


def find(values: Mapping[str, Any], path: str) -> Any:
    """The same; ``None`` for a field that the event need not bear, and does not."""
    try:
        return look_up(values, path)
    except KeyError:
        return None


class _Filler(string.Formatter):
    def __init__(self, words: Words, language: str) -> None:
        self._words = words
        self._language = LANGUAGES.index(language)

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Any, str]:
        # That the contract has the field was seen when the template was read; one said before it had it is shown without.
        return find(kwargs, field_name), field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, list):
            return ("、", ", ")[self._language].join(self.format_field(item, format_spec) for item in value)
        if value is None:
            return ""
        if not format_spec:
            return str(value)
        if format_spec == INSTANT:
            return parse_instant(value).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        return self._words[format_spec].get(str(value), (str(value),) * 2)[self._language]


def draft_messages(template: Template, event: Mapping[str, Any], words: Words) -> list[Draft]:
    """What an event's template makes of it.

    :param event: the event's data, with ``event_id`` beside its fields.
    """
    if not all(find(event, path) in _choices(wanted) for path, wanted in template.when.items()):
        return []
    if any(find(event, path) in _choices(unwanted) for path, unwanted in template.unless.items()):
        return []
    if template.each is None:
        return [_fill(template, event, words)]
    path, name = template.each
    return [_fill(template, {**event, name: item}, words) for item in look_up(event, path)]


def _choices(wanted: Any) -> list[Any]:
    return wanted if isinstance(wanted, list) else [wanted]


def _fill(template: Template, values: Mapping[str, Any], words: Words) -> Draft:
    fillers = {language: _Filler(words, language) for language in LANGUAGES}
    plain = fillers["zh"]
    return Draft(
        template=template,
        values=values,
        key=plain.vformat(template.key, (), values),
        place=plain.vformat(template.place, (), values),
        link=plain.vformat(template.link, (), values),
        titles={language: fillers[language].vformat(text, (), values) for language, text in template.titles.items()},
        # An opinion stands at the end, and need not be there.
        texts={language: fillers[language].vformat(text, (), values).rstrip() for language, text in template.texts.items()},
    )


def read_template(
    event: str, source: Mapping[str, Any], fields: Fields, words: Words, categories: Sequence[str], roles: Collection[str]
) -> Template:
    """A template from its data.

    :param fields: what the event's contract has.
    :param roles: the codes of the roles there are.
    :raises TemplateError: for anything it could not be sent with, naming the event and the place.
    """
    try:
        template = Template(
            event=event,
            each=next(iter(source["each"].items())) if "each" in source else None,
            when=source.get("when", {}),
            unless=source.get("unless", {}),
            category=source["category"],
            place=source["place"],
            severity=source.get("severity", "info"),
            key=source.get("key", "{event_id}"),
            link=source["link"],
            task=source.get("task"),
            customer=source.get("customer"),
            recipients=tuple(map(_recipient_rule, source["to"])),
            titles={language: source["title"][language] for language in LANGUAGES},
            texts={language: source["text"][language] for language in LANGUAGES},
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise TemplateError(f"{event}: incomplete: {error!r}") from error
    faults = [
        *(f"templates have no {part}" for part in source.keys() - _PARTS),
        *_faults_of_choices(template, categories, roles),
        *_faults_of_fields(template, fields, words),
    ]
    if faults:
        raise TemplateError(f"{event}: {'; '.join(faults)}")
    return template


def _recipient_rule(source: Mapping[str, str]) -> RecipientRule:
    """``{user: owner_id}``; of a role in a department ``{role: sales, in: department_id}``."""
    department = source.get("in")
    ((kind, value),) = ((kind, value) for kind, value in source.items() if kind != "in")
    return RecipientRule(kind, value, department)


_PARTS: Final = frozenset(
    ("each", "when", "unless", "category", "place", "severity", "key", "link", "task", "customer", "to", "title", "text")
)


def _faults_of_choices(template: Template, categories: Sequence[str], roles: Collection[str]) -> Iterator[str]:
    if template.category not in categories:
        yield f"no such category: {template.category}"
    if template.severity not in SEVERITIES:
        yield f"no such severity: {template.severity}"
    for rule in template.recipients:
        if rule.kind not in RECIPIENT_RULES:
            yield f"no such recipient: {rule.kind}"
        if rule.kind == "role" and rule.value not in roles:
            yield f"no such role: {rule.value}"
        if rule.kind != "role" and rule.department is not None:
            yield f"only a role is held in a department: {rule.kind}"


def _faults_of_fields(template: Template, fields: Fields, words: Words) -> Iterator[str]:
    known = {**fields, "event_id": None}
    if template.each is not None:
        path, name = template.each
        known[name] = _field(known, path)
        if known[name] is _MISSING:
            yield f"each: the event has no {path}"
    try:
        parts = [part for text in template.strings() for part in string.Formatter().parse(text)]
    except ValueError as error:
        yield f"a key, link, place, title or text cannot be read: {error}"
        return
    placeholders = [(name, spec) for _, name, spec, _ in parts if name is not None]
    for name, spec in placeholders:
        if spec and spec != INSTANT and spec not in words:
            yield f"no such words: {{{name}:{spec}}}"
    paths = [rule.value for rule in template.recipients if rule.kind != "role"]
    paths += [rule.department for rule in template.recipients if rule.department is not None]
    paths += [
        *template.when,
        *template.unless,
        *filter(None, (template.task, template.customer)),
        *(name for name, _ in placeholders),
    ]
    for path in paths:
        if _field(known, path) is _MISSING:
            yield f"the event has no field {path!r}"


_MISSING: Final = object()


def _field(fields: Any, path: str) -> Any:
    found = fields
    for part in path.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return _MISSING
        found = found[part]
    return found
