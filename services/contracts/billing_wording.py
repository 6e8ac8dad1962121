"""The words of billing's refusals, of its errors by field, and of why a product got no bill; Chinese and English."""

REFUSALS = {
    "bill_not_reconciled": ("账单尚未对账，请稍后重试。", "The bill is not reconciled yet; please try again."),
    "product_not_known_yet": ("产品资料尚未同步，请稍后重试。", "The product is not known here yet; please try again."),
    "usage_report_differs": (
        "来源 {source} 的报告 {report_id} 已计入，但内容不同；更正请另发报告并用 replaces 指明。",
        "Report {report_id} of {source} was counted with other lines; send a correction that names it in “replaces”.",
    ),
    "usage_report_replaced_already": (
        "报告 {replaces} 已被报告 {by} 更正；请更正后者。",
        "Report {replaces} was corrected by {by} already; correct that one.",
    ),
    "usage_name_taken": (
        "账号名 {name} 已属于 {customer} 的账号 {identifier}。",
        "The name {name} belongs to account {identifier} of {customer} already.",
    ),
    "usage_name_not_found": ("该账号名下没有用量。", "No usage came under this name."),
    "usage_name_not_assigned": ("该账号名未被手工归属。", "This name was not assigned by hand."),
    "usage_import_not_found": ("没有找到该用量导入。", "No such usage import."),
    "product_not_found": ("没有找到该产品，或您无权查看。", "No such product, or not visible to you."),
    "customer_not_found": ("没有找到该客户，或您无权查看。", "No such customer, or not visible to you."),
    "bill_not_found": ("没有找到该账单，或您无权查看。", "No such bill, or not visible to you."),
    "account_not_found": ("没有找到该账号，或您无权查看。", "No such account, or not visible to you."),
    "invoice_not_found": ("没有找到该发票，或您无权查看。", "No such invoice, or not visible to you."),
    "statement_not_found": ("没有找到该对账单，或您无权查看。", "No such statement, or not visible to you."),
    "statement_not_ready": ("对账单尚未生成完毕（{state}）。", "The statement is not ready yet ({state})."),
    "bill_selection_changed_meanwhile": (
        "所选账单已在别处修改（当前版本 {version}），请刷新后重试。",
        "The selection was changed elsewhere meanwhile (it is at version {version} now); reload and try again.",
    ),
    "price_not_found": ("该产品在 {day} 没有价格。", "The product has no price on {day}."),
    "all_customers_forbidden": (
        "只有财务、销管、运营角色和管理员可以为全部客户出账。",
        "Only finance, sales administration, operations and admin bill all.",
    ),
    "account_not_known_yet": ("账号资料尚未同步，请稍后重试。", "The account is not known here yet; please try again."),
    "customer_not_known_yet": ("客户资料尚未同步，请稍后重试。", "The customer is not known here yet; please try again."),
    "bill_not_voidable_any_more": ("该账单已不能作废。", "The bill cannot be voided any more."),
    "price_list_wrong": (
        "价格表有误，未采用任何一行；请按行修改后重新上传。",
        "The price list is wrong; no row of it was taken.",
    ),
    "process_withdrawn": ("该流程已撤回。", "The process was withdrawn."),
    "process_changed": ("处理期间流程已变化，请刷新后重试。", "The process changed meanwhile; please look again and retry."),
    "process_archived": ("该流程已归档。", "The process is archived already."),
    "process_code_unknown": ("计费服务不处理流程 {process}。", "Billing has no part in the process {process}."),
    "difference_over_total": (
        "约定差额 {difference} 超过账单合计 {total}，无法生效。",
        "The agreed difference of {difference} is more than the bills' total of {total}; it cannot take effect.",
    ),
    "bill_held_by_another_process": (
        "账单 {number} 已在另一流程中，无法生效。",
        "Bill {number} is in another process; this one cannot take effect.",
    ),
    "recharge_not_found": ("没有找到该充值，或您无权查看。", "No such recharge, or not visible to you."),
    "recharge_changed_meanwhile": (
        "充值记录已被修改（当前版本 {version}），请刷新后重试。",
        "The recharge was changed meanwhile (it is at version {version} now); reload and try again.",
    ),
    "recharge_not_reversible": ("该充值已不能冲销。", "The recharge cannot be reversed any more."),
    "refund_not_reserved": (
        "退款金额未被预留，无法生效。",
        "The refund's amount is not reserved; it cannot take effect.",
    ),
    "invoice_number_not_entered": ("发票号码和开票日期尚未填写。", "The invoice's number and date were not entered."),
}
"""Chinese and English words of the refusals' codes."""

