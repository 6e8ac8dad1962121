"""Chinese and English words of workflow's refusals and of its own errors by field."""

from typing import Final

REFUSALS: Final[dict[str, tuple[str, str]]] = {
    "definition_not_found": ("没有这种流程。", "There is no such process definition."),
    "process_not_found": ("没有找到该流程，或您无权查看。", "No such process, or not visible to you."),
    "task_not_found": ("没有找到该待办，或您无权查看。", "No such task, or not visible to you."),
    "node_not_found": ("没有这个节点。", "There is no such node."),
    "attachment_not_found": ("没有找到该附件，或您无权查看。", "No such attachment, or not visible to you."),
    "taker_not_found": ("没有找到转办对象，或其已离职。", "No such person to transfer it to, or he or she has left."),
    "may_not_start": ("您的角色不能发起该流程。", "Your roles may not start this process."),
    "not_the_initiator": ("只有发起人可以执行此操作。", "Only its initiator may do this."),
    "not_your_task": ("该待办不由您处理。", "This task is not yours."),
    "nobody_holds_role": ("没有人担任“{role}”，流程无法流转。", "Nobody holds “{role_en}”; the process could not go on."),
    "task_already_decided": ("该待办已处理：{by} {how_zh}。", "This task is settled already: {by} {how_en}."),
    "not_for_bulk": ("该节点不支持批量同意，请打开流程办理。", "This node cannot be approved from the list; open the process."),
    "resubmit_instead": ("流程已退回给您，请修改后重新提交，或撤回。", "It was returned to you: resubmit or withdraw it."),
    "not_to_be_resubmitted": ("流程当前状态不能重新提交。", "It is in no state to be resubmitted."),
    "process_ended": ("流程已结束。", "The process has ended."),
    "process_not_known_yet": ("流程尚未归档，稍后重试。", "The process is not archived yet; it will be tried again."),
    "process_changed": ("处理期间流程已变化，请刷新后重试。", "The process changed meanwhile; please look again and retry."),
    "already_handler": ("{name} 已是该节点的处理人。", "{name} is a handler of this node already."),
    "start_took_too_long": ("发起超时，已取消，请重新发起。", "The start took too long and was undone; please start again."),
    "start_key_reused": ("该幂等键已用于另一个流程。", "This idempotency key was used for another process."),
    "attachments_too_large": ("附件总大小超过上限（{max_bytes} 字节）。", "All attachments together are over {max_bytes} bytes."),
    "draft_not_found": ("没有这份草稿。", "There is no such draft."),
    "draft_changed": (
        "草稿已在别处更新，请先查看最新内容，再决定保留哪一份。",
        "The draft was saved elsewhere since; look at what it is now before you save over it.",
    ),
    "draft_gone": ("草稿已删除，或已用于发起流程。", "The draft is deleted, or its process was started."),
    "too_many_drafts": (
        "草稿已达上限（{max} 份），请先删除不用的草稿。",
        "You have {max} drafts, which is all there may be; delete some first.",
    ),
    "definition_faulty": ("流程定义有误，请按位置修改。", "The definition is wrong; see the places."),
    "fact_invalid": ("流程条件的取值不正确。", "A value that a condition asks for is not of its type."),
}

FIELD_ERRORS: Final[dict[str, tuple[str, str]]] = {
    "attachment_unknown": ("附件不存在，或已用于其他流程。", "There is no such attachment, or another process has it."),
}
