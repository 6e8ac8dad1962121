"""List the sensitive words that messages of an account may hold."""

from uuid import UUID

from services.customer.store.accounts import find_account
from services.customer.store.exempt_words import page_of_exempt_words
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin


def list_exempt_words(begin: Begin, account_id: UUID, *, page_size: int, sort: str, cursor: str) -> Page:
    """
    :raises NotFound: also for an account whose customer the caller may not see.
    """
    with begin() as work:
        find_account(work.session, work.caller, account_id)
        return page_of_exempt_words(work.session, account_id, PageRequest(page_size, sort, cursor))
