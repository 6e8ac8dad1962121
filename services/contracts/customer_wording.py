"""The words of customer's refusals; Chinese and English."""

REFUSALS = {
    "customer_not_found": ("没有找到该客户，或您无权查看。", "No such customer, or not visible to you."),
    "product_not_found": ("没有找到该产品，或您无权查看。", "No such product, or not visible to you."),
    "account_not_found": ("没有找到该账号，或您无权查看。", "No such account, or not visible to you."),
    "contract_not_found": ("没有找到该合同，或您无权查看。", "No such contract, or not visible to you."),
    "customer_department_not_found": ("该客户没有这个部门。", "The customer has no such department."),
    "contact_not_found": ("该客户没有这位联系人。", "The customer has no such contact."),
    "contact_log_not_found": ("该客户没有这条联系日志。", "The customer has no such contact log."),
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
    "customer_claim_undecided": (
        "您对客户“{name}”的申请还在审批中，归档后才能修改。",
        "Your claim of customer “{name}” is not decided yet; it can be changed once it is archived.",
    ),
    "customer_not_in_pool": (
        "客户“{name}”不在公共池中，跟进销售：{owner}。",
        "Customer “{name}” is not in the pool; its owner is {owner}.",
    ),
    "customer_already_claimed": (
        "客户“{name}”已被 {claimant} 申请。",
        "Customer “{name}” has just been claimed by {claimant}.",
    ),
    "holding_limit_reached": (
        "{owner} 已有 {held} 个{tier_zh}，上限为 {limit} 个。",
        "{owner} has {held} customers in tier {tier_en} already; the limit is {limit}.",
    ),
    "claim_quota_used": (
        "今日申请客户次数已达上限（{limit} 次），请明天再申请。",
        "Your {limit} claims of today are used up; claim again tomorrow.",
    ),
    "reclaim_too_early": (
        "您曾跟进客户“{name}”，须等 {days} 天，{until} 起可再次申请。",
        "You looked after customer “{name}” before; after {days} days, from {until} on, you may claim it again.",
    ),
    "customer_changed_hands": (
        "客户“{name}”刚刚换了跟进销售，请刷新后重试。",
        "Customer “{name}” has just changed hands; reload and try again.",
    ),
    "customer_theirs_already": ("客户“{name}”已由 {owner} 跟进。", "Customer “{name}” is {owner}'s already."),
    "taker_not_of_yours": (
        "只能在您所领导部门的销售之间转移客户，{name} 不在其中。",
        "You transfer customers between your own people; {name} is not one of them.",
    ),
    "customer_department_taken": ("该客户已有部门“{name}”。", "The customer already has a department “{name}”."),
    "customer_department_changed_meanwhile": (
        "部门已被他人修改（现为第 {version} 版），请刷新后重试。",
        "The department was changed meanwhile (it is at version {version} now); reload and try again.",
    ),
    "contact_changed_meanwhile": (
        "联系人已被他人修改（现为第 {version} 版），请刷新后重试。",
        "The contact was changed meanwhile (it is at version {version} now); reload and try again.",
    ),
    "contact_log_changed_meanwhile": (
        "联系日志已被修改（现为第 {version} 版），请刷新后重试。",
        "The contact log was changed meanwhile (it is at version {version} now); reload and try again.",
    ),
    "contact_log_not_yours": (
        "只有填写人 {author} 可以修改这条联系日志，您可以追加说明。",
        "Only its author {author} may edit this contact log; you may add to it.",
    ),
    "contact_log_closed": (
        "联系日志已满 24 小时，不能再修改，只能追加说明。",
        "This contact log is 24 hours old; it is no longer edited, only added to.",
    ),
    "product_changed_meanwhile": (
        "产品已被他人修改（现为第 {version} 版），请刷新后重试。",
        "The product was changed meanwhile (it is at version {version} now); reload and try again.",
    ),
    "product_has_accounts": (
        "产品“{name}”已有账号，不能再改类型和付费方式。",
        "Product “{name}” has accounts; its type and payment mode stay.",
    ),
    "product_in_process": (
        "产品“{name}”有流程正在办理，不能改类型和付费方式。",
        "A process about product “{name}” is running; its type and payment mode stay.",
    ),
    "product_without_accounts": (
        "产品“{name}”是一次性销售的软件，不开通账号。",
        "Product “{name}” is software, sold once; it has no accounts.",
    ),
    "product_there_already": (
        "该客户已有同类产品“{name}”，请用该产品申请测试账号。",
        "The customer has such a product already, “{name}”; apply for that one.",
    ),
    "account_changed_meanwhile": (
        "账号已被他人修改（现为第 {version} 版），请刷新后重试。",
        "The account was changed meanwhile (it is at version {version} now); reload and try again.",
    ),
    "account_status_illegal": (
        "账号 {identifier} 不能从“{from_zh}”变为“{to_zh}”。",
        "Account {identifier} cannot go from {from_en} to {to_en}.",
    ),
    "account_closed": ("账号 {identifier} 已销户。", "Account {identifier} is closed."),
    "signature_in_process": (
        "签名【{signature}】正在账号 {identifier} 上由另一流程报备。",
        "Another process is registering 【{signature}】 on account {identifier}.",
    ),
    "sub_number_taken": (
        "子号码 {sub_number} 已被该产品的其他账号使用。",
        "Another account of the product has the sub-number {sub_number}.",
    ),
    "customer_green_already": ("客户“{name}”已是绿色客户。", "Customer “{name}” is a green customer already."),
    "product_name_taken": ("该客户已有产品“{name}”。", "The customer already has a product “{name}”."),
    "account_identifier_taken": ("账号 {identifiers} 已被使用。", "Already in use: account {identifiers}."),
    "policy_changed_meanwhile": (
        "策略已被 {by} 修改（现为第 {version} 版），请刷新后重试。",
        "The policy was changed by {by} meanwhile (it is at version {version} now); reload and try again.",
    ),
    "policy_version_unknown": (
        "还没有人设置过策略（现为默认值，第 0 版），请刷新后重试。",
        "Nobody has set a policy yet (the default, version 0, is in force); reload and try again.",
    ),
    "customer_import_not_found": ("没有找到该导入，或您无权查看。", "No such import, or not visible to you."),
    "import_empty": ("文件中没有数据行。", "The file has no rows."),
    "import_column_missing": ("缺少列“{column}”。", "The column “{column}” is missing."),
    "import_column_unknown": ("不认识的列“{column}”，请删除或改名。", "Unknown column “{column}”; remove or rename it."),
    "import_column_repeated": ("列“{column}”出现了两次。", "The column “{column}” is there twice."),
    "import_column_nameless": ("第 {number} 列有内容但没有列名。", "Column {number} has cells and no header."),
    "import_name_repeated": ("与第 {row} 行是同一个客户名称。", "The same name as in row {row}."),
    "import_owner_unknown": ("没有登录名为“{login}”的用户。", "Nobody signs in as “{login}”."),
    "import_owner_not_led": ("{name} 不在您领导的部门中。", "{name} is in no department that you lead."),
    "import_owner_not_self": ("只能导入给自己；此列请留空。", "You import for yourself only; leave this empty."),
    "import_owner_not_sales": ("{name} 不是销售，不能成为跟进销售。", "{name} does not sell and cannot own a customer."),
    "customers_too_many_to_export": ("超过 {max} 个客户，请缩小筛选范围。", "More than {max} customers; narrow the filters."),
    "customer_export_not_found": ("没有找到该导出，或已过期。", "No such export, or it has expired."),
    "customer_export_not_ready": ("导出文件尚未生成，请稍候。", "The file is not made yet; please wait."),
    "owner_has_left": ("{name} 已离职，不能成为跟进销售。", "{name} has left and cannot own a customer."),
    "process_was_withdrawn": ("流程已撤回。", "The process was withdrawn."),
    "process_was_applied": ("流程已生效，不能再修改。", "The process is in force and cannot be changed."),
    "process_not_prepared": ("流程未经检查，不能继续。", "The process was not prepared here."),
    "claim_not_held": (
        "客户“{name}”已不在该申请名下，现由 {owner} 跟进。",
        "This claim of customer “{name}” holds no longer: it is with {owner} now.",
    ),
}

FIELD_ERRORS = {
    "no_such_salesperson": ("没有这个在职销售。", "There is no such active salesperson."),
    "besides": ("不能与 {0} 同时指定。", "May not stand beside {0}."),
    "industry_unknown": (
        "须为 GB/T 4754 门类的字母（A–T）或名称。",
        "Must be a section of GB/T 4754: its letter (A–T) or its name.",
    ),
    "digits": ("只能是数字，最多 {0} 位。", "Digits only, at most {0}."),
    "signature_characters": ("签名只能由汉字、字母和数字组成。", "A signature has Han characters, letters and digits only."),
    "signature_of_digits": ("签名不能只有数字。", "A signature is not of digits alone."),
    "account_not_blocked": ("该账号没有停用（{0}）。", "The account is not blocked (it is {1})."),
    "exempt_already": ("该词已排除。", "The word is exempt already."),
    "answer_unknown": ("须为 是 或 否。", "Must be Yes or No."),
}
