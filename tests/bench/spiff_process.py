"""The process of :mod:`tests.bench.five_nodes` in SpiffWorkflow, as its documentation has a program do it.

The same five nodes as BPMN user tasks, behind one for the initiator's form; the form and each handler's opinion are the tasks'
data, which conditions would see. Each step is a transaction: read and lock the row, restore the workflow, run the task and what
follows by itself, write the row as SpiffWorkflow's own serializer has it.

What this does not do, and ours does: check the form, look up who may act, refuse who may not, keep tasks that a to-do list could
be read from, keep a history apart from the state, tell the house by events, leave an audit entry, ask the owner of the facts.
"""

from itertools import pairwise
from typing import Any, Final
from uuid import UUID

from psycopg import Connection
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState
from sqlalchemy import text

from services.contracts.workflow import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.ids import new_id
from services.kit.unit_of_work import Begin, Fact, UnitOfWork
from tests.bench.five_nodes import FORM, NODES

# json, not jsonb, which sorts its keys: the serializer restores a task's data from its parent's, so the parent must come first.
TABLES: Final = (
    "CREATE TABLE spiff_processes (id uuid PRIMARY KEY, state json NOT NULL, changed_at timestamptz NOT NULL)",
    "CREATE TABLE spiff_tasks (LIKE tasks INCLUDING ALL)",
)
_INSERT: Final = "INSERT INTO spiff_processes VALUES (%s, %s, now())"
_READ: Final = "SELECT state::text FROM spiff_processes WHERE id = %s FOR UPDATE"
_UPDATE: Final = "UPDATE spiff_processes SET state = %s, changed_at = now() WHERE id = %s"

_SERVICE_INSERT: Final = text("INSERT INTO spiff_processes VALUES (:id, :state, now())")
_SERVICE_READ: Final = text("SELECT state::text FROM spiff_processes WHERE id = :id FOR UPDATE")
_SERVICE_UPDATE: Final = text("UPDATE spiff_processes SET state = :state, changed_at = now() WHERE id = :id")
_SETTLE: Final = text(
    "UPDATE spiff_tasks SET state = 'done', settled_at = :now, acted_by_id = user_id"
    " WHERE process_id = :process_id AND state = 'open' RETURNING id"
)
_OPEN: Final = text(
    "INSERT INTO spiff_tasks (id, process_id, code, node, user_id, user_name, role, state, opened_at)"
    " VALUES (:id, :process_id, 'five_nodes', :node, :user_id, :user_name, 'finance', 'open', :now)"
)
_INITIATOR: Final = {"name": "张伟", "department_id": None}
_TOLD: Final = {
    "code": "five_nodes",
    "definition_version": 1,
    "name_zh": "五节点评审",
    "name_en": "Review in five nodes",
    "owner_service": "customer",
    "title": "上海云帆网络科技有限公司 五节点评审",
    "subject": {"type": "customer", "id": "1", "name": "上海云帆网络科技有限公司"},
    "customer_id": None,
    "customer_name": "上海云帆网络科技有限公司",
    "form": FORM,
    "facts": {},
}


class SpiffProcess:
    """The process on bare tables; its specification is parsed once.

    :param is_reloaded: whether each step reads its workflow from the database, as ours does and as a server must that may be
        restarted or is not alone; else the one in memory goes on, and the database is only written.
    """

    def __init__(self, *, is_reloaded: bool) -> None:
        self._spec = _specification()
        self._serializer = BpmnWorkflowSerializer()
        self._is_reloaded = is_reloaded

    def run(self, connection: Connection) -> None:
        """One process from its start to its end.

        :param connection: not in autocommit.
        """
        process_id = new_id()
        workflow = BpmnWorkflow(self._spec)
        workflow.do_engine_steps()
        _complete(workflow, "initiator", {**FORM, "opinion": "请审批"})
        connection.execute(_INSERT, (process_id, self._serializer.serialize_json(workflow)))
        connection.commit()
        for node in NODES:
            if self._is_reloaded:
                workflow = self._read(connection, process_id)
            _complete(workflow, node, {"opinion": "同意", "handler": node})
            connection.execute(_UPDATE, (self._serializer.serialize_json(workflow), process_id))
            connection.commit()
        assert workflow.is_completed(), "five nodes are the whole process"
        assert workflow.last_task.data["remarks"] == FORM["remarks"], "the form goes with it to the end"

    def _read(self, connection: Connection, process_id: UUID) -> Any:
        row = connection.execute(_READ, (process_id,)).fetchone()
        assert row is not None, "the process was just written"
        return self._serializer.deserialize_json(row[0])


