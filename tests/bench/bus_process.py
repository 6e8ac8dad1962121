"""How many calls and events a second the bus carries, and how long they take.

``python -m tests.bench.bus_process l2c-memory://``, or an ``amqp://`` address: two services and their callers in one process, so
on one processor. Calls are warmed up first. Prints a line a measurement.
"""

import warnings

warnings.simplefilter("ignore")  # eventlet says that it is deprecated
import eventlet  # noqa: E402  # nothing may be imported before it has patched

eventlet.monkey_patch()

import resource  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402
from uuid import uuid4  # noqa: E402

from nameko.runners import ServiceRunner  # noqa: E402

from services.kit.bus.cluster_client import ClusterClient  # noqa: E402
from services.kit.bus.publisher import EventPublisher  # noqa: E402
from services.kit.caller import CallContext, Caller  # noqa: E402
from services.kit.envelope import Event  # noqa: E402
from services.kit.settings import Settings  # noqa: E402
from tests.integration.kit.bus import thing  # noqa: E402
from tests.integration.kit.bus_services import Back, Front  # noqa: E402

CONTEXT = CallContext(Caller("bench"))
IDLE_SECONDS = 5.0


def main(amqp_url: str) -> None:
    settings = Settings(
        database_url="not used",
        amqp_url=amqp_url,
        celery_broker_url="not used",
        files_folder=Path("not used"),
        max_workers=64,
        quorum_queues=not amqp_url.startswith("l2c-memory:"),
    )
    runner = ServiceRunner({"AMQP_URI": amqp_url, "max_workers": settings.max_workers, "L2C": settings})
    runner.add_service(Front)
    runner.add_service(Back)
    runner.start()
    client = ClusterClient(amqp_url, timeout_seconds=60.0)
    for concurrent, count in ((1, 1000), (50, 4000)):
        measure(f"a call, {concurrent} at once", lambda: client.call("back", "echo", CONTEXT, 1), count, concurrent)
        measure(
            f"a call that calls, {concurrent} at once", lambda: client.call("front", "relay", CONTEXT, 1), count // 2, concurrent
        )
    measure_events(EventPublisher(amqp_url), client, 5000)
    measure_idle()
    runner.stop()


def measure(what: str, call: Callable[[], Any], count: int, concurrent: int) -> None:
    seconds: list[float] = []

    def timed() -> None:
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)

    pool = eventlet.GreenPool(concurrent)
    for _ in range(max(50, concurrent * 4)):
        pool.spawn_n(timed)
    pool.waitall()
    seconds.clear()
    started = time.perf_counter()
    for _ in range(count):
        pool.spawn_n(timed)
    pool.waitall()
    rate = count / (time.perf_counter() - started)
    seconds.sort()
    median, slow = seconds[count // 2] * 1000, seconds[count * 99 // 100] * 1000
    print(f"{what:34} {rate:6.0f} a second, p50 {median:6.2f} ms, p99 {slow:6.2f} ms")


def measure_events(publisher: EventPublisher, client: ClusterClient, count: int) -> None:
    run = str(uuid4())
    events = [(Event.from_wire(thing(uuid4(), f"{run}:{number}")), CONTEXT) for number in range(count)]
    publisher.declare("back")
    started = time.perf_counter()
    for first in range(0, count, 500):
        publisher.publish(events[first : first + 500])
    published = time.perf_counter() - started
    while len(client.call("front", "heard_in_all", CONTEXT, "note_thing", run)) < count:
        eventlet.sleep(0.1)
    heard = time.perf_counter() - started
    print(
        f"{'events in batches of 500':34} {count / published:6.0f} a second published, {count / heard:.0f} heard by two handlers"
    )


def measure_idle() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF)
    eventlet.sleep(IDLE_SECONDS)
    after = resource.getrusage(resource.RUSAGE_SELF)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{'idle':34} {busy / IDLE_SECONDS:6.2%} of a processor")


if __name__ == "__main__":
    main(sys.argv[1])
