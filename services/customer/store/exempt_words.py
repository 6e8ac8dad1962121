"""Queries about the sensitive words that an account's messages may hold."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.customer.store.tables import AccountExemptWord
from services.kit.paging import Page, PageRequest, fetch_page


def page_of_exempt_words(session: Session, account_id: UUID, request: PageRequest) -> Page:
    """An account's. Whoever asks has found the account visible before."""
    query = select(AccountExemptWord).where(AccountExemptWord.account_id == account_id)
    sorts = {"word": AccountExemptWord.word, "exempt_since": AccountExemptWord.exempt_since}
    return fetch_page(session, query, request, sorts=sorts, default_sort="word", key=AccountExemptWord.word)


def exempt_among(session: Session, account_id: UUID, words: Sequence[str]) -> set[str]:
    """Those of the words that are exempt on an account already."""
    query = select(AccountExemptWord.word).where(AccountExemptWord.account_id == account_id, AccountExemptWord.word.in_(words))
    return set(session.scalars(query))


def exempt_words(session: Session, account_id: UUID, words: Sequence[str], process_id: UUID, now: datetime) -> None:
    """Let words through on an account; those that are already stay as they were."""
    rows = [{"account_id": account_id, "word": word, "process_id": process_id, "exempt_since": now} for word in words]
    session.execute(insert(AccountExemptWord).values(rows).on_conflict_do_nothing())
