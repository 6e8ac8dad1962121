"""The faults of a run: drawn from its seed, each due at a step of the stories, done to the system, and healed."""

import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from deploy.local_cluster import PROCESSES
from tests.chaos.system import System, last_positions, untold

SERVERS: Final = ("rabbitmq", "postgresql")
HANGABLE: Final = ("customer", "workflow", "billing", "payments", "notify", "gateway")

_LATENCY_SECONDS: Final = 0.02
_HEAL_SECONDS_MAX: Final = 120.0
_LOOK_SECONDS: Final = 0.1
_FIRST_SHARE, _LAST_SHARE = 0.05, 0.75


@dataclass(frozen=True)
class Fault:
    """What happens to whom.

    :ivar at_step: how many steps of all stories together are done when it happens.
    :ivar seconds: how long it lasts.
    """

    what: str
    whom: str
    at_step: int
    seconds: float

    def __str__(self) -> str:
        return f"step {self.at_step:>5}  {self.what:<8} {self.whom:<10} for {self.seconds:.1f} s"


@dataclass
class Healed:
    """A fault as it went.

    :ivar began: seconds after the stories' begin, and ``over`` when the fault itself was taken back.
    :ivar healed: when everything was as before.
    """

    fault: Fault
    began: float
    over: float
    healed: float

    @property
    def seconds_to_heal(self) -> float:
        return self.healed - self.over


Act = Callable[[System, Fault], None]


def _kill(system: System, fault: Fault) -> None:
    system.cluster.kill(fault.whom)
    time.sleep(fault.seconds)
    system.cluster.start(fault.whom)


def _hang(system: System, fault: Fault) -> None:
    system.cluster.signal(fault.whom, signal.SIGSTOP)
    try:
        time.sleep(fault.seconds)
    finally:
        # Whoever interrupts the run would otherwise wait for one that cannot hear that it shall end.
        system.cluster.signal(fault.whom, signal.SIGCONT)


def _restart(system: System, fault: Fault) -> None:
    server = getattr(system, fault.whom)
    server.stop()
    time.sleep(fault.seconds)
    server.start()


def _crash(system: System, fault: Fault) -> None:
    server = getattr(system, fault.whom)
    server.kill()
    time.sleep(fault.seconds)
    server.start()


def _cut(system: System, fault: Fault) -> None:
    system.wire(fault.whom).cut()
    time.sleep(fault.seconds)
    system.wire(fault.whom).mend()


def _slow(system: System, fault: Fault) -> None:
    system.wire(fault.whom).slow(_LATENCY_SECONDS)
    time.sleep(fault.seconds)
    system.wire(fault.whom).mend()


def _stall(system: System, fault: Fault) -> None:
    system.wire(fault.whom).stall()
    time.sleep(fault.seconds)
    system.wire(fault.whom).mend()


def _fill(system: System, fault: Fault) -> None:
    system.disk.fill()
    time.sleep(fault.seconds)
    system.disk.free()


KINDS: Final[dict[str, tuple[Act, tuple[str, ...], tuple[float, float]]]] = {
    "kill": (_kill, tuple(PROCESSES), (0.0, 2.0)),
    "hang": (_hang, HANGABLE, (0.5, 3.0)),
    "restart": (_restart, SERVERS, (0.0, 1.0)),
    "crash": (_crash, SERVERS, (0.0, 1.0)),
    "cut": (_cut, SERVERS, (0.5, 3.0)),
    "slow": (_slow, SERVERS, (2.0, 5.0)),
    "stall": (_stall, SERVERS, (1.0, 4.0)),
    "fill": (_fill, ("disk",), (2.0, 4.0)),
}
"""What → how, whom it may befall, how long it lasts."""

_OFTEN: Final = [("kill", whom) for whom in PROCESSES] * 2 + [
    (what, whom) for what, (_, victims, _) in KINDS.items() if what != "kill" for whom in victims
]


def draw_schedule(seed: int, steps: int, count: int) -> list[Fault]:
    """A run's faults in their order; the same seed, the same faults.

    Every kind comes once at least, and every process is killed, as far as ``count`` goes; the rest as it falls.

    :param steps: of all stories together.
    """
    dice = random.Random(f"{seed}/faults")
    one_of_each = [(what, dice.choice(victims)) for what, (_, victims, _) in KINDS.items() if what != "kill"]
    kills = [("kill", whom) for whom in PROCESSES]
    dice.shuffle(kills)
    due = [*one_of_each, *kills][:count]
    due += [dice.choice(_OFTEN) for _ in range(count - len(due))]
    dice.shuffle(due)
    first, last = int(_FIRST_SHARE * steps), int(_LAST_SHARE * steps)
    at_steps = sorted(dice.randrange(first, last) for _ in due)
    return [
        Fault(what, whom, at_step, round(dice.uniform(*KINDS[what][2]), 1))
        for (what, whom), at_step in zip(due, at_steps, strict=True)
    ]


class NotHealed(Exception):
    """The system did not come back by itself."""


def inflict(system: System, fault: Fault, clock: Callable[[], float]) -> Healed:
    """Do it, take it back, and wait until everything is as before.

    :raises NotHealed: if it is not in time.
    """
    began = clock()
    KINDS[fault.what][0](system, fault)
    over = clock()
    _wait_until_healed(system, fault)
    return Healed(fault, began, over, clock())


def _wait_until_healed(system: System, fault: Fault) -> None:
    """Until every process runs, each service says that it is ready, and what waited in an outbox has left it."""
    until = last_positions(system)
    system.cluster.wait_until_ready()
    give_up = time.monotonic() + _HEAL_SECONDS_MAX
    while waiting := {service: count for service, count in untold(system, until).items() if count}:
        if time.monotonic() > give_up:
            raise NotHealed(f"events wait in the outboxes after {_HEAL_SECONDS_MAX:g} s: {waiting}")
        time.sleep(_LOOK_SECONDS)
