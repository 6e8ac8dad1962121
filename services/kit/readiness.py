"""What a process needs, and whether it has it. Imports no nameko: workers, beat and relays answer the same."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import func, select

from services.kit.bus.dead_letters import count_dead_letters
from services.kit.database import Database, database_of
from services.kit.settings import Settings
from services.kit.tables import outbox

Check = Callable[[], dict[str, Any]]
"""Gives details; raises where the process cannot work."""

Checks = Mapping[str, Check]


def readiness_of(service: str, settings: Settings, more: Checks | None = None) -> dict[str, Any]:
    """Whether a service has what it needs, with each check's answer: its database (with the outbox's length), the bus (with its
    dead letters), and what it checks beside them."""

    def bus() -> dict[str, Any]:
        return {"dead_letters": count_dead_letters(settings.amqp_url_of(service), service)}

    return readiness(service, {"database": lambda: outbox_length(database_of(service, settings)), "bus": bus, **(more or {})})


def outbox_length(database: Database) -> dict[str, Any]:
    """How many events of a service wait; the database's check."""
    with database.session() as session:
        waiting = session.scalar(select(func.count()).select_from(outbox).where(outbox.c.published_at.is_(None)))
    return {"outbox_waiting": waiting}


def readiness(name: str, checks: Checks) -> dict[str, Any]:
    """
    :param name: the process's.
    :returns: ``service``, ``ready``, and ``checks``: by name ``ok`` with the check's details, or with ``error``.
    """
    answers = {check: _checked(look) for check, look in checks.items()}
    return {"service": name, "ready": all(answer["ok"] for answer in answers.values()), "checks": answers}


def _checked(check: Check) -> dict[str, Any]:
    try:
        return {"ok": True, **check()}
    except Exception as error:  # whatever the reason, the answer is that it is not ready, and the reason
        return {"ok": False, "error": f"{type(error).__name__}: {error}"}
