"""The words of a process's print, Chinese and English: labels, states, decisions, actions."""

from typing import Final

from gateway.wording import LANGUAGES
from services.contracts.people import ROLES

Words = dict[str, tuple[str, str]]

LABELS: Final[Words] = {
    "number": ("流程编号", "Number"),
    "process": ("流程", "Process"),
    "subject": ("对象", "Subject"),
    "customer": ("客户", "Customer"),
    "initiator": ("发起人", "Initiator"),
    "started_at": ("发起时间", "Started"),
    "state": ("状态", "State"),
    "ended_at": ("结束时间", "Ended"),
    "effect": ("执行结果", "Effect"),
    "form": ("表单", "Form"),
    "nodes": ("审批节点", "Nodes"),
    "history": ("流转记录", "History"),
    "node": ("节点", "Node"),
    "people": ("处理人", "People"),
    "time": ("时间", "Time"),
    "who": ("人员", "Who"),
    "action": ("操作", "Action"),
    "words": ("意见与变更", "Words and changes"),
    "besides": ("补充", "Besides"),
    "attachments": ("附件", "Attachments"),
    "missing": ("无人可处理：{}", "Nobody can act: {}"),
    "by": ("（{} 代办）", "(by {})"),
    "for": ("代 {}", "for {}"),
    "adviser": ("（等待 {} 答复）", "(waits for the advice of {})"),
    "version": ("定义第 {} 版", "definition version {}"),
    "page": ("第 {} 页，共 {} 页", "Page {} of {}"),
}
STATES: Final[Words] = {
    "running": ("审批中", "Running"),
    "returned": ("已退回", "Returned"),
    "rejected": ("已驳回", "Rejected"),
    "withdrawn": ("已撤回", "Withdrawn"),
    "archived": ("已归档", "Archived"),
}
EFFECTS: Final[Words] = {
    "awaited": ("等待执行", "Awaited"),
    "in_force": ("已生效", "In force"),
    "failed": ("执行失败", "Failed"),
}
NODE_STATES: Final[Words] = {
    "done": ("已办", "Done"),
    "passed": ("自动通过", "Passed by itself"),
    "current": ("进行中", "Current"),
    "future": ("未到", "To come"),
    "will_pass": ("将自动通过", "Will pass by itself"),
    "not_reached": ("未经过", "Not reached"),
}
ACTIONS: Final[Words] = {
    "started": ("发起", "Started"),
    "resubmitted": ("重新提交", "Resubmitted"),
    "entered": ("到达", "Reached"),
    "passed": ("自动通过", "Passed by itself"),
    "seat_passed": ("自动通过", "Passed automatically"),
    "approved": ("同意", "Approved"),
    "rejected": ("驳回", "Rejected"),
    "returned": ("退回", "Returned"),
    "transferred": ("转办", "Transferred"),
    "reassigned": ("改派", "Reassigned"),
    "delegated": ("委派", "Delegated"),
    "advised": ("答复", "Advised"),
    "recalled": ("收回委派", "Recalled"),
    "approver_added": ("加签", "Added an approver"),
    "withdrawn": ("撤回", "Withdrew"),
    "copied": ("抄送", "Copied"),
    "urged": ("催办", "Urged"),
    "commented": ("评论", "Commented"),
    "archived": ("归档", "Archived"),
    "applied": ("生效", "In force"),
    "effect_failed": ("执行失败", "Effect failed"),
    "effect_retried": ("重试执行", "Effect retried"),
}
POSITIONS: Final[Words] = {"before": ("（前加签）", "(added before)"), "after": ("（后加签）", "(added after)")}
BOOLEANS: Final = (("否", "No"), ("是", "Yes"))
SYSTEM: Final = ("系统", "The system")
_OTHER_ROLES: Final[Words] = {"initiator": ("发起人", "Initiator"), "user": ("指定人员", "By name")}


def said(words: Words, code: str, language: str) -> str:
    """A code in a language; the code itself, where it is newer than this program."""
    return words[code][LANGUAGES.index(language)] if code in words else code


def role_said(role: str, language: str) -> str:
    """In which role somebody acts; empty for none."""
    return said({**ROLES, **_OTHER_ROLES}, role, language) if role else ""
