"""Tell of receipts that are nobody's: one message a day and reason to each who may know whose they are, with how many there are;
it counts down as they are matched, and is done with the last one.

An import brings thousands: a message for each would hide everything else, and nobody would ever have read them all.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.kit.envelope import Event
from services.kit.unit_of_work import Begin, UnitOfWork
from services.notify.store.messages import begin_posting, write_text
from services.notify.store.tables import Message
from services.notify.store.unmatched_receipts import count_one_less, count_one_more, lock_messages, lock_receipt
from services.notify.usecases.post_messages import drafts_for, drafts_of, post_drafts, post_rows, rows_of, words_of
from services.notify.usecases.tell_changes import tell_changes

OCCASION = "notify.receipts_waiting"


def gather_receipts(begin: Begin, event: Event) -> None:
    """From payments' ``receipt_unmatched`` and ``receipt_matched``, in whatever order they come."""
    drafts = drafts_of(event)
    with begin(consuming=event) as work:
        post_drafts(work, drafts)
        receipt = lock_receipt(work.session, UUID(event.data["receipt_id"]), work.now)
        if receipt.version >= event.aggregate_version:
            return
        wanted = _waiting(work, event) if event.type == "receipt_unmatched" else {}
        _count(work, receipt.id, set(receipt.message_keys), wanted)
        receipt.version, receipt.message_keys, receipt.changed_at = event.aggregate_version, sorted(wanted), work.now


@dataclass(frozen=True)
class _Waiting:
    """A message that counts the receipt: as it is with this one alone, and what it says of a number of them."""

    row: dict[str, Any]
    fields: dict[str, Any]


def _waiting(work: UnitOfWork, event: Event) -> dict[str, _Waiting]:
    """By deduplication key: sales administration's, and each candidate's owner's, of the day."""
    found: dict[str, _Waiting] = {}
    for owner_id in (None, *event.data["candidate_owner_ids"]):
        fields = {**event.data, "count": 1, "day": work.today.isoformat(), "owner_id": owner_id, "event_id": str(event.id)}
        for draft in drafts_for(OCCASION, fields):
            found |= {row["deduplication_key"]: _Waiting(row, fields) for row in rows_of(work, draft)}
    return found


def _count(work: UnitOfWork, receipt_id: UUID, counted: set[str], wanted: dict[str, _Waiting]) -> None:
    begin_posting(work.session)
    added = post_rows(work, [each.row for key, each in wanted.items() if key not in counted])
    messages = lock_messages(work.session, sorted(counted ^ wanted.keys()))
    for key, message in messages.items():
        if key in counted:
            count_one_less(work.session, message, work.now)
            _retitle(message)
        elif message.id not in added:
            count_one_more(work.session, message, work.now)
            _say(work, message, wanted[key])
    tell_changes(work, receipt_id, [message for message in messages.values() if message.id not in added])


def _say(work: UnitOfWork, message: Message, waiting: _Waiting) -> None:
    """It tells of the last one by name, and is found by that."""
    (draft,) = drafts_for(OCCASION, {**waiting.fields, "count": message.things})
    words = words_of(draft)
    for name, text in words.items():
        setattr(message, name, text)
    write_text(work.session, message.id, message.addressee, words)


def _retitle(message: Message) -> None:
    """The title tells how many there are, and of nothing else."""
    owner_id = None if message.user_id is None else str(message.user_id)
    (draft,) = drafts_for(OCCASION, {"count": message.things, "owner_id": owner_id})
    message.title_zh, message.title_en = draft.titles["zh"], draft.titles["en"]