FIELD_ERRORS = {
    "segment_repeated": ("该运营商或国家出现了两次。", "This operator or country appears twice."),
    "segment_repeated_from": ("与第 {0} 行重复。", "The same as in row {0}."),
    "not_a_price": ("不是单价。", "Not a price."),
    "not_a_day": ("不是日期。", "Not a date."),
    "days_differ": (
        "起止日期与第 {0} 行不同；一次调价只有一个期间，请按期间拆成几份价格表，分别发起。",
        "Other days than row {0}; an adjustment has one range: make a list, and start one, for each.",
    ),
    "segment_mixed": ("分运营商或国家报价时，每行都须指明。", "With prices by operator or country, every row names one."),
    "segment_unknown": ("未知的运营商或国家：{0}。", "No such operator or country here: {0}."),
    "unified_has_one_tier": ("统一价只有一档。", "A unified price has one tier."),
    "only_last_tier_unbounded": ("只有最后一档不设上限。", "Only the last tier has no bound."),
    "last_tier_unbounded": ("最后一档不设上限。", "The last tier has no bound."),
    "tier_not_rising": ("上限须大于前一档的 {0}。", "The bound must be above the previous one, {0}."),
    "before": ("不能早于 {0}。", "May not be before {0}."),
    "after": ("不能晚于 {0}。", "May not be after {0}."),
    "month_billed": (
        "{0} 已出账单 {1}，价格不能再改；如需改价，请先冲销该账单。",
        "{0} is billed already ({1}), and its price stays; to change it, have that bill voided first.",
    ),
    "one_off_is_unified": ("一次性销售只有一个统一价。", "A one-off sale has one unified price."),
    "one_off_has_one_day": ("一次性销售没有结束日期。", "A one-off sale has no end date."),
    "only_of_one_off": ("只有软件等一次性销售填写数量。", "Only what is sold once, like software, has a quantity."),
    "month_not_over": ("该月尚未结束。", "The month is not over yet."),
    "bill_repeated": ("该账单出现了两次。", "This bill appears twice."),
    "bill_in_process": ("账单 {0} 已在另一对账流程中。", "Bill {0} is in another reconciliation."),
    "bill_not_open": ("账单 {0} 的状态是 {1}，不能对账。", "Bill {0} is {2} and cannot be reconciled."),
    "bill_not_reconciled": ("账单 {0} 的状态是 {1}，对账后才能开票。", "Bill {0} is {2}; it is invoiced once reconciled."),
    "bill_being_voided": ("账单 {0} 已在冲销申请中。", "A reversal of bill {0} is under way."),
    "bill_not_voidable": ("账单 {0} 的状态是 {1}，不能作废。", "Bill {0} is {2} and cannot be voided."),
    "bill_is_void": ("账单 {0} 已作废。", "Bill {0} is void."),
    "bill_invoiced": (
        "账单 {0} 已开票或正在开票，请先冲红发票。",
        "Bill {0} is invoiced or about to be; reverse that first.",
    ),
    "bill_written_off": ("账单 {0} 已有销账，请先冲销该销账。", "Bill {0} is written off in part or whole; reverse that first."),
    "bill_adjusted": (
        "账单 {0} 的晚到用量已列入账单 {1}，请先冲销后者。",
        "Late usage of bill {0} stands on bill {1}; void that first.",
    ),
    "statement_too_long": (
        "所选账单共 {0} 行明细，一张对账单最多 {1} 行，请分次生成。",
        "The selected bills have {0} rows; a statement takes {1} at most. Select fewer bills.",
    ),
    "cycle_is_already": ("账单周期已是 {0} 个月。", "The billing cycle is {0} months already."),
    "order_too_large": ("合计超过上限 {0}。", "The total is above {0}."),
    "difference_over_total": (
        "约定差额不能超过所选账单合计 {0}。",
        "The agreed difference may not be more than the selected bills' total, {0}.",
    ),
    "bills_of_several_customers": ("所选账单须属于同一客户。", "The bills must be one customer's."),
    "over_what_bill_lacks": ("超过该账单尚可开票的 {0}。", "More than the {0} that the bill still lacks."),
    "total_differs": ("开票合计 {0} 与账单合计 {1} 不一致。", "The entered total {0} differs from the bills' {1}."),
    "invoice_number_taken": ("发票号码 {0} 已被使用。", "Invoice number {0} is in use."),
    "account_closed": ("账号 {0} 已关闭。", "Account {0} is closed."),
    "account_not_prepaid": ("账号 {0} 的产品不是预付费。", "Account {0} is of a product that is paid afterwards."),
    "amount_differs": ("金额须等于条数乘以单价，即 {0}。", "Must be messages times unit price: {0}."),
    "over_refundable": ("超过可退的预付余额 {0}。", "More than the prepay balance that can be refunded, {0}."),
    "prepurchase_not_refundable": (
        "余额 {0} 为预购，不可退款。",
        "The balance of {0} is a prepurchase, which cannot be refunded.",
    ),
    "recharge_not_found": ("没有找到该充值，或您无权查看。", "No such recharge, or not visible to you."),
    "recharge_reversed": ("该充值已冲销。", "The recharge is reversed already."),
    "recharge_in_reversal": ("该充值已在另一冲销流程中。", "The recharge is in another reversal."),
    "recharge_used": (
        "该充值的款项已被使用，目前只能取回 {0}。",
        "Its money is used; no more than {0} can be taken back now.",
    ),
    "invoice_not_issued": ("发票的状态是 {0}，只能红冲已开具的发票。", "The invoice is {1}; only an issued one is reversed."),
    "invoice_is_red": ("红字发票不能红冲。", "A red invoice is not reversed."),
    "invoice_in_reversal": ("发票 {0} 已在另一红冲流程中。", "Invoice {0} is in another reversal."),
    "not_a_usage_file": ("不是可读取的 CSV 或 xlsx 文件。", "Not a readable CSV or xlsx file."),
    "column_missing": ("缺少列：{0}。", "The column {0} is missing."),
    "sheet_too_large": ("xlsx 超过 {0} MB，请改用 CSV。", "The xlsx is over {0} MB; use CSV."),
    "empty_file": ("文件中没有数据行。", "The file has no rows."),
    "day_in_future": ("日期晚于今天。", "The day lies in the future."),
    "day_too_old": ("日期早于 {0} 个月前。", "The day is more than {0} months ago."),
    "replaces_itself": ("报告不能更正自身。", "A report cannot replace itself."),
}
"""Words of the codes of errors by field."""

