"""List bearer tokens, without their secrets."""

from uuid import UUID

from gateway.identity.store.proofs import page_of_tokens
from gateway.identity.usecases.snapshots import token_shown
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin


def list_tokens(begin: Begin, *, user_id: UUID | None, page_size: int, sort: str, cursor: str) -> Page:
    """A page of tokens, newest first."""
    with begin() as work:
        page = page_of_tokens(work.session, PageRequest(page_size, sort, cursor), user_id=user_id)
    return Page([token_shown(row.ApiToken, row.user_name) for row in page.items], page.next_cursor)
