"""Add an attachment: note a file that the gateway has stored."""

from uuid import UUID

from services.kit.unit_of_work import Begin
from services.workflow.store.tables import Attachment


def add_attachment(begin: Begin, *, key: str, name: str, content_type: str, size_bytes: int, sha256: str) -> Attachment:
    """The caller's, and nobody else's to see, until a process's form names it."""
    with begin() as work:
        attachment = Attachment(
            id=work.new_id(),
            key=key,
            name=name,
            content_type=content_type,
            size_bytes=size_bytes,
            sha256=sha256,
            uploaded_by=UUID(work.caller.user_id),
            uploaded_at=work.now,
        )
        work.session.add(attachment)
        work.audit("attachment_added", ("attachment", attachment.id), after={"name": name, "sha256": sha256})
    return attachment
