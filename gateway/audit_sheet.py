"""The audit trail as a file: its columns, as the console has them."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from services.contracts import audit_words
from services.contracts.code_words import SERVICE
from services.contracts.gateway_calls import AuditTrailEntry
from services.kit.clock import SHANGHAI, parse_instant
from services.kit.list_files import ListColumn, ListSheet
from services.kit.sheets import CELL_CHARACTERS_MAX

Entry = Mapping[str, Any]
"""As services answer it: already dumped."""


def _at(entry: Entry, _language: int) -> datetime:
    return parse_instant(entry["at"]).astimezone(SHANGHAI).replace(tzinfo=None)


def _action(entry: Entry, language: int) -> str:
    return _called(audit_words.AUDIT_ACTION, entry["action"], language)


def _subject(entry: Entry, language: int) -> str:
    return _called(audit_words.AUDIT_SUBJECT, entry["subject_type"], language)


def _changes(entry: Entry, language: int) -> str:
    before, after = entry["before"] or {}, entry["after"] or {}
    changes = []
    for name in dict.fromkeys([*before, *after]):
        values = " → ".join(_value(side[name]) for side in (before, after) if name in side)
        changes.append(f"{_called(audit_words.AUDIT_VALUE, name, language)} {values}")
    return ("；", "; ")[language].join(changes)[:CELL_CHARACTERS_MAX]


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _called(words: Mapping[str, tuple[str, str]], code: str, language: int) -> str:
    # An entry may be older than the words, and its code no longer written.
    return words[code][language] if code in words else code


AUDIT: Final = ListSheet(
    ("审计", "Audit"),
    AuditTrailEntry,
    [
        ListColumn("at", ("时间", "When"), shown=_at, width=20, number_format="yyyy-mm-dd hh:mm:ss"),
        ListColumn("user_name", ("操作人", "Who")),
        ListColumn("service", ("模块", "Module"), words=SERVICE),
        ListColumn("action", ("操作", "Action"), shown=_action),
        ListColumn("subject_type", ("对象", "About"), shown=_subject),
        ListColumn("subject_id", ("对象编号", "Its number"), width=38),
        ListColumn("before", ("变更内容", "What changed"), shown=_changes, width=64),
        ListColumn("why", ("原因", "Reason"), width=32),
        ListColumn("trace_id", ("追踪号", "Trace"), width=34),
    ],
)
