"""Jobs: long work, asked for once by its key, done in shards by workers, safe to kill and to run again.

The life of a job::

    open_job ──► queued ──► running ──► done
                    ▲          │  ╲
                    └──────────┘   ╲──► failed      (a shard raised, or its worker died, MAX_ATTEMPTS times; ``error`` says what)
             its worker died: resume_jobs sends it again. What passes with time (a full disk) is not counted for PATIENCE

Asking again with the same name and key gives the job there is; of a failed one, what failed is done again. A shard may run twice
(a worker killed at its end), so what it does must be idempotent; that is the use case's to ensure, by unique keys in its own
tables.
"""

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, func, insert, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.kit.caller import CallContext, Caller
from services.kit.clock import utc_now
from services.kit.database import DATABASE_AWAY
from services.kit.errors import NotFound
from services.kit.files import FileStore
from services.kit.server_urls import BEAT
from services.kit.tables import heartbeats, job_shards, jobs
from services.kit.unit_of_work import Begin, UnitOfWork

MAX_ATTEMPTS = 5
PATIENCE = timedelta(hours=6)
"""So long after a job was asked for, nobody has to ask again because something it needs was away or full."""
LEASE = timedelta(seconds=20)
"""A shard whose heartbeat is older than this has lost its worker; and one that nobody took for so long, perhaps its message."""

_HEARTBEAT_SECONDS = LEASE.total_seconds() / 4

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class JobStatus:
    """A job as anyone may watch it.

    :param params: as given to :func:`open_job`.
    :param state: ``queued``, ``running``, ``done`` or ``failed``.
    :param done: units of work finished, over all shards.
    :param total: units there are; ``None`` until every shard has counted.
    :param results: the shards' results, by number.
    """

    id: UUID
    name: str
    as_of: date
    params: dict[str, Any]
    state: str
    done: int
    total: int | None
    results: list[dict[str, Any] | None]
    errors: list[str]
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True)
class Shard:
    """One part of a job, as its use case gets it.

    :param number: from 0 to ``of`` - 1; the use case takes what falls to it by it.
    :param params: the job's, as given to :func:`open_job`.
    :param files: where the worker keeps files; ``None`` only where a test gives none.
    """

    begin: Begin
    job_id: UUID
    number: int
    of: int
    as_of: date
    params: dict[str, Any]
    files: FileStore | None = None

    def under(self, trace: str) -> "Shard":
        """The same, what it does belonging to another span of its trace."""
        return replace(self, begin=replace(self.begin, context=replace(self.begin.context, trace=trace)))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the shard this worker's while it is at work, however seldom it reports: the lease is for workers that died."""
        is_over = threading.Event()
        heart = threading.Thread(target=self._beat, args=(is_over,), name=f"heart of {self.job_id} {self.number}", daemon=True)
        heart.start()
        try:
            yield
        finally:
            is_over.set()
            heart.join()

    def _beat(self, is_over: threading.Event) -> None:
        mine = and_(_is(self.job_id, self.number), job_shards.c.state == "running")
        while not is_over.wait(_HEARTBEAT_SECONDS):
            try:
                with self.begin() as work:
                    work.session.execute(update(job_shards).where(mine).values(heartbeat_at=utc_now()))
            except DATABASE_AWAY as error:
                _log.warning("shard %d of job %s: no heartbeat: %s", self.number, self.job_id, error)

    def report(self, done: int, total: int | None = None) -> None:
        """Say how far it is."""
        with self.begin() as work:
            values: dict[str, Any] = {"done": done, "heartbeat_at": utc_now()}
            if total is not None:
                values["total"] = total
            work.session.execute(update(job_shards).where(_is(self.job_id, self.number)).values(values))


def open_job(
    work: UnitOfWork, name: str, key: str, *, as_of: date, params: Mapping[str, Any] | None = None, shards: int = 1
) -> tuple[UUID, bool]:
    """Write the job, or find it; one that failed is queued again.

    :param key: what makes it the same job: ``"2026-03"`` for a month's run.
    :returns: its id, and whether this call made it. Either way the caller sends its shards: :func:`unsent_shards`.
    """
    job_id = work.new_id()
    made = work.session.execute(
        upsert(jobs)
        .values(
            id=job_id,
            name=name,
            key=key,
            as_of=as_of,
            params=dict(params or {}),
            headers=work.context.to_headers(),
            state="queued",
            created_at=utc_now(),  # not a pretended time: the lease counts from it
        )
        .on_conflict_do_nothing()
        .returning(jobs.c.id)
    ).first()
    if made is None:
        existing = select(jobs).where(jobs.c.name == name, jobs.c.key == key).with_for_update()
        job = work.session.execute(existing).one()
        if job.state == "failed":
            _try_again(work, job.id)
        return job.id, False
    work.session.execute(
        insert(job_shards), [{"job_id": job_id, "number": number, "state": "queued"} for number in range(shards)]
    )
    return job_id, True


