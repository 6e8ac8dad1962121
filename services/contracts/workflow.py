"""Workflow's contract.

How a process and the service that owns its facts work together (spec, workflow.md, "The engine"):

1. Start: workflow keeps the process as ``starting`` and calls the owner's ``prepare_process``. The owner checks the form and its
   own facts, *reserves* what the process is about under the process's id (bills, amounts, a pool customer), and answers with
   what the engine shows and decides on (:class:`Prepared`), or refuses by field. Called again with the same id it answers alike.
2. Where a node's handler enters fields, ``prepare_process`` is called again with ``phase`` = ``node``.
   A definition may name the owner by a choice of its form (``owner_by``).
3. ``process_withdrawn`` and ``process_rejected`` make the owner release what it reserved; ``process_archived`` makes it put the
   effect into force, once, and say ``process_applied``; or, if it cannot, ``process_apply_failed``. A retry says
   ``process_archived`` again, with a version of its own. Workflow never calls back an owner that is calling it.
"""

from marshmallow import fields, validate

from services.kit.outbox import EventContract
from services.kit.schema import Id, Instant, Schema

PHASES = ("start", "resubmit", "node")


class Person(Schema):
    id = Id(required=True)
    name = fields.String(required=True)
    department_id = Id(required=True, allow_none=True)


class Subject(Schema):
    """What a process is about: ``type`` is ``customer``, ``product``, ``account``, ``bills``…"""

    type = fields.String(required=True)
    id = fields.String(required=True)
    name = fields.String(required=True)


class PrepareProcess(Schema):
    """What an owner's ``prepare_process`` gets.

    ``form`` holds every value entered so far, by field name; values of type attachment are lists of ``{id, name}``.
    ``process_version`` rises by every call and every event of the process. An event with this version or an older one, should it
    come late, tells of a time before the call and releases nothing that the call reserved. A call with an older version than the
    newest call's or event's, should it come late, is refused (``process_changed``): nobody waits for it, and what it would
    reserve nobody would release. 0 at the start.
    """

    process_id = Id(required=True)
    process_version = fields.Integer(load_default=0, validate=validate.Range(min=0))
    code = fields.String(required=True)
    phase = fields.String(required=True, validate=validate.OneOf(PHASES))
    node = fields.String(required=True, allow_none=True)
    subject_id = fields.String(required=True, allow_none=True)
    form = fields.Dict(keys=fields.String(), required=True)
    initiator = fields.Nested(Person, required=True)


class Prepared(Schema):
    """What the owner answers: how the process is called and whom it concerns, the form as it stands (completed from the owner's
    facts), and the facts that conditions may ask for (``{"below_floor": false}``). Lists are filtered by ``product_ids``."""

    title = fields.String(required=True)
    subject = fields.Nested(Subject, required=True)
    customer_id = Id(required=True, allow_none=True)
    customer_name = fields.String(required=True, allow_none=True)
    form = fields.Dict(keys=fields.String(), required=True)
    facts = fields.Dict(keys=fields.String(), required=True)
    product_ids = fields.List(Id(), load_default=list)


class Process(Schema):
    """A process as its events carry it; consumers own a narrow copy."""

    process_id = Id(required=True)
    code = fields.String(required=True)
    definition_version = fields.Integer(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    owner_service = fields.String(required=True)
    title = fields.String(required=True)
    subject = fields.Nested(Subject, required=True)
    customer_id = Id(required=True, allow_none=True)
    customer_name = fields.String(required=True, allow_none=True)
    initiator = fields.Nested(Person, required=True)
    form = fields.Dict(keys=fields.String(), required=True)
    facts = fields.Dict(keys=fields.String(), required=True)


class Node(Schema):
    code = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)


class Task(Schema):
    """A step waiting for one person, or for whoever stands in for him or her today (``deputy_id``).

    The lead of ``superior_department_id``, which ``node_entered`` names, is the handler's, or, of one who leads, the one above.
    """

    id = Id(required=True)
    user_id = Id(required=True)
    user_name = fields.String(required=True)
    deputy_id = Id(load_default=None, allow_none=True)
    due_at = Instant(load_default=None, allow_none=True)
    superior_department_id = Id(load_default=None, allow_none=True)


