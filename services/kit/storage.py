"""Which store a process keeps its files in: the one place that chooses."""

from functools import cache

from services.kit.files import FileStore, FolderStore
from services.kit.object_store import ObjectStore
from services.kit.settings import Settings


def file_store(settings: Settings) -> FileStore:
    """The S3-compatible store of ``files_url``, if there is one; else the folder. The same for every process of a system."""
    if not settings.files_url:
        return FolderStore(settings.files_folder)
    return _object_store(settings.files_url, settings.files_access_key, settings.files_secret_key)


@cache
def _object_store(url: str, access_key: str, secret_key: str) -> ObjectStore:
    # Once a process: its connections are kept.
    return ObjectStore.at(url, access_key, secret_key)
