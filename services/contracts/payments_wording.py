"""The words of payments' refusals and field errors, and of the reasons that it keeps: Chinese and English, by code."""

from typing import Final

REASONS: Final[dict[str, tuple[str, str]]] = {
    "unmatched": ("付款人与任何客户的名称或开票名称都不一致。", "The payer is no customer's name or invoice name."),
    "ambiguous": ("付款人与 {count} 个客户相符，请销管指派。", "The payer may be any of {count} customers; to be assigned."),
    # Of whom, only the warning among the suggestions says, to those who see the customer.
    "match_undone": ("此前的匹配已被人工撤销。", "An earlier match was undone by hand."),
    "nothing_due": ("该客户没有待销的应收。", "The customer has no open receivable."),
    "balance_too_small": (
        "到款余额 {balance} 不足以销最早的应收 {bill}（待销 {outstanding}），可手动部分销账。",
        "The balance {balance} does not cover what is owed longest, {outstanding} for {bill}; a partial write-off is by hand.",
    ),
    "prepaid_received_late": (
        "应收 {bill} 是预付产品，款项在账单月份结束日 {period_end} 之后才到，不自动销账。",
        "What is owed for {bill} is of a prepaid product, and the money came after its period ended on {period_end}.",
    ),
    "write_off_declined": (
        "应收 {bill} 的销账曾被驳回、撤回或冲销，不再自动发起，可手动销账。",
        "A write-off of {bill} was rejected, withdrawn or reversed; none starts by itself again, one may be started by hand.",
    ),
    "older_receivable_first": ("须先销更早的应收 {bill}。", "What is owed for {bill} is older and comes first."),
    "no_receipt": ("没有可用的到款。", "There is no receipt with a balance."),
    "no_owner": ("客户没有跟进销售，无人确认销账。", "The customer has no owner who could confirm."),
}
"""Why no write-off started by itself: code → Chinese and English; the placeholders are the reason's params."""

SUGGESTIONS: Final[dict[str, tuple[str, str]]] = {
    "account_before": (
        "该付款账号此前有 {count} 笔到款属于该客户（最近 {last_on}）。",
        "{count} earlier receipts from this account are the customer's (last on {last_on}).",
    ),
    "invoice_account": ("付款账号与该客户开票信息中的银行账号一致。", "The payer's account is that of the customer's invoices."),
    "name_before": (
        "{by} 曾于 {on} 将该付款人的到款指派给该客户（原因：{why}）。",
        "{by} assigned money of this payer to the customer on {on} (reason: {why}).",
    ),
    "former_name": ("付款人是该客户曾用的名称“{name}”。", "The payer is a former name of the customer, “{name}”."),
    "punctuation": ("与“{name}”只差标点或括号。", "Differs from “{name}” in punctuation or brackets alone."),
    "contains_name": ("付款人名称中含有“{name}”。", "The payer's name contains “{name}”."),
    "other_order": ("与“{name}”用字相同，位置不同。", "The same characters as “{name}” in another order."),
    "other_form": (
        "与“{name}”只差公司形式（付款人为“{payer_form}”，客户为“{form}”）。",
        "Differs from “{name}” in the legal form alone (the payer's is “{payer_form}”, the customer's “{form}”).",
    ),
    "branch_office": ("付款人像是“{name}”的分支机构。", "The payer looks like a branch of “{name}”."),
    "head_office": ("付款人像是“{name}”的总公司。", "The payer looks like the head office of “{name}”."),
    "same_sound": (
        "与“{name}”读音相同、用字不同（付款人为“{payer_core}”，客户为“{core}”）。",
        "Sounds like “{name}” and is written otherwise (“{payer_core}” by the payer, “{core}” by the customer).",
    ),
    "one_slip": (
        "与“{name}”差一处（付款人为“{payer_part}”，客户为“{part}”）。",
        "One slip apart from “{name}” (“{payer_part}” by the payer, “{part}” by the customer).",
    ),
    "other_place_named": (
        "与“{name}”字号相同，地名不一（付款人为“{payer_place}”，客户为“{place}”）。",
        "Called like “{name}”; places are told otherwise (“{payer_place}” by the payer, “{place}” by the customer).",
    ),
    "other_branch": ("像是与“{name}”同属一家公司的分支机构。", "Looks like another branch of the company of “{name}”."),
    "same_brand": ("与“{name}”字号同为“{brand}”，行业不同。", "“{brand}” like “{name}”, in another trade."),
    "other_place": (
        "与“{name}”字号相同，但地方不同（付款人在“{payer_place}”，客户在“{place}”），可能是两家公司。",
        "Called like “{name}” and elsewhere (the payer in “{payer_place}”, the customer in “{place}”): may be two companies.",
    ),
    "alias_withdrawn": (
        "注意：该付款人曾是该客户的付款别名，{by} 于 {on} 撤销（原因：{why}）。",
        "Careful: the payer was an alias of the customer's; {by} withdrew it on {on} (reason: {why}).",
    ),
    "match_undone": (
        "注意：该付款人的到款与该客户的匹配曾被人工撤销。",
        "Careful: a match of this payer's money to the customer was undone by hand.",
    ),
}
"""Why a customer is suggested for a receipt that is nobody's; ``{name}`` is the customer's name, of several, that is near."""

