"""Lead-to-cash stories as load, and faults among them: in the end nothing is lost or doubled, and every yuan accounted for."""

import shutil
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from deploy.local_cluster import PROCESSES, ClusterFailed
from services.kit.settings import DATABASES
from tests.chaos.audit import audit, on_its_way
from tests.chaos.conftest import Size
from tests.chaos.crew import Crew, plans_of
from tests.chaos.crossed_mail import CrossedMail, event_routes
from tests.chaos.faults import Fault, Healed, NotHealed, draw_schedule, inflict
from tests.chaos.plans import STEPS
from tests.chaos.settling import wait_until_settled, whereabouts
from tests.chaos.system import System, keep_logs, running_system
from tests.servers.fixtures import OwnPostgresql
from tests.servers.kept import KeptRabbitmq

LOGS: Final = Path(__file__).parents[2] / ".chaos"


@pytest.fixture(scope="module")
def system(postgresql: OwnPostgresql, rabbitmq: KeptRabbitmq, size: Size) -> Iterator[System]:
    with running_system(postgresql, rabbitmq, keep_logs(LOGS), size.stories) as running:
        yield running


def test_no_story_is_lost_or_doubled_whatever_fails(system: System, size: Size, capsys: pytest.CaptureFixture[str]) -> None:
    drawn = draw_schedule(size.seed, size.stories * len(STEPS), size.faults)
    schedule = [fault for fault in drawn if fault.what != "fill" or system.disk.is_mounted]
    routes = event_routes()
    told: list[str] = []

    def tell(line: str) -> None:
        told.append(line)
        with capsys.disabled():
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()

    tell(f"\nchaos: {size.stories} stories, {len(schedule)} faults, seed {size.seed}; logs in {system.logs}")
    if left_out := len(drawn) - len(schedule):
        tell(f"LEFT OUT: {left_out} full disks, as a disk that can be filled takes root (CAP_SYS_ADMIN) to mount")
    settings = system.cluster.settings
    crew = Crew(system.cluster.base_url, settings.amqp_url, seed=size.seed, stories=size.stories, size=size.crew, tell=tell)
    dues = [*(fault.at_step for fault in schedule), size.stories * len(STEPS)]
    crew.go_on_to(dues[0])
    healed: list[Healed] = []
    unhealed: list[str] = []
    with CrossedMail(system.rabbitmq.url, routes, size.seed) as mail:

        def befall(fault: Fault, next_due: int) -> None:
            try:
                if one := _befall(system, crew, fault, next_due, tell):
                    healed.append(one)
            except (NotHealed, ClusterFailed) as error:
                # It fails the run. The others go on, so that the run tells all it can.
                unhealed.extend([f"{fault}: {error}", *whereabouts(system, routes, mail)])
                for name in PROCESSES:
                    system.cluster.start(name)

        try:
            with crew:
                for fault, due in zip(schedule, dues[1:], strict=True):
                    befall(fault, due)
                crew.wait_to_the_end()
            plans = list(plans_of(size.seed, size.stories))
            began = time.monotonic()
            # What a failed story lacks comes with no time.
            wrong = wait_until_settled(
                lambda: on_its_way(system, routes) or ([] if crew.failures else audit(system, plans, routes))
            )
            tell(f"audited {time.monotonic() - began:.1f} s after the last story")
        except KeyboardInterrupt:
            tell(_figures(system, size, crew, healed, mail))
            raise
        is_wrong = bool(wrong or crew.failures)
        where = whereabouts(system, routes, mail) if is_wrong else []
        wrong = audit(system, plans, routes) if is_wrong else []
    tell(_figures(system, size, crew, healed, mail))
    ended = [f"{name} ended by itself" for name in PROCESSES if not system.cluster.is_running(name)]
    stories = [f"story {number}: {reason}" for number, reason in sorted(crew.failures.items())]
    faulty = [*unhealed, *ended, *filter(None, [mail.failure]), *stories, *wrong]
    assert not faulty, "\n".join([*told, *faulty, *where])
    shutil.rmtree(system.logs)


def _befall(system: System, crew: Crew, fault: Fault, next_due: int, tell: Callable[[str], None]) -> Healed | None:
    """Let it happen when it is due, unless the stories are over before.

    :param next_due: at which step the next fault is, or the end.
    :raises NotHealed, ClusterFailed: if the system does not come back by itself.
    """
    if not crew.wait_for_step(fault.at_step):
        return None
    crew.go_on_to(next_due)
    healed = inflict(system, fault, crew.clock)
    tell(f"{healed.began:>7.1f} s  {fault}, healed in {healed.seconds_to_heal:.1f} s")
    return healed


def _figures(system: System, size: Size, crew: Crew, healed: list[Healed], mail: CrossedMail) -> str:
    by_kind: defaultdict[str, list[float]] = defaultdict(list)
    for one in healed:
        by_kind[one.fault.what].append(one.seconds_to_heal)
    lines = [
        f"stories: {crew.played} of {size.stories} in {crew.seconds or crew.clock():.0f} s",
        f"steps: {crew.steps}; {crew.retries} repeated requests",
        f"events: {mail.late} late, {mail.twice} twice",
        f"kept: {_mebibytes(system)}",
        f"faults: {len(healed)}; seconds to heal:",
    ]
    lines += [
        f"  {what:<8} {len(seconds):>4}   median {statistics.median(seconds):>5.1f}   most {max(seconds):>5.1f}"
        for what, seconds in sorted(by_kind.items())
    ]
    return "\n".join(lines)


def _mebibytes(system: System) -> str:
    """What the run takes of the machine's disks: who plays many stories wants to know."""
    databases = sum(system.ask(service, "SELECT pg_database_size(current_database())")[0][0] for service in DATABASES)
    logs = sum(log.stat().st_size for log in system.logs.iterdir())
    sizes = {"databases": databases, "logs": logs} | ({"files": system.disk.used_bytes} if system.disk.is_mounted else {})
    return ", ".join(f"{what} {size / 2**20:.0f} MiB" for what, size in sizes.items())
