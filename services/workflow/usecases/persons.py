"""The caller as the state machine knows people."""

from services.kit.caller import Caller
from services.workflow.domain.history import Handler


def person_of(caller: Caller, role: str = "") -> Handler:
    """
    :param role: the one he or she acts in, where no seat at a node says it.
    """
    return Handler(caller.user_id, caller.name, role)