MISSING: Final[dict[str, tuple[str, str]]] = {
    **REASONS,
    "waiting_for_confirmation": ("自动销账已发起，等待您确认。", "Written off automatically; waiting for your confirmation."),
    "in_approval": ("手动销账审批中。", "A write-off by hand is being approved."),
    "not_tried": ("尚未匹配到款。", "Not yet met with the receipts."),
    "not_reconciled": ("账单尚未对账。", "Not yet reconciled."),
    "reconciling": ("账单对账中。", "Its reconciliation is under way."),
}
"""What still keeps a bill's commission back."""

INTEREST_ORIGINS: Final[dict[str, tuple[str, str]]] = {
    "overdue": (
        "{due_on} 到期，{month} 月初未到款 {outstanding} 元。",
        "Due on {due_on}; {outstanding} not received when {month} began.",
    ),
    "overdue_without_exempt": (
        "{due_on} 到期，{month} 月初未到款 {outstanding} 元，其中不计息账号的 {exempt} 元不计。",
        "Due on {due_on}; {outstanding} not received when {month} began, without the exempt accounts' {exempt}.",
    ),
    "found_late": (
        "{due_on} 到期，{month} 计提时尚不知：月初未到款 {outstanding} 元（不计息账号 {exempt} 元），补计。",
        "Due on {due_on}; not known when {month} was accrued: {outstanding} not received when it began (exempt: {exempt}).",
    ),
    "received_in_time": (
        "更正：计提后查明，{month} 之前已到款 {changed} 元；月初未到款应为 {outstanding} 元。",
        "Corrected: {changed} had been received before {month}, as was found since; {outstanding} not received when it began.",
    ),
    "write_off_reversed": (
        "更正：销账冲销，{month} 月初未到款应为 {outstanding} 元（到款变动 {changed} 元）。",
        "Corrected: a write-off was reversed ({changed}); {outstanding} not received when {month} began.",
    ),
    "receipts_exchanged": (
        "更正：销账所用到款更换，{month} 月初未到款应为 {outstanding} 元。",
        "Corrected: other receipts are written off for it; {outstanding} not received when {month} began.",
    ),
    "exemption_changed": (
        "更正：不计息账号变更，{month} 月初未到款 {outstanding} 元，其中不计息账号的 {exempt} 元不计。",
        "Corrected: exempt accounts changed; {outstanding} not received when {month} began, without their {exempt}.",
    ),
    "bill_voided": (
        "更正：账单已作废，{month} 的罚息退回。",
        "Corrected: the bill was voided, and the penalty of {month} is taken back.",
    ),
    "prepaid": (
        "预存款 {month} 月初 {at_begin} 元、月末 {at_end} 元，取其低。",
        "Prepaid money: {at_begin} when {month} began and {at_end} when it ended; the lesser counts.",
    ),
    "prepaid_corrected": (
        "更正：按现有记录，预存款 {month} 月初 {at_begin} 元、月末 {at_end} 元（不含不计息账号）。",
        "Corrected: prepaid money was {at_begin} when {month} began and {at_end} when it ended, without exempt accounts.",
    ),
}
"""What interest entries were computed from: code → Chinese and English; the placeholders are the origin's params."""
NEXT_STEPS: Final[dict[str, tuple[str, str]]] = {
    "start_reconciliation": ("请发起对账。", "Start its reconciliation."),
    "open_reconciliation": ("请打开对账流程，催办当前节点。", "Open the reconciliation and urge whoever it waits for."),
    "confirm_write_off": ("请打开销账流程并确认。", "Open the write-off and confirm it."),
    "open_write_off": ("请打开销账流程，催办当前节点。", "Open the write-off and urge whoever it waits for."),
    "find_receipt": (
        "请向客户催款；款已到的，请在到款池查找，由销管指派。",
        "Ask the customer to pay; what has come in is in the receipt pool, for sales administration to assign.",
    ),
    "start_write_off": ("请手动发起销账。", "Start a write-off by hand."),
    "settle_older_first": ("请先处理该客户更早的应收。", "See to the customer's older receivable first."),
    "find_owner": ("请先为客户确定跟进销售。", "Find an owner for the customer first."),
    "wait": ("系统将自动处理，无需操作。", "Nothing: it will be tried by itself."),
}
"""What to do about what is missing."""

