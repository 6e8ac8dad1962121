"""What notify itself notices, with the fields that its templates may show; nobody else hears of it."""

from typing import Final

from marshmallow import fields

from services.contracts.payments import ReceiptUnmatched
from services.contracts.workflow import TaskTimed
from services.kit.outbox import EventContract, EventContracts
from services.kit.schema import Id, Instant


class TaskWaits(TaskTimed):
    """A task that waits longer than the policy's hours, since ``asked_at``."""

    asked_at = Instant(required=True)


class ReceiptsWait(ReceiptUnmatched):
    """The last of the day's receipts that are nobody's; there are ``count`` of them. ``owner_id``: a candidate's owner."""

    count = fields.Integer(required=True)
    day = fields.Date(required=True)
    owner_id = Id(required=True, allow_none=True)


OCCASIONS: Final[EventContracts] = {
    "task_waiting": EventContract(1, TaskWaits),
    "task_escalated": EventContract(1, TaskWaits),
    "receipts_waiting": EventContract(1, ReceiptsWait),
}
