"""Show a draft to whom it belongs."""

from services.kit.errors import NotFound
from services.kit.unit_of_work import Begin
from services.workflow.store.drafts import find_own
from services.workflow.store.tables import Draft


def show_draft(begin: Begin, key: str) -> Draft:
    """
    :raises NotFound: ``draft_not_found``, also for another's.
    """
    with begin.asking() as work:
        draft = find_own(work.session, work.caller, key)
    if draft is None:
        raise NotFound("draft_not_found")
    return draft
