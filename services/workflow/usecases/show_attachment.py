"""Show an attachment: where its file is kept, for those who may see its process."""

from uuid import UUID

from services.kit.unit_of_work import Begin
from services.workflow.store.attachments import find_visible
from services.workflow.store.tables import Attachment


def show_attachment(begin: Begin, attachment_id: UUID) -> Attachment:
    """
    :raises NotFound: ``attachment_not_found``, also for one the caller may not see.
    """
    with begin() as work:
        return find_visible(work.session, work.caller, work.today, attachment_id)
