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
    "resubmit_instead": ("流程已退回给您，请修改后重新提交，或撤回。", "It was returned to you: resubmit or withdraw it."),
    "not_to_be_resubmitted": ("流程当前状态不能重新提交。", "It is in no state to be resubmitted."),
    "process_ended": ("流程已结束。", "The process has ended."),
    "process_not_known_yet": ("流程尚未归档，稍后重试。", "The process is not archived yet; it will be tried again."),
    "process_changed": ("处理期间流程已变化，请刷新后重试。", "The process changed meanwhile; please look again and retry."),
    "already_handler": ("{name} 已是该节点的处理人。", "{name} is a handler of this node already."),
    "start_took_too_long": ("发起超时，已取消，请重新发起。", "The start took too long and was undone; please start again."),
    "start_key_reused": ("该幂等键已用于另一个流程。", "This idempotency key was used for another process."),
    "attachments_too_large": ("附件总大小超过上限（{max_bytes} 字节）。", "All attachments together are over {max_bytes} bytes."),
    "definition_faulty": ("流程定义有误，请按位置修改。", "The definition is wrong; see the places."),
    "definition_published_meanwhile": (
        "{by}已发布第 {version} 版，请查看后重新提交。",
        "{by_en} published version {version} meanwhile; look at it and send yours again.",
    ),
    "definition_unchanged": ("与当前第 {version} 版相同，无需发布。", "It is the same as version {version}, which is in force."),
    "definition_draft_not_found": ("没有该流程定义的草稿。", "There is no draft of this definition."),
    "definition_draft_changed_meanwhile": (
        "{by} 已修改该草稿（第 {version} 次保存），请查看后重试。",
        "{by} changed the draft meanwhile (its version {version}); look again and retry.",
    ),
    "definition_draft_exists": (
        "已有 {by} 编辑的草稿，请继续编辑或先删除。",
        "There is a draft already, changed last by {by}; go on with it or remove it first.",
    ),
    "fact_invalid": ("流程条件的取值不正确。", "A value that a condition asks for is not of its type."),
}

FIELD_ERRORS: Final[dict[str, tuple[str, str]]] = {
    # faults of definitions
    "duplicate": ("“{0}”出现了多次。", "“{0}” is there more than once."),
    "unknown_role": ("没有“{0}”这个角色。", "There is no role “{0}”."),
    "unknown_node": ("没有“{0}”这个节点。", "There is no node “{0}”."),
    "unknown_field": ("没有“{0}”这个字段。", "There is no field “{0}”."),
    "unknown_fact": ("没有“{0}”这个事实。", "There is no fact “{0}”."),
    "unknown_operator": ("没有“{0}”这个比较方式。", "There is no operator “{0}”."),
    "not_comparable": ("类型 {0} 不能用于条件。", "Conditions cannot compare the type {0}."),
    "operator_does_not_fit": ("该比较方式不适用于类型 {0}。", "The operator does not fit the type {0}."),
    "value_does_not_fit": ("取值不符合类型 {0}。", "The value does not fit the type {0}."),
    "first_node_is_not_the_initiators_start": (
        "第一个节点须为发起人的 start。",
        "The first node must be the initiator's “start”.",
    ),
    "no_node_after_the_start": ("发起之后至少要有一个节点。", "At least one node must follow the start."),
    "required_where_nobody_may_be_asked": (
        "必填字段所在的节点“{0}”可能自动通过，无人填写。",
        "It is required, and the node “{0}” where it is entered may pass by itself.",
    ),
    "not_shipped": (
        "产品不含该流程，归档后无服务执行其效果。",
        "The product has no such process: no service would put its effect into force.",
    ),
    "set_by_product": ("由产品规定，须为 {0}。", "The product sets it: {0}."),
    "needed_by_product": (
        "缺少“{0}”，执行效果的服务需要它。",
        "“{0}” is missing; the service that puts the effect into force needs it.",
    ),
    "too_deep": ("嵌套过深。", "Nested too deeply."),
    # forms
    "attachment_unknown": ("附件不存在，或已用于其他流程。", "There is no such attachment, or another process has it."),
}
