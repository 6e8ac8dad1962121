"""The words of payments' refusals and field errors, and of the reasons that it keeps: Chinese and English, by code."""

from typing import Final

REASONS: Final[dict[str, tuple[str, str]]] = {
    "unmatched": ("付款人与任何客户的名称或开票名称都不一致。", "The payer is no customer's name or invoice name."),
    "ambiguous": ("付款人与 {count} 个客户的名称一致，请销管指派。", "The payer is {count} customers' name; to be assigned."),
    "match_undone": ("与客户“{customer}”的匹配已被人工撤销。", "Its match to {customer} was undone by hand."),
    "nothing_due": ("该客户没有待销的应收。", "The customer has no open receivable."),
    "balance_too_small": (
        "到款余额 {balance} 不足以销最早的应收 {bill}（待销 {outstanding}），可手动部分销账。",
        "The balance {balance} does not cover the oldest receivable {bill} ({outstanding} open); a partial write-off is by hand.",
    ),
    "prepaid_received_late": (
        "应收 {bill} 是预付产品，款项在账期结束日 {period_end} 之后才到，不自动销账。",
        "Receivable {bill} is of a prepaid product and the money came after its period ended on {period_end}.",
    ),
    "write_off_declined": (
        "应收 {bill} 的销账曾被驳回、撤回或冲销，不再自动发起，可手动销账。",
        "A write-off of {bill} was rejected, withdrawn or reversed; none starts by itself again, one may be started by hand.",
    ),
    "older_receivable_first": ("须先销更早的应收 {bill}。", "The older receivable {bill} comes first."),
    "no_receipt": ("没有可用的到款。", "There is no receipt with a balance."),
    "no_owner": ("客户没有跟进销售，无人确认销账。", "The customer has no owner who could confirm."),
}
"""Why no write-off started by itself: code → Chinese and English; the placeholders are the reason's params."""

MISSING: Final[dict[str, tuple[str, str]]] = {
    **REASONS,
    "waiting_for_confirmation": ("自动销账已发起，等待您确认。", "Written off automatically; waiting for your confirmation."),
    "in_approval": ("手动销账审批中。", "A write-off by hand is being approved."),
    "not_tried": ("尚未匹配到款。", "Not yet met with the receipts."),
    "not_reconciled": ("账单尚未对账。", "Not yet reconciled."),
    "reconciling": ("账单对账中。", "Its reconciliation is under way."),
}
"""What still keeps a bill's commission back."""

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
        "流水号“{reference}”已存在，但金额、时间或付款人不同。",
        "Reference “{reference}” exists already with another amount, time or payer.",
    ),
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
    "statement_too_many_rows": ("一次最多导入 {max} 行，请拆分文件。", "At most {max} rows at once; split the file."),
    "receipt_matched_already": ("该到款已匹配客户“{customer}”。", "The receipt is matched to {customer} already."),
    "receipt_not_matched": ("该到款尚未匹配客户。", "The receipt is matched to nobody."),
    "receipt_in_use": ("该到款已占用 {held}、已销 {used}，不能取消匹配。", "Of the receipt {held} is held and {used} used."),
    "process_withdrawn": ("该流程已撤回。", "The process was withdrawn."),
    "write_off_settled": ("该销账已归档，不能更改。", "The write-off is archived and stays as it is."),
    "receivable_not_known_yet": ("应收尚未同步，请稍后重试。", "The receivable is not known here yet; please try again."),
    "write_off_reversed_already": ("该销账已被冲销。", "The write-off is reversed already."),
    "commission_entries_too_many": (
        "该月提成明细超过 {max} 条，请按销售分别导出。",
        "The month has more than {max} entries; export them by salesperson.",
    ),
    "dated_value_changed_meanwhile": (
        "已被 {by} 更改（第 {version} 版），请刷新后重试。",
        "{by} has changed it meanwhile (version {version}); look again.",
    ),
    "dated_value_version_unknown": ("版本号不存在，请刷新后重试。", "There is no such version; look again."),
    "unit_cost_not_set": ("产品类型 {product_type} 在 {day} 没有成本单价。", "No unit cost of {product_type} holds on {day}."),
    "commission_rate_not_set": ("产品类型 {product_type} 在 {day} 没有提成比例。", "No rate of {product_type} holds on {day}."),
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
    "pair_twice": ("同一到款与应收出现了两次。", "The same receipt and receivable stand here twice."),
}
"""Words of the field errors that only payments makes; ``{0}`` is the code's parameter."""
