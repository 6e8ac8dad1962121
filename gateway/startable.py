"""What can be started for a customer, put together of what workflow offers and of what each owner says. Pure.

A process whose form decides by a choice whose facts it concerns has several owners: it can be started if one of them lets it, and
is refused if all of them do. What an owner that is away would say, nobody says in its place.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from gateway.wording import refusal_message

Answers = Mapping[str, Mapping[str, Any] | None]
"""Owner → its ``OwnedStarts``; ``None`` if it could not be asked."""


def startable_processes(
    offered: Iterable[Mapping[str, Any]], answers: Answers, missing: Iterable[Mapping[str, Any]], language: str
) -> list[dict[str, Any]]:
    """
    :param offered: as ``OfferedProcess``.
    :param missing: as ``MissingPart``: why an owner could not be asked.
    :returns: as ``StartableProcess``, in the same order.
    """
    away = {each["part"]: {"code": each["code"], "params": {}, "message": each["message"]} for each in missing}
    said = {(owner, start["code"]): start for owner, answer in answers.items() if answer is not None for start in answer["items"]}
    return [_startable(process, said, away, language) for process in offered]


def _startable(
    process: Mapping[str, Any],
    said: Mapping[tuple[str, str], Mapping[str, Any]],
    away: Mapping[str, Mapping[str, Any]],
    language: str,
) -> dict[str, Any]:
    owners = process["owners"]
    starts = [said[owner, process["code"]] for owner in owners if (owner, process["code"]) in said]
    silent = [away[owner] for owner in owners if owner in away]
    # What nobody can handle is started for nobody, whatever the owners say.
    subjects = [] if process["reasons"] else _once(start["subjects"] for start in starts)
    is_known = bool(subjects or process["reasons"] or not silent)
    reasons = [] if subjects else process["reasons"] or [*silent, *_once(start["reasons"] for start in starts)]
    return {
        **{name: process[name] for name in ("code", "name_zh", "name_en", "subject_type")},
        "can_start": bool(subjects) if is_known else None,
        "reasons": _worded(reasons, language),
        "subjects": subjects,
        "refused": [
            {**each, "reasons": _worded(each["reasons"], language)} for each in _once(start["refused"] for start in starts)
        ],
        "is_more": any(start["is_more"] for start in starts),
    }


def _once(lists: Iterable[Sequence[dict[str, Any]]]) -> list[dict[str, Any]]:
    """All of the lists, what is in several of them once."""
    found: list[dict[str, Any]] = []
    for each in chain.from_iterable(lists):
        if each not in found:
            found.append(each)
    return found


def _worded(reasons: Iterable[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:
    return [{"message": refusal_message(each["code"], each["params"], language), **each} for each in reasons]
