"""Export notify's lists as xlsx (spec, gateway.md: every list exports): which there are, and what each is read by."""

from collections.abc import Mapping
from typing import Final

from services.contracts.notify_calls import MessageQuery
from services.kit.list_files import ListFile
from services.notify.documents import list_sheets as sheets
from services.notify.usecases.list_messages import list_messages

LISTS: Final[Mapping[str, ListFile]] = {"messages": ListFile(sheets.MESSAGES, MessageQuery, list_messages)}
