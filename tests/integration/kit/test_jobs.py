"""A job is asked for once, can be killed anywhere, and says how far it is."""

import errno
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Row, select, update
from sqlalchemy.exc import OperationalError

from deploy.api_client import wait_until
from services.kit.clock import business_date, utc_now
from services.kit.errors import InvalidInput, NotFound, Unavailable
from services.kit.ids import new_id
from services.kit.jobs import (
    LEASE,
    MAX_ATTEMPTS,
    PATIENCE,
    JobStatus,
    Shard,
    fail_shard,
    finish_shard,
    job_status,
    latest_jobs,
    open_job,
    take_shard,
    unsent_shards,
)
from services.kit.settings import Settings
from services.kit.tables import heartbeats, job_shards, jobs
from services.kit.unit_of_work import Begin
from services.kit.worker import ServiceTasks, celery_app

DAY = date(2026, 4, 1)


def _open(begin: Begin, shards: int = 2, key: str = "2026-03") -> UUID:
    with begin() as work:
        return open_job(work, "billing_run", key, as_of=DAY, params={"month": "2026-03"}, shards=shards)[0]


def _status(begin: Begin, job_id: UUID) -> JobStatus:
    with begin() as work:
        return job_status(work, job_id)


def _let_the_lease_run_out(begin: Begin, job_id: UUID) -> None:
    with begin() as work:
        stale = utc_now() - LEASE - timedelta(seconds=1)
        work.session.execute(update(job_shards).where(job_shards.c.job_id == job_id).values(heartbeat_at=stale))


def test_asking_twice_gives_the_same_job(begin: Begin) -> None:
    assert _open(begin) == _open(begin)
    assert _open(begin, key="2026-04") != _open(begin)


def test_a_job_is_done_when_its_last_shard_is(begin: Begin) -> None:
    job_id = _open(begin)
    first, second = take_shard(begin, job_id, 0), take_shard(begin, job_id, 1)
    assert first is not None
    assert second is not None
    first.report(5, 10)
    finish_shard(first, {"bills": 5})
    assert (_status(begin, job_id).state, _status(begin, job_id).total) == ("running", None)
    second.report(3, 3)
    finish_shard(second, {"bills": 3})
    status = _status(begin, job_id)
    assert (status.state, status.done, status.total, status.results) == ("done", 8, 13, [{"bills": 5}, {"bills": 3}])


def test_the_last_runs_of_each_job_are_listed_newest_first(begin: Begin) -> None:
    runs = [_open(begin, key=key) for key in ("2026-01", "2026-02", "2026-03")]
    with begin() as work:
        swept = open_job(work, "funnel_sweep", "2026-04-01", as_of=DAY)[0]
        open_job(work, "statement", "one", as_of=DAY)
    with begin() as work:
        found = latest_jobs(work, ["billing_run", "funnel_sweep", "never_run"], each=2)
    assert [(job.name, job.id) for job in found] == [
        ("funnel_sweep", swept),
        ("billing_run", runs[2]),
        ("billing_run", runs[1]),
    ]


def test_a_shard_is_one_workers_until_its_heartbeat_stops(begin: Begin) -> None:
    job_id = _open(begin, shards=1)
    assert take_shard(begin, job_id, 0) is not None
    assert take_shard(begin, job_id, 0) is None
    _let_the_lease_run_out(begin, job_id)
    assert unsent_shards(begin) == [(job_id, 0)]
    assert take_shard(begin, job_id, 0) is not None


def test_a_finished_shard_is_not_taken_again(begin: Begin) -> None:
    job_id = _open(begin, shards=1)
    shard = take_shard(begin, job_id, 0)
    assert shard is not None
    finish_shard(shard, None)
    assert take_shard(begin, job_id, 0) is None
    assert unsent_shards(begin) == []


def test_a_shard_that_fails_is_tried_again_and_in_the_end_says_why(begin: Begin) -> None:
    job_id = _open(begin, shards=1)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        shard = take_shard(begin, job_id, 0)
        assert shard is not None
        assert fail_shard(shard, "ValueError: 价格表缺少 CTCC") is (attempt < MAX_ATTEMPTS)
    status = _status(begin, job_id)
    assert (status.state, status.errors) == ("failed", ["ValueError: 价格表缺少 CTCC"])


