"""Workflow's lists as files: their columns, as the console has them."""

from collections.abc import Mapping
from typing import Any, Final

from services.contracts import code_words as words
from services.contracts.workflow_list_calls import ProcessRow
from services.kit.list_files import LANGUAGES, ListColumn, ListSheet


def _kind(row: Mapping[str, Any], language: int) -> Any:
    return row[f"name_{LANGUAGES[language]}"]


def _node(row: Mapping[str, Any], language: int) -> Any:
    return row["node"] and row["node"][f"name_{LANGUAGES[language]}"]


PROCESSES: Final = ListSheet(
    ("流程", "Processes"),
    ProcessRow,
    [
        ListColumn("title", ("标题", "Title"), width=48),
        ListColumn("name_zh", ("流程", "Process"), shown=_kind, width=20),
        ListColumn("customer_name", ("客户", "Customer"), width=32),
        ListColumn("state", ("状态", "State"), words=words.PROCESS_STATE),
        ListColumn("effect", ("是否生效", "Effect"), words=words.EFFECT_STATE),
        ListColumn("node", ("当前节点", "Present node"), shown=_node),
        ListColumn("waiting_for", ("等待谁", "Waits for")),
        ListColumn("initiator.name", ("发起人", "Initiator")),
        ListColumn("started_at", ("发起时间", "Started")),
        ListColumn("waiting_since", ("等待自", "Waiting since")),
        ListColumn("due_at", ("时限", "Due")),
        ListColumn("is_overdue", ("已超时", "Overdue")),
        ListColumn("for_user.name", ("代谁处理", "On behalf of")),
        ListColumn("decided_at", ("处理时间", "Decided")),
        ListColumn("copied_by", ("抄送人", "Copied by")),
        ListColumn("copied_at", ("抄送时间", "Copied")),
        ListColumn("is_unread", ("未读", "Unread")),
        ListColumn("changed_at", ("最近变动", "Last change")),
        ListColumn("ended_at", ("结束时间", "Ended")),
    ],
)
