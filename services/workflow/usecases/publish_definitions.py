"""Store the definitions that ship with the product, where their files have changed."""

from threading import Lock

from services.kit.unit_of_work import Begin
from services.workflow.store.definition_files import read_files
from services.workflow.store.definitions import publish_shipped

_published: set[str] = set()
_publishing = Lock()


def publish_definitions(begin: Begin) -> list[str]:
    """Every changed definition's next version; running processes keep theirs.

    :returns: the codes of those that changed.
    :raises InvalidInput: ``definition_faulty``, with file and place.
    """
    contents = read_files()
    with begin() as work:
        changed = publish_shipped(work.session, contents.values(), work.now)
        for code in changed:
            work.audit("definition_published", ("definition", code), why="shipped with the product")
    return changed


def ensure_published(begin: Begin) -> None:
    """The same, once in this process's life: whatever asks for a definition first finds those it was shipped with."""
    if begin.database.url in _published:
        return
    with _publishing:
        if begin.database.url not in _published:
            publish_definitions(begin)
            _published.add(begin.database.url)
