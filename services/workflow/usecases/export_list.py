"""Export workflow's lists as xlsx (spec, gateway.md: every list exports): which there are, and what each is read by."""

from collections.abc import Mapping
from typing import Final

from services.contracts.workflow_list_calls import ProcessQuery
from services.kit.list_files import ListFile
from services.workflow.documents import list_sheets as sheets
from services.workflow.usecases.list_processes import list_processes

LISTS: Final[Mapping[str, ListFile]] = {"processes": ListFile(sheets.PROCESSES, ProcessQuery, list_processes)}