def test_a_shard_that_ends_every_worker_is_given_up_and_says_so(begin: Begin) -> None:
    job_id = _open(begin, shards=1)
    for _ in range(MAX_ATTEMPTS):
        assert take_shard(begin, job_id, 0) is not None
        _let_the_lease_run_out(begin, job_id)
    assert take_shard(begin, job_id, 0) is None
    status = _status(begin, job_id)
    assert (status.state, status.errors) == ("failed", ["its worker died 5 times"])
    assert unsent_shards(begin) == []
    _open(begin, shards=1)
    assert take_shard(begin, job_id, 0) is not None, "asked for again, it is tried again"


class _Fails:
    """A job of one part that fails as it is told, before it succeeds."""

    def __init__(self, begin: Begin, folder: Path, *errors: Exception) -> None:
        self.job_id = _open(begin, shards=1)
        self._errors = list(errors)
        self._settings = Settings(begin.database.url, "l2c-memory://", "memory://", folder)
        self._tasks = ServiceTasks("notes", begin.contracts)
        self._tasks.job("billing_run")(self._run)

    def _run(self, _shard: Shard) -> None:
        if self._errors:
            raise self._errors.pop(0)

    def is_over_after_a_try(self) -> bool:
        return self._tasks.run_shard(self._settings, self.job_id, 0)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        Unavailable("no_room_for_files"),
        OperationalError("INSERT", {}, psycopg.errors.DiskFull("could not extend file")),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_passes_with_time_is_waited_for_and_is_no_attempt(begin: Begin, tmp_path: Path, error: Exception) -> None:
    failing = _Fails(begin, tmp_path, *[error] * (3 * MAX_ATTEMPTS), *[ValueError("x")] * (MAX_ATTEMPTS - 1))
    for _ in range(3 * MAX_ATTEMPTS):
        assert not failing.is_over_after_a_try()
        assert _status(begin, failing.job_id).state == "running"
    assert type(error).__name__ in _status(begin, failing.job_id).errors[0]
    assert [failing.is_over_after_a_try() for _ in range(MAX_ATTEMPTS)] == [False] * (MAX_ATTEMPTS - 1) + [True]
    assert _status(begin, failing.job_id).state == "done"


def test_it_is_not_waited_for_longer_than_anybody_would(begin: Begin, tmp_path: Path) -> None:
    failing = _Fails(begin, tmp_path, *[Unavailable("no_room_for_files")] * MAX_ATTEMPTS)
    with begin() as work:
        work.session.execute(update(jobs).values(created_at=utc_now() - PATIENCE - timedelta(seconds=1)))
    assert [failing.is_over_after_a_try() for _ in range(MAX_ATTEMPTS)] == [False] * (MAX_ATTEMPTS - 1) + [True]
    assert _status(begin, failing.job_id).state == "failed"


def test_a_failed_job_asked_for_again_does_again_what_failed(begin: Begin) -> None:
    job_id = _open(begin)
    good = take_shard(begin, job_id, 0)
    assert good is not None
    finish_shard(good, {"bills": 5})
    for _ in range(MAX_ATTEMPTS):
        bad = take_shard(begin, job_id, 1)
        assert bad is not None
        fail_shard(bad, "ValueError: 价格表缺少 CTCC")
    assert _status(begin, job_id).state == "failed"
    assert _open(begin) == job_id
    assert unsent_shards(begin, job_id=job_id) == [(job_id, 1)]
    again = take_shard(begin, job_id, 1)
    assert again is not None
    finish_shard(again, {"bills": 3})
    status = _status(begin, job_id)
    assert (status.state, status.results, status.errors) == ("done", [{"bills": 5}, {"bills": 3}], [])


def test_only_the_shards_of_a_job_just_opened_are_sent_at_once(begin: Begin) -> None:
    job_id = _open(begin)
    assert unsent_shards(begin, job_id=job_id) == [(job_id, 0), (job_id, 1)]
    assert unsent_shards(begin) == [], "the others' may be on their way to a worker"


