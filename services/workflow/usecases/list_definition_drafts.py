"""List the drafts of definitions."""

from services.kit.unit_of_work import Begin
from services.workflow.store.definition_drafts import all_drafts
from services.workflow.store.tables import DefinitionDraft


def list_definition_drafts(begin: Begin) -> list[DefinitionDraft]:
    """The one changed last first."""
    with begin() as work:
        return all_drafts(work.session)
