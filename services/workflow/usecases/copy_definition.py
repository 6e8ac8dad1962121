"""Copy a version of a definition into a draft, to be edited: that in force, or an older one to go back to."""

from typing import Any

from services.kit.unit_of_work import Begin
from services.workflow.store import definitions
from services.workflow.usecases.publish_definitions import ensure_published
from services.workflow.usecases.save_definition_draft import new_draft
from services.workflow.usecases.show_definition_draft import draft_view


def copy_definition(begin: Begin, code: str, *, version: int | None) -> dict[str, Any]:
    """A draft of the same process: another code would be a process whose effect nobody puts into force.

    :param version: which one; that in force for ``None``.
    :returns: the draft, as the contract's ``DefinitionDraft``.
    :raises NotFound: ``definition_not_found``.
    :raises Conflict: ``definition_draft_exists``, with who changed it last.
    """
    ensure_published(begin)
    with begin() as work:
        copied = definitions.version_of(work.session, code, version)
        newest = definitions.newest(work.session, code)
        draft = new_draft(work, code, copied.content, newest.version)
        after = {"version": draft.version, "copied_version": copied.version}
        work.audit("definition_draft_saved", ("definition_draft", code), after=after)
        return draft_view(work.session, draft)
