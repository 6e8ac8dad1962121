"""Queries about the named views of lists. Each is of one user, whom alone they concern."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, distinct, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gateway.identity.store.list_view_tables import ListView


def views_of_list(session: Session, user_id: UUID, name: str) -> list[ListView]:
    """A user's views of a list, the first saved first."""
    query = select(ListView).where(ListView.user_id == user_id, ListView.list_name == name)
    return list(session.scalars(query.order_by(ListView.saved_at, ListView.name)))


def lock_views(session: Session, user_id: UUID) -> None:
    """Let one count and add a user's views at a time, until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"list views of {user_id}", 0))))


def change_view(session: Session, key: Mapping[str, Any], values: Mapping[str, Any]) -> ListView | None:
    """The user's view of this list and name with other contents; ``None`` if there is none."""
    view = session.get(ListView, (key["user_id"], key["list_name"], key["name"]))
    if view is not None:
        for name, value in values.items():
            setattr(view, name, value)
    return view


def insert_view(session: Session, values: Mapping[str, Any]) -> ListView:
    return session.scalars(insert(ListView).values(values).returning(ListView)).one()


def count_views(session: Session, user_id: UUID, name: str) -> tuple[int, int]:
    """How many views a user has of a list, and of how many other lists."""
    own = ListView.list_name == name
    counts = select(func.count().filter(own), func.count(distinct(ListView.list_name)).filter(~own))
    of_list, other_lists = session.execute(counts.where(ListView.user_id == user_id)).one()
    return of_list, other_lists


def delete_view(session: Session, user_id: UUID, list_name: str, name: str) -> None:
    """Forget a view; nothing happens if there is none."""
    where = (ListView.user_id == user_id, ListView.list_name == list_name, ListView.name == name)
    session.execute(delete(ListView).where(*where))
