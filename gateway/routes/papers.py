"""Papers of processes: attachments."""

from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Response

from gateway.http import ApiRequest, route
from services.contracts import workflow_paper_calls as calls
from services.kit.bus.rpc import ServiceClient
from services.kit.files import FolderStore
from services.kit.health import SettingsProvider
from services.kit.settings import Settings


class PaperRoutes:
    """``/attachments``."""

    workflow = ServiceClient("workflow")
    settings: Settings = SettingsProvider()

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
