"""Store the definitions that ship with the product, where their files have changed."""

from threading import Lock

from services.kit.unit_of_work import Begin
from services.workflow.store.definition_files import read_files
from services.workflow.store.definitions import publish_shipped

_published: set[str] = set()
_publishing = Lock()


def publish_definitions(begin: Begin) -> list[str]:
    """Every changed definition's next version; running processes keep theirs.

    Where the company has an edition of its own in force, that one stays and the shipped one waits for an administrator.

    :returns: the codes of those that changed.
    :raises InvalidInput: ``definition_faulty``, with file and place.
    """
    contents = read_files()
    with begin() as work:
        published = publish_shipped(work.session, contents.values(), work.now)
        for version in published:
            action = "definition_shipped_to_wait" if version.is_waiting else "definition_published"
            code = version.definition.code
            work.audit(action, ("definition", code), after={"version": version.version}, why="shipped with the product")
    return [version.definition.code for version in published]


def ensure_published(begin: Begin) -> None:
    """The same, once in this process's life: whatever asks for a definition first finds those it was shipped with."""
    if begin.database.url in _published:
        return
    with _publishing:
        if begin.database.url not in _published:
            publish_definitions(begin)
            _published.add(begin.database.url)
