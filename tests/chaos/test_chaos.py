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
from tests.chaos.audit import audit
from tests.chaos.conftest import Size
from tests.chaos.crew import Crew, plans_of
from tests.chaos.crossed_mail import CrossedMail, event_routes
from tests.chaos.faults import Fault, Healed, NotHealed, draw_schedule, inflict
from tests.chaos.plans import STEPS
from tests.chaos.system import System, keep_logs, running_system
from tests.servers.fixtures import OwnPostgresql
from tests.servers.kept import KeptRabbitmq

LOGS: Final = Path(__file__).parents[2] / ".chaos"
_SETTLED_SECONDS_MAX: Final = 120.0
_LOOK_SECONDS: Final = 1.0


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
    crew = Crew(system.cluster.base_url, settings.amqp_url, seed=size.seed, stories=size.stories, size=size.crew)
    dues = [*(fault.at_step for fault in schedule), size.stories * len(STEPS)]
    crew.go_on_to(dues[0])
    unhealed: list[str] = []
    with CrossedMail(system.rabbitmq.url, routes, size.seed) as mail:
        with crew:
            healed = [
                one
                for fault, due in zip(schedule, dues[1:], strict=True)
                if (one := _befall(system, crew, fault, due, tell, unhealed))
            ]
            crew.wait_to_the_end()
        wrong = _wait_until_settled(lambda: audit(system, plans_of(size.seed, size.stories), routes))
    tell(_figures(size, crew, healed, mail))
    ended = [f"{name} ended by itself" for name in PROCESSES if not system.cluster.is_running(name)]
    stories = [f"story {number}: {reason}" for number, reason in sorted(crew.failures.items())]
    assert not [*unhealed, *ended, *stories, *wrong], "\n".join([*told, *unhealed, *ended, *stories, *wrong])
    shutil.rmtree(system.logs)


def _befall(
    system: System, crew: Crew, fault: Fault, next_due: int, tell: Callable[[str], None], unhealed: list[str]
) -> Healed | None:
    """Let it happen when it is due, unless the stories are over before.

    :param next_due: at which step the next fault is, or the end.
    """
    if not crew.wait_for_step(fault.at_step):
        return None
    crew.go_on_to(next_due)
    try:
        healed = inflict(system, fault, crew.clock)
    except (NotHealed, ClusterFailed) as error:
        # It fails the run. The others go on, so that the run tells all it can.
        unhealed.append(f"{fault}: {error}")
        for name in PROCESSES:
            system.cluster.start(name)
        return None
    tell(f"{healed.began:>7.1f} s  {fault}, healed in {healed.seconds_to_heal:.1f} s")
    return healed


def _wait_until_settled(look: Callable[[], list[str]]) -> list[str]:
    """What is still on its way may arrive, and retries may be made.

    :returns: what is wrong in the end.
    """
    give_up = time.monotonic() + _SETTLED_SECONDS_MAX
    while (wrong := look()) and time.monotonic() < give_up:
        time.sleep(_LOOK_SECONDS)
    return wrong


def _figures(size: Size, crew: Crew, healed: list[Healed], mail: CrossedMail) -> str:
    played = size.stories - len(crew.failures)
    by_kind: defaultdict[str, list[float]] = defaultdict(list)
    for one in healed:
        by_kind[one.fault.what].append(one.seconds_to_heal)
    lines = [
        f"stories: {played} of {size.stories} in {crew.seconds:.0f} s: {crew.steps} steps, {crew.retries} repeated requests",
        f"events: {mail.late} late, {mail.twice} twice",
        f"faults: {len(healed)}; seconds to heal:",
    ]
    lines += [
        f"  {what:<8} {len(seconds):>4}   median {statistics.median(seconds):>5.1f}   most {max(seconds):>5.1f}"
        for what, seconds in sorted(by_kind.items())
    ]
    return "\n".join(lines)
