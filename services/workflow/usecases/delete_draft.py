"""Delete a draft: its user wants it no more."""

from services.kit.unit_of_work import Begin
from services.workflow.store.drafts import forget


def delete_draft(begin: Begin, key: str) -> None:
    """The caller's draft of that key is gone afterwards, whether or not it was there. No audit entry, as of saving it."""
    with begin() as work:
        forget(work.session, work.caller, key)
