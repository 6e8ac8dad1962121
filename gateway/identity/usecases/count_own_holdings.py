"""Count what somebody holds here, and who would take the customers over."""

from typing import Any
from uuid import UUID

from gateway.identity.domain.departments import nearest_other_lead
from gateway.identity.store.people import departments_led_by, find_user, names_of, read_tree
from gateway.identity.store.proofs import count_live_tokens, live_sessions
from services.kit.unit_of_work import Begin


def count_own_holdings(begin: Begin, user_id: UUID) -> dict[str, Any]:
    """The gateway's part of :class:`services.contracts.holdings.Holdings`.

    :raises NotFound: ``user_not_found``.
    """
    with begin() as work:
        user = find_user(work.session, user_id)
        lead_id = nearest_other_lead(read_tree(work.session), user.department_id, user.id)
        return {
            "departments_led": departments_led_by(work.session, user.id),
            "tokens": count_live_tokens(work.session, user.id, work.now),
            "sessions": len(live_sessions(work.session, user.id, work.now)),
            "lead": None if lead_id is None else {"id": lead_id, "name": names_of(work.session, [lead_id])[lead_id]},
        }
