"""The words of customer's refusals; Chinese and English."""

REFUSALS = {
    "customer_not_found": ("没有找到该客户，或您无权查看。", "No such customer, or not visible to you."),
    "product_not_found": ("没有找到该产品，或您无权查看。", "No such product, or not visible to you."),
    "customer_name_taken": ("客户“{name}”已存在，跟进销售：{owner}。", "Customer “{name}” exists already; its owner is {owner}."),
    "customer_name_near": (
        "已有名称相近的客户：{names}。如果不是同一家，请确认后再提交。",
        "There are customers of nearly the same name: {names}. If yours is none of them, confirm it and send it again.",
    ),
    "customer_changed_meanwhile": (
        "客户资料已被他人修改（现为第 {version} 版），请刷新后重试。",
        "The customer was changed meanwhile (it is at version {version} now); reload and try again.",
    ),
    "customer_not_yours": ("该客户不由您跟进，不能修改。", "This customer is not yours to change."),
    "customer_in_pool": ("客户“{name}”在公共池中，请先申请客户。", "Customer “{name}” is in the pool; claim it first."),
    "customer_not_in_pool": (
        "客户“{name}”不在公共池中，跟进销售：{owner}。",
        "Customer “{name}” is not in the pool; its owner is {owner}.",
    ),
    "customer_already_claimed": (
        "客户“{name}”已被 {claimant} 申请。",
        "Customer “{name}” has just been claimed by {claimant}.",
    ),
    "customer_department_taken": ("该客户已有部门“{name}”。", "The customer already has a department “{name}”."),
    "product_name_taken": ("该客户已有产品“{name}”。", "The customer already has a product “{name}”."),
    "account_identifier_taken": ("账号 {identifiers} 已被使用。", "Already in use: account {identifiers}."),
    "owner_has_left": ("{name} 已离职，不能成为跟进销售。", "{name} has left and cannot own a customer."),
    "process_was_withdrawn": ("流程已撤回。", "The process was withdrawn."),
    "process_was_applied": ("流程已生效，不能再修改。", "The process is in force and cannot be changed."),
    "process_not_prepared": ("流程未经检查，不能继续。", "The process was not prepared here."),
    "claim_not_held": (
        "客户“{name}”已不在该申请名下。",
        "The claim of customer “{name}” is no longer held by this process.",
    ),
}