COMMISSION_KINDS: Final[dict[str, tuple[str, str]]] = {
    "write_off": ("销账", "Write-off"),
    "balance": ("余额抵扣", "Paid by balance"),
    "reversal": ("冲销扣回", "Reversal"),
    "interest_credit": ("计息", "Interest credit"),
    "penalty": ("罚息", "Penalty"),
}
"""Kind of a statement's entry → Chinese and English."""

ROW_FAULTS: Final[dict[str, tuple[str, str]]] = {
    "missing": ("缺少{field}。", "{field} is missing."),
    "not_an_amount": ("“{value}”不是金额。", "“{value}” is not an amount."),
    "too_many_places": ("金额“{value}”超过两位小数。", "The amount “{value}” has more than two decimals."),
    "not_positive": ("到款金额须大于零。", "The amount received must be above zero."),
    "too_large": ("金额“{value}”超出上限。", "The amount “{value}” is too large."),
    "not_a_time": ("“{value}”不是日期时间。", "“{value}” is not a date and time."),
    "in_the_future": ("到款时间“{value}”晚于今天。", "The time “{value}” lies in the future."),
    "number_lost_digits": (
        "{field}在表格中是数字，长号码已失真，请设为文本后重新导出。",
        "{field} is a number in the sheet and has lost digits; export it as text.",
    ),
    "too_long": ("{field}过长（上限 {max}）。", "{field} is longer than {max}."),
    "reference_taken": (
        "流水号“{reference}”已存在，但内容不同：{fields}。",
        "Reference “{reference}” exists already with other values: {fields}.",
    ),
    "foreign_currency": ("币种是“{value}”，只记人民币到款。", "Its currency is “{value}”; only CNY is recorded."),
    "not_incoming": ("不是收入，已跳过。", "Not incoming money; skipped."),
}
"""Why a row of a bank's file is wrong or skipped."""

