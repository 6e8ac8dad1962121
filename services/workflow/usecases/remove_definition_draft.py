"""Remove a draft of a definition; what is in force stays so."""

from services.kit.unit_of_work import Begin
from services.workflow.usecases.save_definition_draft import lock_seen


def remove_definition_draft(begin: Begin, code: str, *, version: int) -> None:
    """
    :param version: the draft's as its remover saw it.
    :raises NotFound: ``definition_draft_not_found``.
    :raises Conflict: ``definition_draft_changed_meanwhile``.
    """
    with begin() as work:
        draft = lock_seen(work, code, version)
        work.session.delete(draft)
        work.audit("definition_draft_removed", ("definition_draft", code), before={"version": draft.version})