def test_a_shard_that_nobody_takes_is_sent_again_once_a_lease(begin: Begin) -> None:
    job_id = _open(begin, shards=1)
    with begin() as work:
        work.session.execute(update(jobs).values(created_at=jobs.c.created_at - LEASE - timedelta(seconds=1)))
    assert [unsent_shards(begin) for _ in range(2)] == [[(job_id, 0)], []], "or busy workers would find it many times over"
    _let_the_lease_run_out(begin, job_id)
    assert unsent_shards(begin) == [(job_id, 0)]
    assert take_shard(begin, job_id, 0) is not None


def test_a_worker_that_is_silent_at_its_work_keeps_its_shard(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.kit.jobs._HEARTBEAT_SECONDS", 0.05)
    job_id = _open(begin, shards=1)
    shard = take_shard(begin, job_id, 0)
    assert shard is not None
    with shard.held():
        _let_the_lease_run_out(begin, job_id)
        wait_until("a heartbeat", lambda: unsent_shards(begin) == [])
        assert take_shard(begin, job_id, 0) is None
    _let_the_lease_run_out(begin, job_id)
    assert unsent_shards(begin) == [(job_id, 0)], "and no longer than it is at work"


def test_a_job_asked_for_on_a_pretended_day_is_sent_again_when_its_message_was_lost(begin: Begin) -> None:
    later = replace(begin, context=replace(begin.context, as_of=utc_now() + timedelta(days=30)))
    job_id = _open(later, shards=1)
    with begin() as work:
        work.session.execute(update(jobs).values(created_at=jobs.c.created_at - LEASE - timedelta(seconds=1)))
    assert unsent_shards(begin) == [(job_id, 0)]


def test_a_worker_that_lost_its_shard_cannot_undo_what_another_finished(begin: Begin) -> None:
    job_id = _open(begin, shards=1)
    slow = take_shard(begin, job_id, 0)
    assert slow is not None
    _let_the_lease_run_out(begin, job_id)
    quick = take_shard(begin, job_id, 0)
    assert quick is not None
    finish_shard(quick, {"bills": 3})
    assert fail_shard(slow, "OperationalError: gone") is False
    status = _status(begin, job_id)
    assert (status.state, status.results, status.errors) == ("done", [{"bills": 3}], [])


def test_a_day_to_come_cannot_be_done_where_time_is_real(begin: Begin, tmp_path: Path) -> None:
    tasks = ServiceTasks("notes", begin.contracts)
    tasks.job("sweep")(lambda _: None)
    real = Settings("", "l2c-memory://", "memory://", tmp_path)
    pretended = replace(real, allow_as_of=True)
    tomorrow = business_date(utc_now()) + timedelta(days=1)
    with pytest.raises(InvalidInput) as refused:
        tasks.start(begin, real, "sweep", tomorrow, {})
    assert refused.value.fields == {"as_of": ["in_future"]}
    todays = tasks.start(begin, real, "sweep", tomorrow - timedelta(days=1), {})
    assert tasks.start(begin, pretended, "sweep", tomorrow, {}) != todays


def test_a_job_that_nobody_opened_is_not_found(begin: Begin) -> None:
    with pytest.raises(NotFound):
        _status(begin, new_id())


def test_whoever_does_what_beat_asks_for_notes_that_it_is_heard_of(begin: Begin, tmp_path: Path) -> None:
    settings = Settings(begin.database.url, "l2c-memory://", "memory://", tmp_path)
    app = celery_app(settings, "notes")
    ServiceTasks("notes", {}).register(app, settings)
    heard: list[Row[str, datetime]] = []
    for _ in range(2):
        app.tasks["notes.resume_jobs"]()
        with begin() as work:
            heard += work.session.execute(select(heartbeats.c.name, heartbeats.c.at)).all()
    assert [name for name, _ in heard] == ["beat", "beat"]
    assert utc_now() - timedelta(minutes=1) < heard[0].at < heard[1].at <= utc_now()
