"""Approvals: processes and tasks."""

from typing import Any

from gateway.http import ApiRequest, route
from services.contracts import workflow_calls as calls
from services.contracts import workflow_deputy_calls as deputies
from services.contracts import workflow_list_calls as lists
from services.kit.bus.rpc import ServiceClient


class ProcessRoutes:
    """``/processes``, ``/tasks``, ``/deputies``."""

    workflow = ServiceClient("workflow")

    @route(
        "POST",
        "/processes",
        permission="processes.start",
        body=calls.StartProcess,
        answer=calls.Process,
        status=201,
        refuses=(404, 429),
    )
    def start_process(self, request: ApiRequest) -> Any:
        """Start a process. The owning service checks the form first; its reasons come back by field."""
        return self.workflow.start_process({"idempotency_key": request.idempotency_key, **request.body})

    @route("GET", "/processes", permission="processes.read", query=lists.ProcessQuery, answer=lists.ProcessPage)
    def list_processes(self, request: ApiRequest) -> Any:
        """Processes of a box (to do, done, started, copied), narrowed and sorted."""
        return self.workflow.list_processes(request.query)

    @route("GET", "/processes/counts", permission="processes.read", query=lists.CountQuery, answer=lists.ProcessCounts)
    def count_processes(self, request: ApiRequest) -> Any:
        """How many processes lie in a box, by kind; for the menus."""
        return self.workflow.count_processes(request.query)

    @route("GET", "/processes/<process_id>", permission="processes.read", answer=calls.Process)
    def show_process(self, request: ApiRequest, process_id: str) -> Any:
        """A process with its form, its whole node line by names, its history, and what the reader can do."""
        return self.workflow.show_process(process_id)

    @route("POST", "/processes/<process_id>/withdraw", permission="processes.act", body=calls.Withdraw, answer=calls.Process)
    def withdraw_process(self, request: ApiRequest, process_id: str) -> Any:
        """Take a process of one's own back; what was reserved is released."""
        return self.workflow.withdraw_process(process_id, request.body)

    @route(
        "POST",
        "/processes/<process_id>/resubmit",
        permission="processes.act",
        body=calls.Resubmit,
        answer=calls.Process,
        refuses=(429,),
    )
    def resubmit_process(self, request: ApiRequest, process_id: str) -> Any:
        """Submit a process again that came back to its initiator, with its form as it is now."""
        return self.workflow.resubmit_process(process_id, request.body)

    @route("POST", "/processes/<process_id>/comment", permission="processes.act", body=calls.Comment, answer=calls.Process)
    def comment_process(self, request: ApiRequest, process_id: str) -> Any:
        """Say something that everyone in the process reads."""
        return self.workflow.comment_process(process_id, request.body)

    @route(
        "POST", "/processes/<process_id>/urge", permission="processes.act", body=calls.Words, answer=calls.Process, refuses=(429,)
    )
    def urge_process(self, request: ApiRequest, process_id: str) -> Any:
        """Remind those whom it waits for; not more often than every few hours."""
        return self.workflow.urge_process(process_id, request.body)

    @route("POST", "/processes/<process_id>/copy", permission="processes.act", body=calls.Copy, answer=calls.Process)
    def copy_process(self, request: ApiRequest, process_id: str) -> Any:
        """Show it to people for their information; they find it in a box of their own."""
        return self.workflow.copy_process(process_id, request.body)

    @route("POST", "/processes/<process_id>/recall", permission="processes.act", body=calls.Words, answer=calls.Process)
    def recall_task(self, request: ApiRequest, process_id: str) -> Any:
        """Wait no longer for the advice that one has asked for."""
        return self.workflow.recall_task(process_id, request.body)

    @route("POST", "/processes/<process_id>/retry-effect", permission="processes.act", body=calls.Words, answer=calls.Process)
    def retry_effect(self, request: ApiRequest, process_id: str) -> Any:
        """Ask the owning service once more for the effect of an archived process, after it has failed."""
        return self.workflow.retry_effect(process_id, request.body)

    @route("POST", "/tasks/<task_id>/approve", permission="processes.act", body=calls.Approve, answer=calls.Process)
    def approve_task(self, request: ApiRequest, task_id: str) -> Any:
        """Agree, entering the fields of this node if it has any."""
        return self.workflow.approve_task(task_id, request.body)

    @route("POST", "/tasks/<task_id>/reject", permission="processes.act", body=calls.Reject, answer=calls.Process)
    def reject_task(self, request: ApiRequest, task_id: str) -> Any:
        """Back to the initiator; what was reserved is released."""
        return self.workflow.reject_task(task_id, request.body)

    @route("POST", "/tasks/<task_id>/return", permission="processes.act", body=calls.Return, answer=calls.Process)
    def return_task(self, request: ApiRequest, task_id: str) -> Any:
        """Back to an earlier node, or to the start; what was reserved stays so."""
        return self.workflow.return_task(task_id, request.body)

    @route("POST", "/tasks/<task_id>/transfer", permission="processes.act", body=calls.TransferTask, answer=calls.Process)
    def transfer_task(self, request: ApiRequest, task_id: str) -> Any:
        """Hand a task over to somebody else, who decides in one's place."""
        return self.workflow.transfer_task(task_id, request.body)

    @route("POST", "/tasks/<task_id>/delegate", permission="processes.act", body=calls.TransferTask, answer=calls.Process)
    def delegate_task(self, request: ApiRequest, task_id: str) -> Any:
        """Ask somebody for advice; then the task is the handler's again."""
        return self.workflow.delegate_task(task_id, request.body)

    @route("POST", "/tasks/<task_id>/advise", permission="processes.act", body=calls.Advise, answer=calls.Process)
    def advise_task(self, request: ApiRequest, task_id: str) -> Any:
        """Give the advice that a handler has asked for."""
        return self.workflow.advise_task(task_id, request.body)

    @route("POST", "/tasks/<task_id>/add-approver", permission="processes.act", body=calls.AddApprover, answer=calls.Process)
    def add_approver(self, request: ApiRequest, task_id: str) -> Any:
        """Ask for a further approver, before or after oneself."""
        return self.workflow.add_approver(task_id, request.body)

    @route("POST", "/tasks/<task_id>/reassign", permission="processes.administer", body=calls.TransferTask, answer=calls.Process)
    def reassign_task(self, request: ApiRequest, task_id: str) -> Any:
        """Give a task that is stuck to somebody else."""
        return self.workflow.reassign_task(task_id, request.body)

    @route("GET", "/deputies", permission="processes.read", query=deputies.DeputyQuery, answer=deputies.Deputies)
    def list_deputies(self, request: ApiRequest) -> Any:
        """Whom one has named, and for whom one stands in, today and later."""
        return self.workflow.list_deputies(request.query)

    @route(
        "POST",
        "/deputies",
        permission="processes.act",
        body=deputies.NameDeputy,
        answer=deputies.Deputy,
        status=201,
        refuses=(404,),
    )
    def name_deputy(self, request: ApiRequest) -> Any:
        """Name who stands in for oneself on the days of one's absence."""
        return self.workflow.name_deputy(request.body)

    @route("DELETE", "/deputies/<deputy_id>", permission="processes.act", status=204)
    def end_deputy(self, request: ApiRequest, deputy_id: str) -> Any:
        """Be here again."""
        return self.workflow.end_deputy(deputy_id)
