"""Save a draft, as somebody types (spec, workflow.md, "Drafts")."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from services.kit.errors import ChangedMeanwhile, Conflict
from services.kit.unit_of_work import Begin, UnitOfWork
from services.workflow.store import drafts
from services.workflow.store.attachments import own_free_ids
from services.workflow.store.tables import Draft

DRAFTS_MAX: Final = 100
"""Of one user."""


def save_draft(
    begin: Begin,
    key: str,
    *,
    code: str | None,
    subject_id: str | None,
    title: str,
    form: dict[str, Any],
    version: int | None,
    handlers: Mapping[str, Sequence[UUID]] | None = None,
    opinion: str = "",
) -> Draft:
    """Keep what is typed and chosen under the caller's key. The same again changes nothing and is answered alike.

    It leaves no audit entry: nothing has been done to anything yet, and what somebody is still writing is nobody else's to read.

    :param handlers: whom the initiator has chosen so far: node → users.
    :param version: of the draft that was seen; ``None`` for whoever has seen none.
    :raises Conflict: ``draft_changed``, if another tab has saved since; ``draft_gone``, if the draft that was seen is deleted, or
        its process started; ``too_many_drafts``.
    """
    chosen = {node: [str(person) for person in people] for node, people in (handlers or {}).items()}
    about = {"code": code, "subject_id": subject_id, "title": title}
    content = {**about, "form": form, "handlers": chosen, "opinion": opinion}
    with begin() as work:
        draft = drafts.lock_own(work.session, work.caller, key)
        if draft is None:
            if version is not None:
                raise ChangedMeanwhile("draft_gone")
            draft = _new(work, key)
        elif all(getattr(draft, name) == value for name, value in content.items()):
            return draft
        elif draft.version != version:
            raise ChangedMeanwhile("draft_changed", version=draft.version, saved_at=draft.saved_at.isoformat())
        for name, value in content.items():
            setattr(draft, name, value)
        draft.attachment_ids = own_free_ids(work.session, work.caller, set(drafts.named_ids(form)))
        draft.saved_at = work.now
        draft.version += 1
        work.session.add(draft)
    return draft


def _new(work: UnitOfWork, key: str) -> Draft:
    """
    :raises Conflict: ``too_many_drafts``.
    """
    if drafts.count_own(work.session, work.caller) >= DRAFTS_MAX:
        raise Conflict("too_many_drafts", max=DRAFTS_MAX)
    return Draft(user_id=UUID(work.caller.user_id), key=key, version=0)
