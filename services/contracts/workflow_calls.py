"""The payloads of workflow's calls: what the gateway sends and gets, and so what the HTTP interface takes and gives."""

from marshmallow import fields, validate

from services.contracts.paging import PageQuery, page_of
from services.contracts.workflow import Node, Person, Subject
from services.contracts.workflow_definitions import FactType, FormField, PublishedDefinition
from services.kit.schema import Id, Instant, Schema

PROCESS_STATES = ("running", "returned", "rejected", "withdrawn", "archived")
BOXES = ("todo", "done", "started", "visible")
EFFECTS = ("none", "awaited", "in_force")
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

ATTACHMENTS_BYTES_MAX = 100 * 1024 * 1024
"""Of one file, and of all files of one process."""

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


class ProcessQuery(PageQuery):
    """``box``: waiting for me, done by me, started by me, or all I may see. ``from`` and ``to`` bound the day of the start."""

    box = fields.String(load_default="visible", validate=validate.OneOf(BOXES))
    code = fields.String(load_default=None, validate=validate.Length(max=50))
    state = fields.String(load_default=None, validate=validate.OneOf(PROCESS_STATES))
    customer_id = Id(load_default=None)
    text = fields.String(load_default="", data_key="q", validate=validate.Length(max=100))
    started_from = fields.Date(load_default=None, data_key="from")
    started_to = fields.Date(load_default=None, data_key="to")


class ProcessRow(Schema):
    """A process in a list. ``task_id`` and ``waiting_since`` are the reader's own open task's; ``waiting_for`` names everyone."""

    id = Id()
    code = fields.String()
    name_zh = fields.String()
    name_en = fields.String()
    title = fields.String()
    subject = fields.Nested(Subject)
    customer_id = Id(allow_none=True)
    customer_name = fields.String(allow_none=True)
    initiator = fields.Nested(Person)
    state = fields.String(validate=validate.OneOf(PROCESS_STATES))
    node = fields.Nested(Node, allow_none=True)
    waiting_for = fields.List(fields.String())
    task_id = Id(allow_none=True)
    waiting_since = Instant(allow_none=True)
    effect = fields.String(validate=validate.OneOf(EFFECTS))
    started_at = Instant()
    changed_at = Instant()
    ended_at = Instant(allow_none=True)


ProcessPage = page_of(ProcessRow)


class CountQuery(Schema):
    box = fields.String(load_default="todo", validate=validate.OneOf(("todo", "done", "started")))


class ProcessCount(Schema):
    code = fields.String()
    name_zh = fields.String()
    name_en = fields.String()
    count = fields.Integer()


class ProcessCounts(Schema):
    """How many, by process; for the menus. Every definition has its line."""

    box = fields.String()
    total = fields.Integer()
    items = fields.List(fields.Nested(ProcessCount))


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


class Definitions(Schema):
    items = fields.List(fields.Nested(PublishedDefinition))


class AddAttachment(Schema):
    """A file that the gateway has stored. ``key`` names it in the store and is never shown to people."""

    key = fields.String(required=True, validate=validate.Length(min=1, max=100))
    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    content_type = fields.String(load_default="application/octet-stream", validate=validate.Length(max=200))
    size_bytes = fields.Integer(required=True, validate=validate.Range(min=0, max=ATTACHMENTS_BYTES_MAX))
    sha256 = fields.String(required=True, validate=validate.Length(equal=64))


class Attachment(Schema):
    """An attachment as forms name it: put ``{"id", "name"}`` into the form."""

    id = Id()
    name = fields.String()
    content_type = fields.String()
    size_bytes = fields.Integer()


class StoredAttachment(Attachment):
    """The same with its key, for the gateway alone."""

    key = fields.String()


REFUSALS = {
    "definition_not_found": ("没有这种流程。", "There is no such process definition."),
    "process_not_found": ("没有找到该流程，或您无权查看。", "No such process, or not visible to you."),
    "task_not_found": ("没有找到该待办，或您无权查看。", "No such task, or not visible to you."),
    "node_not_found": ("没有这个节点。", "There is no such node."),
    "attachment_not_found": ("没有找到该附件，或您无权查看。", "No such attachment, or not visible to you."),
    "taker_not_found": ("没有找到转办对象，或其已离职。", "No such person to transfer it to, or he or she has left."),
    "may_not_start": ("您的角色不能发起该流程。", "Your roles may not start this process."),
    "not_the_initiator": ("只有发起人可以执行此操作。", "Only its initiator may do this."),
    "not_your_task": ("该待办不由您处理。", "This task is not yours."),
    "nobody_holds_role": ("没有人担任“{role}”，流程无法流转。", "Nobody holds “{role_en}”; the process could not go on."),
    "task_already_decided": ("该待办已处理：{by} {how_zh}。", "This task is settled already: {by} {how_en}."),
    "resubmit_instead": ("流程已退回给您，请修改后重新提交，或撤回。", "It was returned to you: resubmit or withdraw it."),
    "not_to_be_resubmitted": ("流程当前状态不能重新提交。", "It is in no state to be resubmitted."),
    "process_ended": ("流程已结束。", "The process has ended."),
    "process_not_known_yet": ("流程尚未归档，稍后重试。", "The process is not archived yet; it will be tried again."),
    "process_changed": ("处理期间流程已变化，请刷新后重试。", "The process changed meanwhile; please look again and retry."),
    "already_handler": ("{name} 已是该节点的处理人。", "{name} is a handler of this node already."),
    "start_took_too_long": ("发起超时，已取消，请重新发起。", "The start took too long and was undone; please start again."),
    "start_key_reused": ("该幂等键已用于另一个流程。", "This idempotency key was used for another process."),
    "attachments_too_large": ("附件总大小超过上限（{max_bytes} 字节）。", "All attachments together are over {max_bytes} bytes."),
    "definition_faulty": ("流程定义有误，请按位置修改。", "The definition is wrong; see the places."),
    "fact_invalid": ("流程条件的取值不正确。", "A value that a condition asks for is not of its type."),
}
"""Chinese and English words of the refusals' codes."""

FIELD_ERRORS = {
    "attachment_unknown": ("附件不存在，或已用于其他流程。", "There is no such attachment, or another process has it."),
}
"""Chinese and English words of the errors by field that are workflow's own."""
