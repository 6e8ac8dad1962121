"""The payloads of workflow's lists: what lies in a box, how much of each kind, and approving many of it at once."""

from collections.abc import Callable, Collection

from marshmallow import ValidationError, fields, validate

from services.contracts.paging import PageQuery, page_of
from services.contracts.sections import section_of
from services.contracts.workflow import Node, Person, Subject
from services.contracts.workflow_calls import EFFECTS, PROCESS_STATES
from services.kit.schema import Id, Instant, Schema

BOXES = ("todo", "done", "started", "copied", "visible")
TASK_KINDS = ("decide", "advise")
APPROVED_AT_ONCE_MAX = 100

_CODES = validate.Regexp(r"^([a-z][a-z0-9_]{0,49}(,[a-z][a-z0-9_]{0,49}){0,19})?\Z")


def _several(choices: Collection[str]) -> Callable[[str], None]:
    def check(text: str) -> None:
        if text and not set(text.split(",")) <= set(choices):
            raise ValidationError(f"one_of|{', '.join(choices)}")

    return check


def _all_different(ids: list[object]) -> None:
    if len(set(ids)) < len(ids):
        raise ValidationError("repeated")


class ProcessQuery(PageQuery):
    """``box``: waiting for me, done by me, started by me, copied to me, or all I may see.

    ``code`` and ``state`` take several with commas between them. ``from`` and ``to`` bound the day of the start, ``changed_…`` of
    the last change, ``decided_…`` of what I decided myself. ``effect`` is ``failed`` for what is archived and not in force;
    ``stuck`` is what waits for nobody but people who have left. ``sort`` takes ``changed_at`` and ``started_at``, to do
    ``waiting_since`` and ``due_at``, done ``decided_at``, copied ``copied_at`` and ``unread``.
    """

    box = fields.String(load_default="visible", validate=validate.OneOf(BOXES))
    code = fields.String(load_default=None, validate=_CODES)
    state = fields.String(load_default=None, validate=_several(PROCESS_STATES), metadata={"example": "running,returned"})
    node = fields.String(load_default="", validate=validate.Length(max=50))
    customer_id = Id(load_default=None)
    product_id = Id(load_default=None)
    initiator_id = Id(load_default=None)
    text = fields.String(load_default="", data_key="q", validate=validate.Length(max=100))
    started_from = fields.Date(load_default=None, data_key="from")
    started_to = fields.Date(load_default=None, data_key="to")
    changed_from = fields.Date(load_default=None)
    changed_to = fields.Date(load_default=None)
    decided_from = fields.Date(load_default=None)
    decided_to = fields.Date(load_default=None)
    effect = fields.String(load_default=None, validate=validate.OneOf(EFFECTS))
    overdue = fields.Boolean(load_default=False)
    unread = fields.Boolean(load_default=False)
    stuck = fields.Boolean(load_default=False)


class Colleague(Schema):
    id = Id()
    name = fields.String()


class ProcessRow(Schema):
    """A process in a list, and the console's page that it opens (``link``). ``waiting_for`` names everyone.

    ``task_id`` and what stands below it are of the open task that is the reader's, or ``for_user``'s, whose deputy he or she is;
    ``task_kind`` is ``advise`` where a handler asked for advice, ``bulk_approve`` says whether it can be approved from the list.
    """

    id = Id()
    code = fields.String()
    name_zh = fields.String()
    name_en = fields.String()
    title = fields.String()
    subject = fields.Nested(Subject)
    customer_id = Id(allow_none=True)
    customer_name = fields.String(allow_none=True)
    product_ids = fields.List(Id())
    initiator = fields.Nested(Person)
    state = fields.String(validate=validate.OneOf(PROCESS_STATES))
    node = fields.Nested(Node, allow_none=True)
    waiting_for = fields.List(fields.String())
    link = fields.String()
    task_id = Id(allow_none=True)
    task_kind = fields.String(allow_none=True, validate=validate.OneOf(TASK_KINDS))
    for_user = fields.Nested(Colleague, allow_none=True)
    waiting_since = Instant(allow_none=True)
    due_at = Instant(allow_none=True)
    is_overdue = fields.Boolean()
    bulk_approve = fields.Boolean()
    decided_at = Instant(allow_none=True)
    copied_at = Instant(allow_none=True)
    copied_by = fields.String(allow_none=True)
    is_unread = fields.Boolean()
    effect = fields.String(validate=validate.OneOf(EFFECTS))
    started_at = Instant()
    changed_at = Instant()
    ended_at = Instant(allow_none=True)


ProcessPage = page_of(ProcessRow)


class ProcessSection(section_of(ProcessRow)):  # type: ignore[misc]  # a class that a function makes
    """Also how many of all of them are ``open``: wait for somebody."""

    open = fields.Integer()


class CountQuery(Schema):
    box = fields.String(load_default="todo", validate=validate.OneOf(("todo", "done", "started", "copied")))


class ProcessCount(Schema):
    """``overdue`` counts to-dos past their time limit, ``unread`` copies that were not looked at."""

    code = fields.String()
    name_zh = fields.String()
    name_en = fields.String()
    count = fields.Integer()
    overdue = fields.Integer()
    unread = fields.Integer()


class ProcessCounts(Schema):
    """How many, by process; for the menus. Every definition has its line."""

    box = fields.String()
    total = fields.Integer()
    total_overdue = fields.Integer()
    total_unread = fields.Integer()
    items = fields.List(fields.Nested(ProcessCount))


class ApproveTasks(Schema):
    """Many tasks with one opinion."""

    task_ids = fields.List(Id(), required=True, validate=[validate.Length(min=1, max=APPROVED_AT_ONCE_MAX), _all_different])
    opinion = fields.String(load_default="", validate=validate.Length(max=5_000))


class TaskFieldProblem(Schema):
    field = fields.String()
    code = fields.String()
    message = fields.String()


class TaskOutcome(Schema):
    """What happened to one of them: approved, or the refusal that approving it alone would have met."""

    task_id = Id()
    process_id = Id(allow_none=True)
    title = fields.String(allow_none=True)
    is_approved = fields.Boolean()
    code = fields.String(allow_none=True)
    params = fields.Dict(keys=fields.String())
    message = fields.String(allow_none=True)
    errors = fields.List(fields.Nested(TaskFieldProblem))


class TaskOutcomes(Schema):
    """In the order of the request."""

    approved = fields.Integer()
    items = fields.List(fields.Nested(TaskOutcome))
