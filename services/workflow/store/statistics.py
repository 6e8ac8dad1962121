"""Figures about many processes: how many, how long, and whom they wait for. Set-based, and only of what the caller may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from services.kit.caller import Caller
from services.kit.clock import business_date
from services.workflow.store.processes import HIDDEN_STATES, visible_to
from services.workflow.store.tables import Entry, Process, Task

RUNNING_STATES: Final = ("running", "returned")
PEOPLE_MAX: Final = 20


@dataclass(frozen=True)
class Cohort:
    """The processes that figures are about: those that the caller may see, of one kind or all, started in a range of time.

    :param since: the first instant of the range.
    :param until: the first instant after it.
    :param now: until when what is open has waited.
    """

    caller: Caller
    code: str | None
    since: datetime
    until: datetime
    now: datetime

    @property
    def visible(self) -> list[ColumnElement[bool]]:
        """Of this kind, whenever they were started."""
        of_kind = [] if self.code is None else [Process.code == self.code]
        return [visible_to(self.caller, business_date(self.now)), *of_kind]

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """Of this kind and range."""
        return [Process.started_at >= self.since, Process.started_at < self.until, *self.visible]


def processes_by_version(session: Session, code: str) -> dict[int, tuple[int, int]]:
    """How many processes stay on each version of a definition: those that have not ended, and all."""
    not_ended = func.count().filter(Process.state.in_((*RUNNING_STATES, "rejected")))
    query = (
        select(Process.definition_version, not_ended, func.count())
        .where(Process.code == code, Process.state.not_in(HIDDEN_STATES))
        .group_by(Process.definition_version)
    )
    return {version: (active, total) for version, active, total in session.execute(query)}


def totals_by_code(session: Session, cohort: Cohort) -> list[Row[Any]]:
    """By kind of process: ``started``, what became of them, and how long the archived took (``median``, ``p90``, in seconds)."""
    took = func.extract("epoch", Process.ended_at - Process.started_at)
    is_archived = Process.state == "archived"
    query = (
        select(
            Process.code,
            func.count().label("started"),
            func.count().filter(Process.state.in_(RUNNING_STATES)).label("running"),
            *(func.count().filter(Process.state == state).label(state) for state in ("archived", "rejected", "withdrawn")),
            func.percentile_cont(0.5).within_group(took).filter(is_archived).label("median"),
            func.percentile_cont(0.9).within_group(took).filter(is_archived).label("p90"),
        )
        .where(*cohort.conditions)
        .group_by(Process.code)
        .order_by(Process.code)
    )
    return list(session.execute(query))


def totals_by_node(session: Session, cohort: Cohort) -> dict[tuple[str, str], Row[Any]]:
    """By kind of process and node: ``processes`` that came to it, ``tasks`` there, ``open`` and ``overdue`` ones, and how long
    they waited (``median``, ``p90``, in seconds), open ones until now."""
    waited = func.extract("epoch", func.coalesce(Task.settled_at, cohort.now) - Task.opened_at)
    is_open = Task.state == "open"
    query = (
        select(
            Task.code,
            Task.node,
            func.count(Task.process_id.distinct()).label("processes"),
            func.count().label("tasks"),
            func.count().filter(is_open).label("open"),
            func.count().filter(is_open, Task.due_at < cohort.now).label("overdue"),
            func.percentile_cont(0.5).within_group(waited).label("median"),
            func.percentile_cont(0.9).within_group(waited).label("p90"),
        )
        .join(Process, Process.id == Task.process_id)
        .where(*cohort.conditions, Task.kind == "decide")
        .group_by(Task.code, Task.node)
    )
    return {(row.code, row.node): row for row in session.execute(query)}


def returns_by_node(session: Session, cohort: Cohort) -> dict[tuple[str, str], int]:
    """By kind of process and node: how often somebody returned a process from it."""
    query = (
        select(Process.code, Entry.node, func.count())
        .join(Process, Process.id == Entry.process_id)
        .where(*cohort.conditions, Entry.action == "returned", Entry.at >= cohort.since)
        .group_by(Process.code, Entry.node)
    )
    return {(code, str(node)): count for code, node, count in session.execute(query)}


def most_awaited(session: Session, cohort: Cohort) -> list[Row[Any]]:
    """The people with the most open tasks, whenever their processes were started: ``open``, ``overdue``, ``oldest``."""
    query = (
        select(
            Task.user_id,
            func.max(Task.user_name).label("name"),
            func.count().label("open"),
            func.count().filter(Task.due_at < cohort.now).label("overdue"),
            func.min(Task.opened_at).label("oldest"),
        )
        .join(Process, Process.id == Task.process_id)
        .where(Task.state == "open", *cohort.visible)
        .group_by(Task.user_id)
        .order_by(func.count().desc(), func.min(Task.opened_at), Task.user_id)
        .limit(PEOPLE_MAX)
    )
    return list(session.execute(query))


def handling_times(session: Session, cohort: Cohort, user_ids: Iterable[UUID]) -> dict[UUID, Row[Any]]:
    """How many tasks of the range each of these people has ``done``, and how long half of them waited less (``median``)."""
    waited = func.extract("epoch", Task.settled_at - Task.opened_at)
    query = (
        select(Task.acted_by_id, func.count().label("done"), func.percentile_cont(0.5).within_group(waited).label("median"))
        .join(Process, Process.id == Task.process_id)
        .where(Task.acted_by_id.in_(list(user_ids)), Task.state == "done", Task.kind == "decide", *cohort.conditions)
        .group_by(Task.acted_by_id)
    )
    return {row.acted_by_id: row for row in session.execute(query)}
