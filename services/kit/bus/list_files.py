"""The call about lists as files that every service with lists answers."""

from collections.abc import Mapping
from typing import Any

from services.kit.bus.rpc import rpc
from services.kit.health import SettingsProvider
from services.kit.list_files import ExportList, ListFile, ListFileMade, export_list
from services.kit.schema import dump, load
from services.kit.storage import file_store
from services.kit.unit_of_work import Begin


class ListFileCalls:
    """Mixed into a service class whose ``lists`` says which there are."""

    lists: Mapping[str, ListFile]
    begin: Begin
    settings = SettingsProvider()

    @rpc
    def export_list(self, wanted: dict[str, Any]) -> Any:
        """Make a list's file, all that its asker may see of what it is narrowed to; whoever asked deletes it when it has it."""
        made = export_list(self.begin, file_store(self.settings), self.lists, **load(ExportList, wanted))
        return dump(ListFileMade, made)
