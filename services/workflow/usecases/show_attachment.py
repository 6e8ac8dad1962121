"""Show an attachment: where its file is kept, for those who may see its process, and the field that it was put into."""

from uuid import UUID

from services.kit.errors import NotFound
from services.kit.unit_of_work import Begin, UnitOfWork
from services.workflow.domain.forms import attachment_ids, hidden_fields
from services.workflow.store.attachments import find_visible
from services.workflow.store.processes import find_visible as find_process
from services.workflow.store.processes import nodes_of
from services.workflow.store.tables import Attachment


def show_attachment(begin: Begin, attachment_id: UUID) -> Attachment:
    """
    :raises NotFound: ``attachment_not_found``, also for one the caller may not see.
    """
    with begin() as work:
        attachment = find_visible(work.session, work.caller, work.today, attachment_id)
        if attachment.process_id is not None and _is_hidden(work, attachment.process_id, attachment_id):
            raise NotFound("attachment_not_found")
        return attachment


def _is_hidden(work: UnitOfWork, process_id: UUID, attachment_id: UUID) -> bool:
    """Whether it was put into a field that the caller may not see."""
    dossier = find_process(work.session, work.caller, work.today, process_id)
    fields = dossier.definition.fields
    if not any(field.seen_at for field in fields):
        return False
    hidden = hidden_fields(fields, nodes_of(work.session, dossier, work.caller, work.today))
    return attachment_id in attachment_ids((field for field in fields if field.code in hidden), dossier.process.form)
