"""Copy a user of the gateway's: whom messages are sent to, and where."""

from services.contracts.gateway import UserChanged
from services.kit.envelope import Event
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin
from services.notify.store.people import keep_user

_COPIED = ("id", "name", "email", "department_id", "roles", "active")


def copy_user(begin: Begin, event: Event) -> None:
    """The user as the event says, unless a newer one has been heard. A leaver is sent nothing from then on."""
    user = load_told(UserChanged, event.data)
    with begin(consuming=event) as work:
        keep_user(work.session, {**{name: user[name] for name in _COPIED}, "version": event.aggregate_version})
