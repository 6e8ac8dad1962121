"""Approving many tasks at once, from the list of what is to do."""

from typing import Any, Final

from gateway.http import ApiRequest, route
from gateway.wording import field_message, refusal_message
from services.contracts import workflow_list_calls as calls
from services.kit.bus.rpc import ServiceClient
from services.kit.errors import Refusal, Unavailable
from services.kit.schema import load

_AT_ONCE: Final = 10
"""Tasks of one call, well within its deadline."""


class BulkApprovalRoutes:
    """``/tasks/approve``."""

    workflow = ServiceClient("workflow")

    @route(
        "POST",
        "/tasks/approve",
        permission="processes.act",
        body=calls.ApproveTasks,
        answer=calls.TaskOutcomes,
        long_lived=True,
    )
    def approve_tasks(self, request: ApiRequest) -> Any:
        """Approve up to 100 tasks with one opinion, where their nodes allow it (``bulk_approve`` of the row).

        Each by itself: the answer says of each whether it is approved, or why not. Asked again, it tells of what is approved
        already, and does the rest.
        """
        task_ids = [str(task_id) for task_id in load(calls.ApproveTasks, request.body)["task_ids"]]
        outcomes: list[dict[str, Any]] = []
        for start in range(0, len(task_ids), _AT_ONCE):
            some = {**request.body, "task_ids": task_ids[start : start + _AT_ONCE]}
            try:
                outcomes += self.workflow.approve_tasks(some)["items"]
            except Unavailable as refusal:
                # Of these nobody knows; the ones before are approved all the same, and the ones behind need not be tried.
                outcomes += [_not_heard_of(task_id, refusal) for task_id in task_ids[start:]]
                break
        approved = sum(outcome["is_approved"] for outcome in outcomes)
        return {"approved": approved, "items": [_worded(outcome, request.language) for outcome in outcomes]}


def _not_heard_of(task_id: str, refusal: Refusal) -> dict[str, Any]:
    told = {"is_approved": False, "code": refusal.code, "params": refusal.params, "errors": []}
    return {"task_id": task_id, "process_id": None, "title": None, **told}


def _worded(outcome: dict[str, Any], language: str) -> dict[str, Any]:
    code = outcome["code"]
    errors = [{**each, "message": field_message(each["code"], language)} for each in outcome["errors"]]
    return {**outcome, "message": code and refusal_message(code, outcome["params"], language), "errors": errors}
