"""What the ``l2c`` command does to a running system: jobs, dead letters."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from deploy.answer import Answer
from deploy.catalogue import owner_of_job, tasks_of
from services.kit.bus.dead_letters import DeadLetter, DeadLetters
from services.kit.errors import InvalidInput, NotFound
from services.kit.jobs import JobStatus, job_status
from services.kit.settings import Settings
from services.kit.unit_of_work import Begin

_PROGRESS_SECONDS = 0.2
_JOB_SECONDS_MAX = 3600.0


def perform(settings: Settings, request: Mapping[str, Any]) -> Answer:
    """Do one operation.

    :param request: ``operation``: ``job`` (``name``, ``as_of``) or ``dead-letters`` (``service``, ``action``, ``id``,
        ``reason``).
    """
    match request["operation"]:
        case "job":
            return run_job(settings, request["name"], date.fromisoformat(request["as_of"]))
        case "dead-letters":
            return dead_letters(settings, request)
        case unknown:
            return Answer([f"no such operation: {unknown}"], status=2)


def run_job(settings: Settings, name: str, as_of: date) -> Answer:
    """Start a job, or find the one there is, and wait until it ends."""
    service = owner_of_job(name)
    tasks = tasks_of(service) if service else None
    if tasks is None:
        return Answer([f"no service knows a job {name!r}"], status=2)
    begin = tasks.begin(settings)
    try:
        job_id = tasks.start(begin, settings, name, as_of, {})
    except InvalidInput:
        return Answer([f"{name} {as_of}: that day is still to come"], status=2)
    give_up = time.monotonic() + _JOB_SECONDS_MAX
    while (status := _status(begin, job_id)).state not in ("done", "failed"):
        if time.monotonic() > give_up:
            return Answer([f"{name} {as_of}: still {status.state} after {_JOB_SECONDS_MAX:.0f} s"], status=1)
        time.sleep(_PROGRESS_SECONDS)  # progress is polled: a job tells nobody that it ended
    lines = [f"{name} {as_of} ({service}): {status.state}, {status.done} done"]
    lines += [json.dumps(result, ensure_ascii=False) for result in status.results if result]
    return Answer(lines + status.errors, status=0 if status.state == "done" else 1)


def dead_letters(settings: Settings, request: Mapping[str, Any]) -> Answer:
    """List, show, replay or discard a service's parked events."""
    parked = DeadLetters(settings.amqp_url_of(request["service"]), request["service"])
    letter_id = request.get("id")
    try:
        match request["action"]:
            case "list":
                return Answer([_one_line(letter) for letter in parked.list()])
            case "show":
                return Answer([json.dumps(asdict(parked.show(letter_id or "")), ensure_ascii=False, indent=2)])
            case "replay" if letter_id:
                return Answer([f"replayed {_one_line(parked.replay(letter_id))}"])
            case "replay":
                return Answer([f"replayed {parked.replay_all()}"])
            case "discard":
                return Answer([f"discarded {_one_line(parked.discard(letter_id or '', request['reason']))}"])
            case unknown:
                return Answer([f"no such action: {unknown}"], status=2)
    except NotFound:
        return Answer([f"{request['service']} has no dead letter {letter_id}"], status=1)


def _one_line(letter: DeadLetter) -> str:
    return f"{letter.id}  {letter.parked_at}  {letter.queue}  tried {letter.attempts} times: {letter.error}"


def _status(begin: Begin, job_id: UUID) -> JobStatus:
    with begin() as work:
        return job_status(work, job_id)
