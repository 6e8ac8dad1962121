"""List the process definitions, each in its newest version."""

from typing import Any

from services.contracts.workflow_definitions import Definition
from services.kit.schema import load
from services.kit.unit_of_work import Begin
from services.workflow.store.definitions import Version, all_current
from services.workflow.usecases.publish_definitions import ensure_published


def list_definitions(begin: Begin) -> list[dict[str, Any]]:
    """By code."""
    ensure_published(begin)
    with begin() as work:
        return [published(version) for version in all_current(work.session)]


def published(version: Version) -> dict[str, Any]:
    """A definition with its version, as the contract's ``PublishedDefinition``."""
    return {**load(Definition, version.content), "version": version.version, "published_at": version.published_at}
