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
    "nobody_holds_role": (
        "没有人担任“{role}”，流程无法流转；可联系系统管理员（{administrators}）设置人员。",
        "Nobody holds “{role_en}”; the process could not go on. An administrator can help: {administrators}.",
    ),
    "role_no_longer_held": ("{name} 已不担任“{role}”，不能处理该待办。", "{name} does not hold “{role_en}” any more."),
    "initiator_cannot_take_over": (
        "{name} 是本流程的发起人，不能接手审批自己的流程。",
        "{name} has started this process and cannot take over its approval.",
    ),
    "deputy_at_own_process": (
        "不能代 {name} 处理您自己发起的流程。",
        "You cannot act for {name} on a process that you have started.",
    ),
    "advice_only": ("{name} 委派您给出意见，请答复。", "{name} asks for your advice only: please answer."),
    "decide_instead": ("该待办由您决定，不是征求意见。", "This task is yours to decide, not to advise on."),
    "nothing_to_recall": ("没有可收回的委派。", "There is nothing to recall."),
    "too_many_approvers": ("一个节点最多 {max} 人。", "A node has at most {max} approvers."),
    "nobody_to_urge": ("当前没有可催办的处理人。", "It waits for nobody whom you could urge."),
    "urged_already": ("刚催办过，请 {minutes} 分钟后再试。", "It was urged a short while ago; try again in {minutes} minutes."),
    "not_concerned": ("只有发起人和处理人可以执行此操作。", "Only its initiator and its handlers may do this."),
    "effect_not_failed": ("流程的效果没有失败，无需重试。", "Its effect has not failed; there is nothing to retry."),
    "deputy_not_found": ("没有找到该代理设置。", "There is no such deputy."),
    "deputy_named_already": (
        "{first_day} 至 {last_day} 已由 {name} 代理。",
        "{name} stands in from {first_day} to {last_day} already.",
    ),
    "not_for_others": ("只能为自己设置代理人。", "Only an administrator does this for others."),
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
    "attachments_too_large": ("附件总大小超过上限（{max_megabytes} MB）。", "All attachments are over {max_megabytes} MB."),
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
    "cannot_be_chosen": ("该人员不存在、已离职或不具备所需角色。", "He or she is not there, has left, or lacks the role."),
    "two_subjects": ("与 subject 指的不是同一对象。", "It is not what subject names."),
    "deputy_of_oneself": ("不能由自己代理自己。", "Nobody is his own deputy."),
    "before": ("不能早于 {0}。", "May not be before {0}."),
    "passed_where_something_is_entered": (
        "节点有必填内容（{0}），不能自动或批量通过。",
        "Something is entered at this node ({0}): it cannot pass by itself or in bulk.",
    ),
    "reminder_not_within_time_limit": ("提醒时间必须在时限之内。", "The reminder must come within the time limit."),
    "entered_where_unseen": ("在节点 {0} 填写，却不可见。", "Entered at node {0}, where it is not seen."),
    "not_a_required_choice_of_the_start": (
        "{0} 必须是发起时必填的选项，且之后不可改。",
        "{0} must be a required choice of the start that nobody changes later.",
    ),
    "no_regular_expression": ("不是可用的正则表达式，或字段不是文本。", "Not a regular expression, or not a text's."),
    "cannot_change_owner": (
        "重新提交时不能改为由其他服务处理的类型，请撤回后重新发起。",
        "This would be another service's process; withdraw it and start a new one.",
    ),
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