class SpiffService:
    """The same in a service of this house: with to-do rows, the events of a turn and an audit entry, by our kit.

    What is left out still: the form's check, who may act as the directory stands, the owner's answer, entries of a history.
    """

    def __init__(self, database: Database) -> None:
        self._spec = _specification()
        self._serializer = BpmnWorkflowSerializer()
        self._begin = Begin("workflow", database, EVENTS, CallContext(Caller(str(new_id()), "李娜")))

    def run(self) -> None:
        """One process from its start to its end."""
        process_id = new_id()
        with self._begin() as work:
            workflow = BpmnWorkflow(self._spec)
            workflow.do_engine_steps()
            _complete(workflow, "initiator", {**FORM, "opinion": "请审批"})
            row = {"id": process_id, "state": self._serializer.serialize_json(workflow)}
            work.session.execute(_SERVICE_INSERT, row)
            self._turn(work, process_id, "process_started", NODES[0])
        for node, following in zip(NODES, (*NODES[1:], None), strict=True):
            with self._begin() as work:
                workflow = self._serializer.deserialize_json(work.session.scalar(_SERVICE_READ, {"id": process_id}))
                _complete(workflow, node, {"opinion": "同意", "handler": node})
                row = {"id": process_id, "state": self._serializer.serialize_json(workflow)}
                work.session.execute(_SERVICE_UPDATE, row)
                self._turn(work, process_id, "node_left", following)

    def _turn(self, work: UnitOfWork, process_id: UUID, event_type: str, following: str | None) -> None:
        """Settle the open task, open the next one, and tell."""
        settled = list(work.session.scalars(_SETTLE, {"process_id": process_id, "now": work.now}))
        node = {"code": "node", "name_zh": "节点", "name_en": "Node"}
        shared = {**_TOLD, "process_id": process_id, "initiator": {**_INITIATOR, "id": UUID(work.caller.user_id)}}
        facts = [Fact(event_type, process_id, {**shared, "node": node, "task_ids": settled}, 1)]
        if following is None:
            facts.append(Fact("process_archived", process_id, shared, 2))
        else:
            task = {"id": new_id(), "user_id": UUID(work.caller.user_id), "user_name": work.caller.name}
            work.session.execute(_OPEN, {**task, "process_id": process_id, "node": following, "now": work.now})
            facts.append(Fact("node_entered", process_id, {**shared, "node": node, "tasks": [task]}, 2))
        work.publish_all(facts)
        work.audit("process_approved", ("process", process_id), why="同意")


def _specification() -> Any:
    parser = BpmnParser()
    parser.add_bpmn_str(_bpmn("initiator", *NODES).encode())
    return parser.get_spec("five_nodes")


def _complete(workflow: Any, node: str, data: dict[str, Any]) -> None:
    task = workflow.get_next_task(state=TaskState.READY, spec_name=node)
    task.set_data(**data)
    task.run()
    workflow.do_engine_steps()


def _bpmn(*nodes: str) -> str:
    """User tasks one after the other."""
    steps = ("start", *nodes, "end")
    tasks = "".join(f'<userTask id="{node}" name="{node}"/>' for node in nodes)
    flows = "".join(
        f'<sequenceFlow id="to_{target}" sourceRef="{source}" targetRef="{target}"/>' for source, target in pairwise(steps)
    )
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="l2c">'
        f'<process id="five_nodes" isExecutable="true"><startEvent id="start"/>{tasks}<endEvent id="end"/>{flows}</process>'
        "</definitions>"
    )
