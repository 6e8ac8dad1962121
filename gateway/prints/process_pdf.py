"""A process as PDF, with its form and history (spec, workflow.md, "Print").

Made of the very page that its reader is shown, and so of nothing that he or she may not see. The same state of a process, shown
to the same reader, gives the same bytes.
"""

from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from gateway.prints.form_values import form_parts, names_in, value_text
from gateway.prints.process_words import ACTIONS, EFFECTS, LABELS, NODE_STATES, POSITIONS, STATES, SYSTEM, role_said, said
from gateway.wording import LANGUAGES
from services.kit.clock import SHANGHAI, parse_instant
from services.kit.typesetting import set_pdf

_TEMPLATE: Final = Path(str(files(__package__) / "process.typ"))
_SECTIONS: Final = ("form", "nodes", "history", "node", "state", "people", "time", "who", "action", "words")

Page = Mapping[str, Any]
"""As the contract's ``Process``, on the wire."""


def process_pdf(page: Page, language: str) -> bytes:
    """Takes the processor for about 0.1 s."""
    return set_pdf(_TEMPLATE, print_data(page, language), parse_instant(page["changed_at"]))


def print_data(page: Page, language: str) -> dict[str, Any]:
    """The texts as they shall stand there."""
    at = LANGUAGES.index(language)
    return {
        "lang": language,
        "title": page["title"],
        "kind": page[f"name_{language}"],
        "page": LABELS["page"][at].split("{}"),
        "labels": {name: LABELS[name][at] for name in _SECTIONS},
        "head": [[LABELS[name][at], text] for name, text in _head(page, language) if text],
        "form": form_parts(page["fields"], page["form"], language, names_in(page["form"], page["subject"])),
        "nodes": [
            [node[f"name_{language}"], said(NODE_STATES, node["state"], language), _people(node, language)]
            for node in page["nodes"]
        ],
        "history": [_history_row(page, entry, language) for entry in page["history"]],
    }


def _head(page: Page, language: str) -> Iterator[tuple[str, str]]:
    version = said(LABELS, "version", language).format(page["definition_version"])
    yield "number", page["id"]
    yield "process", f"{page[f'name_{language}']}（{version}）" if language == "zh" else f"{page[f'name_{language}']} ({version})"
    yield "subject", page["subject"]["name"]
    yield "customer", page["customer_name"] or ""
    yield "initiator", page["initiator"]["name"]
    yield "started_at", _moment(page["started_at"])
    yield "state", said(STATES, page["state"], language)
    yield "ended_at", _moment(page["ended_at"]) if page["ended_at"] else ""
    effect = page["effect"]
    if effect["state"] != "none":
        yield "effect", _sentence([said(EFFECTS, effect["state"], language), effect[f"summary_{language}"]], language)


def _people(node: Mapping[str, Any], language: str) -> str:
    """Who acted, who is asked, or who can act; why a node passes; who is missing where nobody can act."""
    if node[f"words_{language}"]:
        return str(node[f"words_{language}"])
    people = [_person(person, language) for person in node["people"]]
    return "\n".join(filter(None, [*people, _filled("missing", node[f"missing_{language}"], language)]))


def _person(person: Mapping[str, Any], language: str) -> str:
    role = role_said(person["role"], language)
    name = f"{person['name']}（{role}）" if language == "zh" else f"{person['name']} ({role})"
    decision = said(ACTIONS, person["decision"], language) if person["decision"] else ""
    beside = [
        said(POSITIONS, person["position"], language) if person.get("position") else "",
        _filled("by", person.get("by_name"), language),
        _filled("adviser", person.get("adviser_name"), language),
    ]
    return " ".join(filter(None, [name, decision, _moment(person["at"]) if person["at"] else "", *beside]))


def _history_row(page: Page, entry: Mapping[str, Any], language: str) -> list[str]:
    node = entry["node"][f"name_{language}"] if entry["node"] else ""
    if entry["by_name"] is None:
        who = SYSTEM[LANGUAGES.index(language)]
    else:
        role = role_said(entry["by_role"] or "", language)
        who = entry["by_name"] + ((f"（{role}）" if language == "zh" else f" ({role})") if role else "")
        if entry["action"] != "reassigned":
            who = "\n".join(filter(None, [who, _filled("for", entry.get("for_name"), language)]))
    words = "\n".join(filter(None, _entry_words(page, entry, language)))
    return [_moment(entry["at"]), node, who, said(ACTIONS, entry["action"], language), words]


def _entry_words(page: Page, entry: Mapping[str, Any], language: str) -> Iterator[str]:
    yield (entry["opinion_en"] if language == "en" else "") or entry["opinion"]
    colon = "：" if language == "zh" else ": "
    if entry["handlers"]:
        label = "→ " if entry["action"] == "copied" else said(LABELS, "people", language) + colon
        yield label + _names(entry["handlers"], language)
    if entry["to_node"]:
        names = {node["code"]: node[f"name_{language}"] for node in page["nodes"]}
        yield "→ " + names.get(entry["to_node"], entry["to_node"])
    if entry["to_name"]:
        # Whoever reassigns takes a task from somebody; a deputy's words are his or her own, and say for whom beside the name.
        giver = f"{entry['for_name']} " if entry["action"] == "reassigned" and entry.get("for_name") else ""
        position = f" {said(POSITIONS, entry['position'], language)}" if entry.get("position") else ""
        yield f"{giver}→ {entry['to_name']}{position}"
    if files := entry.get("attachments"):
        yield said(LABELS, "attachments", language) + colon + _names([file["name"] for file in files], language)
    fields = {field["code"]: field for field in page["fields"]}
    names = names_in(page["form"], page["subject"])
    for code, (before, after) in entry["changes"].items():
        if code in fields:
            field = fields[code]
            was, now = (value_text(field, value, language, names) or "—" for value in (before, after))
            yield f"{field[f'name_{language}']}{colon}{was} → {now}"


def _filled(label: str, name: str | None, language: str) -> str:
    return said(LABELS, label, language).format(name) if name else ""


def _names(names: Iterable[str], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(names)


def _sentence(texts: Iterable[str], language: str) -> str:
    return ("，" if language == "zh" else ", ").join(filter(None, texts))


def _moment(instant: str) -> str:
    """In Shanghai, to the minute."""
    return f"{parse_instant(instant).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
