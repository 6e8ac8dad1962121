"""The payloads of workflow's calls about one process and its tasks: what the gateway sends and gets, and so what the HTTP
interface takes and gives. Lists, papers and administration have modules of their own beside this one."""

from marshmallow import fields, validate

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
    "approved",
    "rejected",
    "returned",
    "transferred",
    "withdrawn",
    "commented",
    "archived",
    "applied",
    "effect_failed",
)
ACTION_NAMES = {
    "started": ("发起", "started it"),
    "resubmitted": ("重新提交", "resubmitted it"),
    "approved": ("同意", "approved it"),
    "rejected": ("驳回", "rejected it"),
    "returned": ("退回", "returned it"),
    "transferred": ("转办", "transferred it"),
    "withdrawn": ("撤回", "withdrew it"),
}
"""What somebody did, Chinese and English: for the loser of a race."""

_OPINION = validate.Length(max=5_000)


class StartProcess(Schema):
    """``subject_id`` is the customer's or product's, as the definition's ``subject_type`` says.

    测试账号申请 takes the customer's, too, where the product is still to be made.
    """

    code = fields.String(required=True, validate=validate.Length(max=50))
    subject_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=100))
    form = fields.Dict(keys=fields.String(), required=True)
    opinion = fields.String(load_default="", validate=_OPINION)
    idempotency_key = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=200))


class Approve(Schema):
    """``form`` holds the fields that are entered at this node."""

    opinion = fields.String(load_default="", validate=_OPINION)
    form = fields.Dict(keys=fields.String(), load_default=dict)


class Reject(Schema):
    opinion = fields.String(required=True, validate=_OPINION)


class Return(Schema):
    """``to_node``: an earlier node, or the start."""

    opinion = fields.String(required=True, validate=_OPINION)
    to_node = fields.String(load_default="start", validate=validate.Length(max=50))


class Transfer(Schema):
    opinion = fields.String(load_default="", validate=_OPINION)
    user_id = Id(required=True)


class Withdraw(Schema):
    opinion = fields.String(load_default="", validate=_OPINION)


class Resubmit(Schema):
    """``form`` is the whole of what the initiator enters; null sends it as it was."""

    opinion = fields.String(load_default="", validate=_OPINION)
    form = fields.Dict(keys=fields.String(), load_default=None, allow_none=True)


class Comment(Schema):
    opinion = fields.String(required=True, validate=_OPINION)


class PersonInLine(Schema):
    """``decision`` is null for who can act; ``is_asked`` while it is his or her turn."""

    id = Id()
    name = fields.String()
    role = fields.String()
    decision = fields.String(allow_none=True)
    at = Instant(allow_none=True)
    is_asked = fields.Boolean()


class NodeInLine(Node):
    """A node of the whole line. ``missing_zh`` names the role that nobody holds, where nobody could act."""

    state = fields.String(validate=validate.OneOf(NODE_STATES))
    agree = fields.String()
    people = fields.List(fields.Nested(PersonInLine))
    words_zh = fields.String(allow_none=True)
    words_en = fields.String(allow_none=True)
    missing_zh = fields.String(allow_none=True)
    missing_en = fields.String(allow_none=True)


class HistoryEntry(Schema):
    """Who, in which role, did what, when, with which words; ``by_name`` is null for the system."""

    number = fields.Integer()
    at = Instant()
    action = fields.String(validate=validate.OneOf(ACTIONS))
    node = fields.Nested(Node, allow_none=True)
    by_id = Id(allow_none=True)
    by_name = fields.String(allow_none=True)
    by_role = fields.String(allow_none=True)
    opinion = fields.String()
    opinion_en = fields.String()
    handlers = fields.List(fields.String())
    to_node = fields.String(allow_none=True)
    to_name = fields.String(allow_none=True)
    changes = fields.Dict(keys=fields.String())


class OwnTask(Schema):
    """The reader's open task, and what he or she can do with it. ``enters`` are the fields of this node."""

    id = Id()
    node = fields.String()
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
