"""The payloads of workflow's calls about one process and its tasks: what the gateway sends and gets, and so what the HTTP
interface takes and gives. Lists, papers and administration have modules of their own beside this one."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from services.contracts.workflow import Node, Person, Subject
from services.contracts.workflow_definitions import FactType, FormField
from services.kit.schema import Id, Instant, Schema

PROCESS_STATES = ("running", "returned", "rejected", "withdrawn", "archived")
EFFECTS = ("none", "awaited", "in_force", "failed")
NODE_STATES = ("done", "passed", "current", "future", "will_pass", "not_reached")
ACTIONS = (
    "started",
    "resubmitted",
    "entered",
    "passed",
    "seat_passed",
    "approved",
    "rejected",
    "returned",
    "transferred",
    "reassigned",
    "delegated",
    "advised",
    "recalled",
    "approver_added",
    "withdrawn",
    "archived",
    "copied",
    "urged",
    "commented",
    "applied",
    "effect_failed",
    "effect_retried",
)
ACTION_NAMES = {
    "started": ("发起", "started it"),
    "resubmitted": ("重新提交", "resubmitted it"),
    "approved": ("同意", "approved it"),
    "rejected": ("驳回", "rejected it"),
    "returned": ("退回", "returned it"),
    "transferred": ("转办", "transferred it"),
    "reassigned": ("改派", "reassigned it"),
    "delegated": ("委派", "delegated it"),
    "advised": ("答复", "gave advice"),
    "recalled": ("收回委派", "recalled it"),
    "approver_added": ("加签", "added an approver"),
    "withdrawn": ("撤回", "withdrew it"),
    "archived": ("归档", "archived it"),
}
"""What somebody did, Chinese and English: for the loser of a race."""
POSITIONS = ("before", "after")
PEOPLE_MAX = 50
"""To whom a process is copied at once."""

_PEOPLE = validate.Length(max=PEOPLE_MAX)
_OPINION = validate.Length(max=5_000)
FILES_MAX = 20
"""Beside one opinion."""


class _Words(Schema):
    """``attachments`` are ids as ``POST /attachments`` answered: files beside the words."""

    attachments = fields.List(Id(), load_default=list, validate=validate.Length(max=FILES_MAX))


class NamedSubject(Schema):
    """What a process is about, as its page shows it; its owner finds it by the ``id``."""

    id = fields.String(required=True, validate=validate.Length(min=1, max=100))
    type = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=50))
    name = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=1_000))


class StartProcess(Schema):
    """``subject_id`` is the customer's or product's, as the definition's ``subject_type`` says; ``subject`` may say it instead.

    测试账号申请 takes the customer's, too, where the product is still to be made. ``handlers`` says whom the initiator chooses,
    at the nodes that let him or her. ``draft_key`` names the draft that it was made from, which goes with the start.
    """

    code = fields.String(required=True, validate=validate.Length(max=50))
    subject_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=100))
    subject = fields.Nested(NamedSubject, load_default=None, allow_none=True)
    form = fields.Dict(keys=fields.String(), required=True)
    opinion = fields.String(load_default="", validate=_OPINION)
    handlers = fields.Dict(
        keys=fields.String(), values=fields.List(Id(), validate=validate.Length(max=PEOPLE_MAX)), load_default=dict
    )
    idempotency_key = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=200))
    draft_key = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=200))

    @post_load
    def _name_it_once(self, start: dict[str, Any], **_: Any) -> dict[str, Any]:
        subject = start.pop("subject")
        if subject is None:
            return start
        if start["subject_id"] not in (None, subject["id"]):
            raise ValidationError("two_subjects", "subject_id")
        return {**start, "subject_id": subject["id"]}


class Approve(_Words):
    """``form`` holds the fields that are entered at this node."""

    opinion = fields.String(load_default="", validate=_OPINION)
    form = fields.Dict(keys=fields.String(), load_default=dict)


class Reject(_Words):
    opinion = fields.String(required=True, validate=_OPINION)


class Return(_Words):
    """``to_node``: an earlier node, or the start."""

    opinion = fields.String(required=True, validate=_OPINION)
    to_node = fields.String(load_default="start", validate=validate.Length(max=50))


class TransferTask(Schema):
    opinion = fields.String(load_default="", validate=_OPINION)
    user_id = Id(required=True)


class AddApprover(TransferTask):
    """``position``: ``before`` or ``after`` the one who asks."""

    position = fields.String(required=True, validate=validate.OneOf(POSITIONS))


class Advise(_Words):
    opinion = fields.String(required=True, validate=_OPINION)


class Copy(Schema):
    opinion = fields.String(load_default="", validate=_OPINION)
    user_ids = fields.List(Id(), required=True, validate=validate.Length(min=1, max=PEOPLE_MAX))


class Words(Schema):
    """What is said beside an action that needs no more."""

    opinion = fields.String(load_default="", validate=_OPINION)


class Withdraw(Schema):
    opinion = fields.String(load_default="", validate=_OPINION)


class Resubmit(Schema):
    """``form`` is the whole of what the initiator enters, ``handlers`` of whom he or she chooses; null leaves it as it was.

    ``draft_key`` names the draft that it was made from, which goes with it.
    """

    opinion = fields.String(load_default="", validate=_OPINION)
    form = fields.Dict(keys=fields.String(), load_default=None, allow_none=True)
    handlers = fields.Dict(
        keys=fields.String(),
        values=fields.List(Id(), validate=validate.Length(max=PEOPLE_MAX)),
        load_default=None,
        allow_none=True,
    )
    draft_key = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=200))


class Comment(_Words):
    opinion = fields.String(required=True, validate=_OPINION)


class PersonInLine(Schema):
    """``decision`` is null for who can act; ``is_asked`` while it is his or her turn.

    ``task_id`` is the task that is open then, of this person or of whose advice is awaited (``adviser_name``); ``by_name`` is the
    deputy who did it, ``position`` that of a further approver.
    """

    id = Id()
    name = fields.String()
    role = fields.String()
    decision = fields.String(allow_none=True)
    at = Instant(allow_none=True)
    is_asked = fields.Boolean()
    task_id = Id(allow_none=True)
    by_name = fields.String(allow_none=True)
    adviser_name = fields.String(allow_none=True)
    position = fields.String(allow_none=True, validate=validate.OneOf(POSITIONS))


class NodeInLine(Node):
    """A node of the whole line. Where nobody could act, ``missing_zh`` names the role that nobody holds, or who has left, and
    ``helpers`` those who can change that."""

    state = fields.String(validate=validate.OneOf(NODE_STATES))
    agree = fields.String()
    people = fields.List(fields.Nested(PersonInLine))
    words_zh = fields.String(allow_none=True)
    words_en = fields.String(allow_none=True)
    missing_zh = fields.String(allow_none=True)
    missing_en = fields.String(allow_none=True)
    helpers = fields.List(fields.String())


class HistoryEntry(Schema):
    """Who, in which role, did what, when, with which words; ``by_name`` is null for the system.

    ``for_name``: for whom a deputy did it, or whose task an administrator gave to ``to_name``.
    """

    number = fields.Integer()
    at = Instant()
    action = fields.String(validate=validate.OneOf(ACTIONS))
    node = fields.Nested(Node, allow_none=True)
    by_id = Id(allow_none=True)
    by_name = fields.String(allow_none=True)
    by_role = fields.String(allow_none=True)
    for_name = fields.String(allow_none=True)
    opinion = fields.String()
    opinion_en = fields.String()
    handlers = fields.List(fields.String())
    to_node = fields.String(allow_none=True)
    to_name = fields.String(allow_none=True)
    position = fields.String(allow_none=True)
    attachments = fields.List(fields.Dict(keys=fields.String(), values=fields.String()))
    changes = fields.Dict(keys=fields.String())


class OwnTask(Schema):
    """The reader's open task, and what he or she can do with it. ``enters`` are the fields of this node; ``for_name`` is whose it
    is, if the reader is his or her deputy."""

    id = Id()
    node = fields.String()
    kind = fields.String(validate=validate.OneOf(("decide", "advise")))
    for_id = Id(allow_none=True)
    for_name = fields.String(allow_none=True)
    due_at = Instant(allow_none=True)
    actions = fields.List(fields.String())
    opinion_required = fields.Boolean()
    enters = fields.List(fields.Nested(FormField))
    return_targets = fields.List(fields.Nested(Node))


class Effect(Schema):
    state = fields.String(validate=validate.OneOf(EFFECTS))
    summary_zh = fields.String()
    summary_en = fields.String()


class Process(Schema):
    """A process's page."""

    id = Id()
    code = fields.String()
    definition_version = fields.Integer()
    name_zh = fields.String()
    name_en = fields.String()
    title = fields.String()
    subject = fields.Nested(Subject)
    customer_id = Id(allow_none=True)
    customer_name = fields.String(allow_none=True)
    initiator = fields.Nested(Person)
    state = fields.String(validate=validate.OneOf(PROCESS_STATES))
    node = fields.Nested(Node, allow_none=True)
    form = fields.Dict(keys=fields.String())
    form_fields = fields.List(fields.Nested(FormField), data_key="fields")
    facts = fields.Dict(keys=fields.String())
    fact_types = fields.List(fields.Nested(FactType))
    nodes = fields.List(fields.Nested(NodeInLine))
    history = fields.List(fields.Nested(HistoryEntry))
    task = fields.Nested(OwnTask, allow_none=True)
    can = fields.List(fields.String())
    effect = fields.Nested(Effect)
    started_at = Instant()
    changed_at = Instant()
    ended_at = Instant(allow_none=True)
    version = fields.Integer()
