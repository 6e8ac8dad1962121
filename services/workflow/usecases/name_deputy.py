"""Name a deputy for the days of one's absence (spec, workflow.md, "The engine")."""

from datetime import date
from uuid import UUID

from services.kit.errors import Conflict, Forbidden, InvalidInput
from services.kit.unit_of_work import Begin
from services.workflow.store import directory
from services.workflow.store.deputies import overlapping
from services.workflow.store.tables import Deputy


def name_deputy(begin: Begin, *, user_id: UUID | None, deputy_id: UUID, first_day: date, last_day: date) -> Deputy:
    """From the first day to the last he or she sees the absent handler's tasks and may act on them, in that one's name.

    :param user_id: who is absent; ``None`` for the caller. Only an administrator names one for somebody else.
    :raises InvalidInput: for days that are over or do not follow, and for naming oneself.
    :raises NotFound: ``taker_not_found``, for a deputy or an absent handler who is not there.
    :raises Conflict: ``deputy_named_already``, if somebody is named for some of these days.
    :raises Forbidden: ``not_for_others``.
    """
    with begin() as work:
        absent_id = user_id or UUID(work.caller.user_id)
        if str(absent_id) != work.caller.user_id and not work.caller.has_role("admin"):
            raise Forbidden("not_for_others")
        wrong = {}
        if last_day < max(first_day, work.today):
            wrong["last_day"] = [f"before|{max(first_day, work.today)}"]
        if deputy_id == absent_id:
            wrong["deputy_id"] = ["deputy_of_oneself"]
        if wrong:
            raise InvalidInput(fields=wrong)
        absent, deputy = directory.active_user(work.session, absent_id), directory.active_user(work.session, deputy_id)
        if (known := overlapping(work.session, absent_id, first_day, last_day)) is not None:
            raise Conflict("deputy_named_already", name=known.deputy_name, first_day=known.first_day, last_day=known.last_day)
        row = Deputy(
            id=work.new_id(),
            user_id=absent.id,
            user_name=absent.name,
            deputy_id=deputy.id,
            deputy_name=deputy.name,
            first_day=first_day,
            last_day=last_day,
            named_by=work.caller.name,
            named_at=work.now,
        )
        work.session.add(row)
        said = {key: getattr(row, key) for key in ("user_id", "user_name", "deputy_id", "deputy_name", "first_day", "last_day")}
        work.publish("deputy_named", row.id, said)
        work.audit("deputy_named", ("user", absent.id), after={key: str(value) for key, value in said.items()})
    return row