REFUSALS: Final = {
    "receipt_not_found": ("没有找到该到款，或您无权查看。", "No such receipt, or not visible to you."),
    "receivable_not_found": ("没有找到该应收，或您无权查看。", "No such receivable, or not visible to you."),
    "write_off_not_known_yet": ("销账资料尚未同步，请稍后重试。", "The write-off is not known here yet; please try again."),
    "write_off_not_found": ("没有找到该销账，或您无权查看。", "No such write-off, or not visible to you."),
    "customer_not_found": ("没有找到该客户，或您无权查看。", "No such customer, or not visible to you."),
    "reference_taken": (
        "账户 {bank_account} 的流水号“{reference}”已存在，但内容不同。",
        "Reference “{reference}” of account {bank_account} exists already with other values.",
    ),
    "bank_mapping_not_found": ("没有名为“{mapping}”的列映射。", "There is no column mapping called “{mapping}”."),
    "statement_unreadable": ("文件无法读取：须为 UTF-8 或 GBK 的 CSV，或 xlsx。", "Not readable: CSV in UTF-8 or GBK, or xlsx."),
    "statement_columns_missing": ("文件中找不到这些列：{columns}。", "The file lacks these columns: {columns}."),
    "statement_not_recognised": (
        "没有适用于该文件的列映射，请指定或新建。现有：{mappings}。",
        "No saved column mapping fits the file; name one, or add one. There are: {mappings}.",
    ),
    "statement_mapping_ambiguous": (
        "有几个列映射都适用于该文件，请指定其一：{mappings}。",
        "Several column mappings fit the file; name one of them: {mappings}.",
    ),
    "receipt_import_not_found": ("没有找到该导入，或您无权查看。", "No such import, or not visible to you."),
    "bank_mapping_changed_meanwhile": (
        "列映射“{mapping}”已被{by}修改（第 {version} 版），请刷新后重试。",
        "The column mapping “{mapping}” was changed meanwhile by {by} (version {version}); look at it again.",
    ),
    "bank_mapping_version_unknown": (
        "列映射“{mapping}”不存在，新建时版本号须为 0。",
        "There is no column mapping “{mapping}”; a new one is of version 0.",
    ),
    "statement_too_many_rows": ("一次最多导入 {max} 行，请拆分文件。", "At most {max} rows at once; split the file."),
    "receipt_matched_already": ("该到款已匹配客户“{customer}”。", "The receipt is matched to {customer} already."),
    "receipt_not_matched": ("该到款尚未匹配客户。", "The receipt is matched to nobody."),
    "receipt_in_use": ("该到款已销 {used}，不能取消匹配；须先冲销。", "{used} of the receipt is used; reverse that first."),
    "receipt_held_by_hand": (
        "该到款正被人工销账占用：{write_offs}。请发起人先撤回。",
        "Write-offs by hand hold the receipt: {write_offs}; whoever started them may withdraw them.",
    ),
    "payer_alias_not_found": ("没有找到该付款别名，或您无权查看。", "No such payer's alias, or not visible to you."),
    "payer_alias_withdrawn": ("付款别名“{payer}”已被 {by} 撤销。", "The alias “{payer}” was withdrawn by {by} already."),
    "customer_names_changed_meanwhile": (
        "客户名称刚被更改，请稍后重试。",
        "The customer's names have just changed; please try again.",
    ),
    "process_withdrawn": ("该流程已撤回。", "The process was withdrawn."),
    "write_off_settled": ("该销账已归档，不能更改。", "The write-off is archived and stays as it is."),
    "write_off_cancelled": (
        "该自动销账已终止：{by}，{why}。",
        "The automatic write-off has ended: {by}, {why}.",
    ),
    "write_off_not_held": (
        "该销账的状态是{state}，占用的金额已释放，不能销账；请重新发起。",
        "The write-off is {state_en}: what it held is released, and nothing is written off; start another.",
    ),
    "amounts_taken_meanwhile": (
        "到款或应收的金额刚被占用，请重试。",
        "The amounts were taken by somebody at this moment; please try again.",
    ),
    "receivable_not_known_yet": ("应收尚未同步，请稍后重试。", "The receivable is not known here yet; please try again."),
    "write_off_reversed_already": ("该销账已被冲销。", "The write-off is reversed already."),
    "commission_entries_too_many": (
        "该月提成明细超过 {max} 条，请按销售分别导出。",
        "The month has more than {max} entries; export them by salesperson.",
    ),
    "dated_value_changed_meanwhile": (
        "已被 {by} 更改（第 {version} 版），请刷新后重试。",
        "{by} has changed it meanwhile (version {version}); please reload.",
    ),
    "dated_value_version_unknown": (
        "还没有人设置过（第 0 版），请刷新后重试。",
        "Nobody has set any yet (version 0); please reload.",
    ),
    "unit_cost_not_set": ("产品类型 {product_type} 在 {day} 没有成本单价。", "No unit cost of {product_type} holds on {day}."),
    "commission_rate_not_set": ("产品类型 {product_type} 在 {day} 没有提成比例。", "No rate of {product_type} holds on {day}."),
    "interest_month_accrued": (
        "{accrued_from} 至 {accrued_through} 已计提，利率不再变更；请从 {next_month} 或之后开始。",
        "{accrued_from} to {accrued_through} are accrued and keep their rate; set one from {next_month} on.",
    ),
    "interest_rates_changed_meanwhile": (
        "利率已被 {by} 更改（第 {version} 版），请刷新后重试。",
        "{by} has changed the rates meanwhile (version {version}); please reload.",
    ),
    "interest_exemption_changed_meanwhile": (
        "该账号的不计息设置已被 {by} 更改（第 {version} 版），请刷新后重试。",
        "{by} has changed the account's exemption meanwhile (version {version}); please reload.",
    ),
    "interest_exemption_version_unknown": (
        "还没有人设置过该账号（第 0 版），请刷新后重试。",
        "Nobody has set the account's exemption yet (version 0); please reload.",
    ),
    "interest_rates_version_unknown": (
        "还没有人设置过利率（第 0 版），请刷新后重试。",
        "Nobody has set a rate yet (version 0); please reload.",
    ),
}
"""Chinese and English words of the refusals' codes."""