class NodeEntered(Process):
    """A node whose handlers are to act; a node passed by itself enters and leaves without this event."""

    node = fields.Nested(Node, required=True)
    tasks = fields.List(fields.Nested(Task), required=True)


class NodeLeft(Process):
    """A node's tasks are closed, however: their messages are done."""

    node = fields.Nested(Node, required=True)
    task_ids = fields.List(Id(), required=True)


class ProcessTurned(Process):
    """It was returned, withdrawn, rejected: by whom and with which words; the system's are in both languages, a person's as he or
    she wrote them. ``to_node`` only when returned."""

    by_id = Id(required=True, allow_none=True)
    by_name = fields.String(required=True)
    opinion = fields.String(required=True)
    opinion_en = fields.String(load_default=None, allow_none=True)
    to_node = fields.String(load_default=None, allow_none=True)


class ProcessUrged(Process):
    """Somebody urges those whom it waits for."""

    by_id = Id(required=True)
    by_name = fields.String(required=True)
    opinion = fields.String(required=True)
    node = fields.Nested(Node, required=True)
    tasks = fields.List(fields.Nested(Task), required=True)


class ProcessCopied(Process):
    """It was copied to people, for their information."""

    by_id = Id(required=True)
    by_name = fields.String(required=True)
    opinion = fields.String(required=True)
    recipient_ids = fields.List(Id(), required=True)


class TaskTimed(Process):
    """A task whose time limit is near (``task_due_soon``) or over (``task_overdue``), once each. The lead of
    ``user_department_id`` is told of what is overdue: it is the handler's, or, if he or she leads it, the one above."""

    node = fields.Nested(Node, required=True)
    task = fields.Nested(Task, required=True)
    user_department_id = Id(required=True, allow_none=True)


class TaskDeputed(Process):
    """A task that waited already when its handler's deputy began: the deputy may act on it from now on."""

    node = fields.Nested(Node, required=True)
    task = fields.Nested(Task, required=True)


class EffectFailed(Process):
    """An archived process whose owner could not put its effect into force: why, in words. It can be retried."""

    reason_zh = fields.String(required=True)
    reason_en = fields.String(required=True)


class DeputyNamed(Schema):
    """Somebody stands in for an absent handler, from the first day to the last, both inclusive."""

    user_id = Id(required=True)
    user_name = fields.String(required=True)
    deputy_id = Id(required=True)
    deputy_name = fields.String(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)


class ProcessApplied(Schema):
    """Said by an owner (in its own events): the effect of an archived process is in force."""

    process_id = Id(required=True)
    code = fields.String(required=True)
    summary_zh = fields.String(required=True)
    summary_en = fields.String(required=True)


class ProcessApplyFailed(Schema):
    """Said by an owner (in its own events): the effect of an archived process is not in force, and why.

    ``attempt`` is the version of the ``process_archived`` that it could not act on.
    """

    process_id = Id(required=True)
    code = fields.String(required=True)
    attempt = fields.Integer(required=True)
    reason_zh = fields.String(required=True)
    reason_en = fields.String(required=True)


EVENTS = {
    "process_started": EventContract(1, Process),
    "node_entered": EventContract(1, NodeEntered),
    "node_left": EventContract(1, NodeLeft),
    "process_returned": EventContract(1, ProcessTurned),
    "process_withdrawn": EventContract(1, ProcessTurned),
    "process_rejected": EventContract(1, ProcessTurned),
    "process_archived": EventContract(1, Process),
    "process_urged": EventContract(1, ProcessUrged),
    "process_copied": EventContract(1, ProcessCopied),
    "process_effect_failed": EventContract(1, EffectFailed),
    "task_due_soon": EventContract(1, TaskTimed),
    "task_overdue": EventContract(1, TaskTimed),
    "task_deputed": EventContract(1, TaskDeputed),
    "deputy_named": EventContract(1, DeputyNamed),
}