def _try_again(work: UnitOfWork, job_id: UUID) -> None:
    failed = update(job_shards).where(job_shards.c.job_id == job_id, job_shards.c.state == "failed")
    work.session.execute(failed.values(state="queued", attempts=0, error=None, heartbeat_at=None))
    work.session.execute(update(jobs).where(jobs.c.id == job_id).values(state="queued", finished_at=None))


def job_status(work: UnitOfWork, job_id: UUID) -> JobStatus:
    """
    :raises NotFound: if there is no such job.
    """
    found = job_statuses(work, [job_id])
    if not found:
        raise NotFound("job_not_found")
    return found[0]


def job_statuses(work: UnitOfWork, job_ids: Sequence[UUID]) -> list[JobStatus]:
    """Of several, in their order; those that do not exist are left out."""
    found = {job.id: job for job in work.session.execute(select(jobs).where(jobs.c.id.in_(job_ids)))}
    shards: dict[UUID, list[Row[Any]]] = {job_id: [] for job_id in found}
    query = select(job_shards).where(job_shards.c.job_id.in_(list(found))).order_by(job_shards.c.job_id, job_shards.c.number)
    for shard in work.session.execute(query):
        shards[shard.job_id].append(shard)
    return [_status(found[job_id], shards[job_id]) for job_id in job_ids if job_id in found]


def latest_jobs(work: UnitOfWork, names: Sequence[str], *, each: int) -> list[JobStatus]:
    """The last ``each`` that were asked for of every name, the newest first."""
    newest_first = (jobs.c.created_at.desc(), jobs.c.id.desc())
    rank = func.row_number().over(partition_by=jobs.c.name, order_by=newest_first).label("rank")
    ranked = select(jobs.c.id, rank).where(jobs.c.name.in_(names)).subquery()
    query = select(jobs.c.id).join(ranked, ranked.c.id == jobs.c.id).where(ranked.c.rank <= each).order_by(*newest_first)
    return job_statuses(work, list(work.session.scalars(query)))


def _status(job: Row[Any], shards: Sequence[Row[Any]]) -> JobStatus:
    totals = [shard.total for shard in shards]
    return JobStatus(
        id=job.id,
        name=job.name,
        as_of=job.as_of,
        params=job.params,
        state=job.state,
        done=sum(shard.done for shard in shards),
        total=None if None in totals else sum(totals),
        results=[shard.result for shard in shards],
        errors=[shard.error for shard in shards if shard.error],
        created_at=job.created_at,
        finished_at=job.finished_at,
    )


def take_shard(begin: Begin, job_id: UUID, number: int, files: FileStore | None = None) -> Shard | None:
    """Make the shard this worker's.

    :returns: ``None`` if it is finished, another worker is alive on it, or too many have died of it.
    """
    now = utc_now()
    with begin() as work:
        if _has_killed_too_many(work, job_id, number, now):
            return None
        free = or_(
            job_shards.c.state == "queued",
            and_(job_shards.c.state == "running", job_shards.c.heartbeat_at < now - LEASE),
        )
        taken = work.session.execute(
            update(job_shards)
            .where(_is(job_id, number), free)
            .values(state="running", heartbeat_at=now, attempts=job_shards.c.attempts + 1, error=None)
            .returning(job_shards.c.job_id)
        ).first()
        if taken is None:
            return None
        work.session.execute(update(jobs).where(jobs.c.id == job_id, jobs.c.state == "queued").values(state="running"))
        job = work.session.execute(select(jobs).where(jobs.c.id == job_id)).one()
        shards = select(func.count()).select_from(job_shards).where(job_shards.c.job_id == job_id)
        return Shard(_as_asked(begin, job), job_id, number, work.session.scalar(shards) or 0, job.as_of, job.params, files)


def _has_killed_too_many(work: UnitOfWork, job_id: UUID, number: int, now: datetime) -> bool:
    """Whether a shard has ended every worker that took it; it has failed then, and is not tried for ever."""
    died = and_(job_shards.c.state == "running", job_shards.c.heartbeat_at < now - LEASE)
    given_up = work.session.execute(
        update(job_shards)
        .where(_is(job_id, number), died, job_shards.c.attempts >= MAX_ATTEMPTS)
        .values(state="failed", error=f"its worker died {MAX_ATTEMPTS} times")
        .returning(job_shards.c.job_id)
    ).first()
    if given_up is not None:
        _settle_job(work, job_id)
    return given_up is not None


