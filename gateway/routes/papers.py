"""Papers of processes: attachments and drafts."""

from typing import Any

from werkzeug.wrappers import Response

from gateway.downloads import Download, send_file
from gateway.http import ApiRequest, route
from services.contracts import workflow_paper_calls as calls
from services.kit.bus.rpc import ServiceClient
from services.kit.errors import NotFound, Unavailable
from services.kit.file_kinds import KnownStream
from services.kit.files import FileStore
from services.kit.health import SettingsProvider
from services.kit.schema import load
from services.kit.settings import Settings
from services.kit.storage import file_store


class PaperRoutes:
    """``/attachments``, ``/drafts``."""

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
        """Upload a file (raw body, ``X-Filename``); a form then names it by ``{"id", "name"}``.

        Of what kind it is its content says, whatever it is called and declared to be. Documents, images, archives and sound are
        taken; programs, scripts and pages are not.
        """
        stream = KnownStream(request.stream, request.file_name)
        stored = self._attachments.save(stream, max_bytes=calls.ATTACHMENTS_BYTES_MAX)
        try:
            return self.workflow.add_attachment(
                {
                    "key": stored.key,
                    "name": request.file_name,
                    "content_type": stream.content_type,
                    "size_bytes": stored.size_bytes,
                    "sha256": stored.sha256,
                }
            )
        except Exception as error:
            # Of one that nobody was heard to note it may be noted, and a note without its file is worse than the reverse.
            if not isinstance(error, Unavailable):
                self._attachments.delete(stored.key)
            raise

    @route(
        "GET",
        "/attachments/<attachment_id>",
        permission="processes.read",
        query=calls.AttachmentQuery,
        media_type="*/*",
        ranges=True,
    )
    def download_attachment(self, request: ApiRequest, attachment_id: str) -> Any:
        """Download a file, or a range of it; only for those who may see its process. ``?preview=true`` shows images and PDF."""
        found = self.workflow.show_attachment(attachment_id)
        file = Download(**{name: found[name] for name in ("key", "name", "content_type", "size_bytes", "sha256")})
        preview = load(calls.AttachmentQuery, request.query)["preview"]
        return send_file(request.http, self._attachments, file, preview=preview)

    @route("GET", "/drafts", permission="drafts", answer=calls.Drafts)
    def list_drafts(self, request: ApiRequest) -> Any:
        """The caller's drafts without their forms, the newest first; nobody sees another's."""
        return self.workflow.list_drafts()

    @route("GET", "/drafts/<key>", permission="drafts", query=calls.DraftQuery, answer=calls.Draft)
    def show_draft(self, request: ApiRequest, key: str) -> Any:
        """A draft with its form; its ``ETag`` is the version that the next save names.

        Whoever opens a form does not know whether it was begun: with ``?if_any=true`` a draft that is not there is no error.
        """
        if_any = load(calls.DraftQuery, request.query)["if_any"]
        try:
            return self.workflow.show_draft(key)
        except NotFound:
            if if_any:
                return Response(status=204)
            raise

    @route("PUT", "/drafts/<key>", permission="drafts", body=calls.SaveDraft, answer=calls.Draft)
    def save_draft(self, request: ApiRequest, key: str) -> Any:
        """Save a draft under a key of the client's (``contract_review:<customer's id>``).

        Give the version that was seen, in the body or as ``If-Match``: a draft that was saved elsewhere since is not overwritten
        (409; by the tag 412). Without one it is the first save of that key. The same again is answered alike.
        """
        return self.workflow.save_draft(key, request.change)

    @route("DELETE", "/drafts/<key>", permission="drafts", status=204)
    def delete_draft(self, request: ApiRequest, key: str) -> Any:
        """Delete a draft; one that is not there is no error."""
        self.workflow.delete_draft(key)

    @property
    def _attachments(self) -> FileStore:
        return file_store(self.settings).within(calls.ATTACHMENTS_PART)
