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

from services.kit.ids import new_id
from tests.bench.five_nodes import FORM, NODES

# json, not jsonb, which sorts its keys: the serializer restores a task's data from its parent's, so the parent must come first.
TABLE: Final = "CREATE TABLE spiff_processes (id uuid PRIMARY KEY, state json NOT NULL, changed_at timestamptz NOT NULL)"
_INSERT: Final = "INSERT INTO spiff_processes VALUES (%s, %s, now())"
_READ: Final = "SELECT state::text FROM spiff_processes WHERE id = %s FOR UPDATE"
_UPDATE: Final = "UPDATE spiff_processes SET state = %s, changed_at = now() WHERE id = %s"


class SpiffProcess:
    """The process's specification, parsed once.

    :param is_reloaded: whether each step reads its workflow from the database, as ours does and as a server must that may be
        restarted or is not alone; else the one in memory goes on, and the database is only written.
    """

    def __init__(self, *, is_reloaded: bool) -> None:
        parser = BpmnParser()
        parser.add_bpmn_str(_bpmn("initiator", *NODES).encode())
        self._spec = parser.get_spec("five_nodes")
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
