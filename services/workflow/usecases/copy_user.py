"""Keep a copy of one of the gateway's users; who has left stands in for nobody any more."""

from uuid import UUID

from services.contracts.gateway import UserChanged
from services.kit.copies import keep_newer
from services.kit.envelope import Event
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin, UnitOfWork
from services.workflow.store.deputies import lock_standing_in
from services.workflow.store.tables import User


def copy_user(begin: Begin, event: Event) -> None:
    """The user as the event says, unless a newer one has been heard.

    A leaver's days as a deputy end: the absent handler and an administrator see that somebody else has to be named.
    """
    user = load_told(UserChanged, event.data)
    for unused in ("login", "email"):
        user.pop(unused)
    with begin(consuming=event) as work:
        if keep_newer(work.session, User, {**user, "version": event.aggregate_version}) and not user["active"]:
            _end_deputies(work, user["id"])


def _end_deputies(work: UnitOfWork, leaver_id: UUID) -> None:
    for deputy in lock_standing_in(work.session, leaver_id, work.today):
        deputy.ended_at = work.now
        before = {"deputy_name": deputy.deputy_name}
        work.audit("deputy_ended", ("user", deputy.user_id), before=before, why="the deputy has left")