FIELD_ERRORS: Final = {
    "receipt_not_found": ("该客户没有这笔到款。", "The customer has no such receipt."),
    "receivable_not_found": ("该客户没有这笔应收。", "The customer has no such receivable."),
    "over_balance": ("超过到款余额 {0}。", "More than the receipt's balance of {0}."),
    "over_outstanding": ("超过应收待销金额 {0}。", "More than the {0} that is open of the receivable."),
    "write_off_not_found": ("该客户没有这笔销账。", "The customer has no such write-off."),
    "write_off_not_archived": ("该销账的状态是 {0}，归档后才能冲销。", "The write-off is {1}; it is reversed once archived."),
    "write_off_is_a_reversal": ("冲销本身不能再冲销，请重新销账。", "A reversal is not reversed; write off anew."),
    "write_off_being_reversed": ("该销账已在另一冲销申请中。", "Another reversal of the write-off is under way."),
    "write_off_reversed_already": ("该销账已被冲销。", "The write-off is reversed already."),
    "payer_is_another_customer": (
        "付款人正是客户“{0}”的名称，请说明指派给他人的原因。",
        "The payer is called exactly as the customer {0}; say why it is another's.",
    ),
    "not_a_time_format": ("须为可读出完整日期的时间格式，如 %Y-%m-%d。", "Must be a format of whole dates, such as %Y-%m-%d."),
    "months_back": ("最早从 {0} 开始。", "At the earliest from {0}."),
    "interest_account_not_found": ("没有找到该账号。", "There is no such account."),
    "months_reversed": ("结束月份不能早于开始月份。", "The last month may not be before the first."),
    "periods_overlap": ("期间重叠，或没有按先后排列。", "The periods overlap, or are not in order."),
    "pair_twice": ("同一到款与应收出现了两次。", "The same receipt and receivable stand here twice."),
}
"""Words of the field errors that only payments makes; ``{0}`` is the code's parameter."""