NOTHING_SOLD = ("当月没有应计费的一次性销售。", "Nothing was sold that is due in the month.")
"""``no_usage`` of a product that is sold once."""

BILL_REFUSAL_WORDS = {
    "no_price": ("{days} 没有价格，请发起销售调价。", "No price holds on {days}; start a price adjustment."),
    "price_table_invalid": (
        "价格表不可用：{fault}，请重新发起销售调价。",
        "The price table cannot be used: {fault}; start a price adjustment.",
    ),
    "no_usage": (
        "当月没有发送量，也没有到期的一次性费用；如有发送，请核对账号。",
        "Nothing was sent in the month and no one-off is due; if something was sent, check the accounts.",
    ),
    "account_unknown": (
        "有用量的账号 {accounts} 不在任何产品下，与本产品的账号相似，请核对账号；如属本产品，请联系销管或运营归属。",
        "Usage came for {accounts}, of no product but like an account of this one; check or have sales administration assign it.",
    ),
    "product_missing": (
        "账号 {account} 有用量但没有产品，请添加产品。",
        "Account {account} has usage and no product; add the product.",
    ),
}
"""Why a product got no bill, as a salesperson reads it; placeholders are filled from the refusal's details."""

PRICE_TABLE_FAULTS = {
    "missing": ("缺少 {names}", "it lacks {names}"),
    "errors": ("最近一次调价未通过校验（{errors}）", "the latest adjustment failed its check ({errors})"),
}
"""What is wrong with a price table: the ``fault`` of ``price_table_invalid``, by what the refusal's details have."""