def finish_shard(shard: Shard, result: Mapping[str, Any] | None) -> None:
    """Mark it done; the last one done makes the job done."""
    with shard.begin() as work:
        work.session.execute(
            update(job_shards)
            .where(_is(shard.job_id, shard.number))
            .values(state="done", result=result and dict(result), error=None, heartbeat_at=None)
        )
        _settle_job(work, shard.job_id)


def fail_shard(shard: Shard, error: str, *, passes: bool = False) -> bool:
    """Put it back in the queue, or after :data:`MAX_ATTEMPTS` mark it and its job failed.

    :param passes: whether time heals it; then it is no attempt as long as the job's :data:`PATIENCE` lasts.
    :returns: whether it shall be tried again; not if another worker has finished it meanwhile.
    """
    with shard.begin() as work:
        query = select(job_shards.c.state, job_shards.c.attempts, jobs.c.created_at).join(jobs, jobs.c.id == job_shards.c.job_id)
        row = work.session.execute(query.where(_is(shard.job_id, shard.number)).with_for_update(of=job_shards)).one()
        if row.state == "done":
            return False
        excused = passes and row.created_at > utc_now() - PATIENCE
        again = bool(excused or row.attempts < MAX_ATTEMPTS)
        work.session.execute(
            update(job_shards)
            .where(_is(shard.job_id, shard.number))
            .values(
                state="queued" if again else "failed",
                attempts=row.attempts - 1 if excused else row.attempts,
                error=error[:2000],
                heartbeat_at=utc_now(),
            )
        )
        _settle_job(work, shard.job_id)
        return again


def note_beat(begin: Begin) -> None:
    """What falls due is being started and done: beat has asked for this a moment ago. It may run on any host, and reaches no
    database itself."""
    with begin() as work:
        noted = upsert(heartbeats).values(name=BEAT, at=utc_now())  # the real time: somebody looks how long ago it is
        work.session.execute(noted.on_conflict_do_update(index_elements=["name"], set_={"at": noted.excluded.at}))


def unsent_shards(begin: Begin, *, job_id: UUID | None = None) -> list[tuple[UUID, int]]:
    """The shards that no worker is on: those of one job just opened, or (without ``job_id``) all that lost their worker, or that
    no worker has taken within the :data:`LEASE`; of these one that is told of counts as sent anew, for as long."""
    now = utc_now()
    idle = and_(job_shards.c.state == "queued", job_shards.c.heartbeat_at.is_(None))
    if job_id is not None:
        condition = and_(idle, job_shards.c.job_id == job_id)
    else:
        opened_long_ago = and_(idle, jobs.c.created_at < now - LEASE)
        lost = and_(job_shards.c.state.in_(("queued", "running")), job_shards.c.heartbeat_at < now - LEASE)
        condition = or_(opened_long_ago, lost)
    with begin() as work:
        query = select(job_shards.c.job_id, job_shards.c.number).join(jobs).where(condition).order_by(jobs.c.created_at)
        found = [(row.job_id, row.number) for row in work.session.execute(query)]
        if job_id is None:
            told = and_(tuple_(job_shards.c.job_id, job_shards.c.number).in_(found), job_shards.c.state == "queued")
            # Or where every worker is busy for an hour, each look would send it once more.
            work.session.execute(update(job_shards).where(told).values(heartbeat_at=now))
        return found


def _settle_job(work: UnitOfWork, job_id: UUID) -> None:
    # The job's row lock makes two shards that end at once count each other.
    work.session.execute(select(jobs.c.id).where(jobs.c.id == job_id).with_for_update())
    states = set(work.session.scalars(select(job_shards.c.state).where(job_shards.c.job_id == job_id)))
    if states <= {"done", "failed"}:
        state = "failed" if "failed" in states else "done"
        work.session.execute(update(jobs).where(jobs.c.id == job_id).values(state=state, finished_at=utc_now()))


def _as_asked(begin: Begin, job: Row[Any]) -> Begin:
    context = CallContext.from_headers(job.headers, default=Caller.system(begin.service))
    return Begin(begin.service, begin.database, begin.contracts, context.on_behalf_of(Caller.system(job.name)))


def _is(job_id: UUID, number: int) -> Any:
    return and_(job_shards.c.job_id == job_id, job_shards.c.number == number)
