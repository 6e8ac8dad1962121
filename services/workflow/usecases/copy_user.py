"""Keep a copy of one of the gateway's users."""

from services.contracts.gateway import UserChanged
from services.kit.copies import keep_newer
from services.kit.envelope import Event
from services.kit.schema import load
from services.kit.unit_of_work import Begin
from services.workflow.store.tables import User


def copy_user(begin: Begin, event: Event) -> None:
    """The user as the event says, unless a newer one has been heard."""
    user = load(UserChanged, event.data)
    for unused in ("login", "email"):
        user.pop(unused)
    with begin(consuming=event) as work:
        keep_newer(work.session, User, {**user, "version": event.aggregate_version})
