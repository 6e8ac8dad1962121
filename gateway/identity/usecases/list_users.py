"""List users."""

from uuid import UUID

from gateway.identity.store.people import page_of_users
from gateway.identity.usecases.snapshots import user_shown
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin


def list_users(
    begin: Begin,
    *,
    text: str,
    department_id: UUID | None,
    role: str | None,
    active: bool | None,
    page_size: int,
    sort: str,
    cursor: str,
) -> Page:
    """A page of users."""
    with begin() as work:
        page = page_of_users(
            work.session,
            PageRequest(page_size, sort, cursor),
            name_part=text,
            department_id=department_id,
            role=role,
            active=active,
        )
    return Page([user_shown(row.User, row.department_name) for row in page.items], page.next_cursor)
