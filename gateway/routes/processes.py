"""Approvals: definitions, processes, tasks, attachments."""

from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Response

from gateway.http import ApiRequest, route
from services.contracts import workflow_calls as calls
from services.contracts.workflow_definitions import PublishedDefinition
from services.kit.bus.rpc import ServiceClient
from services.kit.files import FolderStore
from services.kit.health import SettingsProvider
from services.kit.settings import Settings


class ProcessRoutes:
    """``/process-definitions``, ``/processes``, ``/tasks``, ``/attachments``."""

    workflow = ServiceClient("workflow")
    settings: Settings = SettingsProvider()

    @route("GET", "/process-definitions", permission="processes.read", answer=calls.Definitions)
    def list_definitions(self, request: ApiRequest) -> Any:
        """Every kind of process in its newest version."""
        return self.workflow.list_definitions()

    @route("GET", "/process-definitions/<code>", permission="processes.read", answer=PublishedDefinition)
    def show_definition(self, request: ApiRequest, code: str) -> Any:
        return self.workflow.show_definition(code)

    @route("POST", "/processes", permission="processes.start", body=calls.StartProcess, answer=calls.Process, status=201)
    def start_process(self, request: ApiRequest) -> Any:
        """Start a process. The owning service checks the form first; its reasons come back by field."""
        return self.workflow.start_process({"idempotency_key": request.idempotency_key, **request.body})

    @route("GET", "/processes", permission="processes.read", query=calls.ProcessQuery, answer=calls.ProcessPage)
    def list_processes(self, request: ApiRequest) -> Any:
        return self.workflow.list_processes(request.query)

    @route("GET", "/processes/counts", permission="processes.read", query=calls.CountQuery, answer=calls.ProcessCounts)
    def count_processes(self, request: ApiRequest) -> Any:
        """How many processes lie in a box, by kind; for the menus."""
        return self.workflow.count_processes(request.query)

    @route("GET", "/processes/<process_id>", permission="processes.read", answer=calls.Process)
    def show_process(self, request: ApiRequest, process_id: str) -> Any:
        """A process with its form, its whole node line by names, its history, and what the reader can do."""
        return self.workflow.show_process(process_id)

    @route("POST", "/processes/<process_id>/withdraw", permission="processes.act", body=calls.Withdraw, answer=calls.Process)
    def withdraw_process(self, request: ApiRequest, process_id: str) -> Any:
        return self.workflow.withdraw_process(process_id, request.body)

    @route("POST", "/processes/<process_id>/resubmit", permission="processes.act", body=calls.Resubmit, answer=calls.Process)
    def resubmit_process(self, request: ApiRequest, process_id: str) -> Any:
        return self.workflow.resubmit_process(process_id, request.body)

    @route("POST", "/processes/<process_id>/comment", permission="processes.act", body=calls.Comment, answer=calls.Process)
    def comment_process(self, request: ApiRequest, process_id: str) -> Any:
        return self.workflow.comment_process(process_id, request.body)

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

    @route("POST", "/tasks/<task_id>/transfer", permission="processes.act", body=calls.Transfer, answer=calls.Process)
    def transfer_task(self, request: ApiRequest, task_id: str) -> Any:
        return self.workflow.transfer_task(task_id, request.body)

    @route(
        "POST",
        "/attachments",
        permission="processes.act",
        answer=calls.Attachment,
        status=201,
        upload=True,
        max_bytes=calls.ATTACHMENTS_BYTES_MAX,
        media_type="application/octet-stream",
    )
    def add_attachment(self, request: ApiRequest) -> Any:
        """Upload a file (raw body, ``X-Filename``); a form then names it by ``{"id", "name"}``."""
        stored = self._attachments.save(request.stream, max_bytes=calls.ATTACHMENTS_BYTES_MAX)
        try:
            return self.workflow.add_attachment(
                {
                    "key": stored.key,
                    "name": request.file_name,
                    "content_type": request.http.mimetype or "application/octet-stream",
                    "size_bytes": stored.size_bytes,
                    "sha256": stored.sha256,
                }
            )
        except Exception:
            self._attachments.delete(stored.key)
            raise

    @route("GET", "/attachments/<attachment_id>", permission="processes.read", media_type="application/octet-stream")
    def download_attachment(self, request: ApiRequest, attachment_id: str) -> Any:
        """Download a file; only for those who may see its process."""
        attachment = self.workflow.show_attachment(attachment_id)
        response = Response(self._attachments.read(attachment["key"]), mimetype=attachment["content_type"])
        response.content_length = attachment["size_bytes"]
        # Always as a download: whatever somebody uploaded must not run in our origin.
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(attachment['name'], safe='')}"
        return response

    @property
    def _attachments(self) -> FolderStore:
        return FolderStore(self.settings.files_folder / "attachments")
