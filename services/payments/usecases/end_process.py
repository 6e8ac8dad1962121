"""Put an archived process's effect into force (contracts/workflow.py)."""

from collections.abc import Callable

from services.kit.envelope import Event
from services.kit.unit_of_work import Begin
from services.payments.usecases.reverse_write_off import reverse_write_off
from services.payments.usecases.settle_write_off import settle_write_off

EFFECTS: dict[str, Callable[[Begin, Event], None]] = {
    "write_off": settle_write_off,
    "reversal": reverse_write_off,
}
"""Process code → its effect, in the unit of work of the event."""


def apply_process(begin: Begin, event: Event) -> None:
    """For ``process_archived``; processes of other owners are not ours to act on."""
    if event.data["owner_service"] == "payments":
        EFFECTS[event.data["code"]](begin, event)
