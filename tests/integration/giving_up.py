"""How the bus hands an archived process to the service that owns it (services/kit/bus/events.py, ``given_up``)."""

from collections.abc import Callable
from contextlib import suppress

from services.contracts.effects import tell_effect_failed
from services.kit.envelope import Event
from services.kit.errors import Refusal
from services.kit.inbox import AlreadyConsumed
from services.kit.unit_of_work import Begin


def hear_archived(handle: Callable[[Begin, Event], None], begin_as: Callable[[str], Begin], event: Event) -> str:
    """Have a ``process_archived`` handled; what no time heals is told, once.

    :param begin_as: units of work for the handler of this name.
    :returns: ``"ok"``, or the code of the refusal that was told.
    """
    try:
        handle(begin_as("on_process_archived"), event)
    except AlreadyConsumed:
        return "ok"
    except Refusal as refusal:
        if refusal.passes_with_time:
            raise
        with suppress(AlreadyConsumed):
            tell_effect_failed(begin_as("tell_effect_failed"), event, refusal)
        return refusal.code
    return "ok"
