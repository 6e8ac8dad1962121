"""The words of the codes in lists' files, Chinese and English, as the console has them: each group is one of its terms.

A test holds both together; what the console says anew is said anew here.
"""

from typing import Final

from services.contracts import people

Words = dict[str, tuple[str, str]]

PROCESS_STATE: Final[Words] = {
    "running": ("审批中", "Running"),
    "returned": ("已退回", "Returned"),
    "rejected": ("已驳回", "Rejected"),
    "withdrawn": ("已撤回", "Withdrawn"),
    "archived": ("已归档", "Archived"),
}
EFFECT_STATE: Final[Words] = {
    "none": ("无", "None"),
    "awaited": ("等待生效", "Awaited"),
    "in_force": ("已生效", "In force"),
    "failed": ("未能生效", "Failed"),
}
BILL_STATE: Final[Words] = {
    "open": ("待对账", "Open"),
    "reconciling": ("对账中", "Reconciling"),
    "reconciled": ("已对账", "Reconciled"),
    "closed": ("已结清", "Closed"),
    "void": ("已作废", "Void"),
}
REFUSAL_REASON: Final[Words] = {
    "no_price": ("没有价格", "No price"),
    "price_table_invalid": ("价格表有误", "Price table invalid"),
    "no_usage": ("没有用量", "No usage"),
    "account_unknown": ("账号未归属", "Account unknown"),
    "product_missing": ("没有产品", "No product"),
}
PRODUCT_TYPE: Final[Words] = {
    "industry_sms": ("行业短信", "Industry SMS"),
    "marketing_sms": ("会员营销短信", "Marketing SMS"),
    "international_sms": ("国际短信", "International SMS"),
    "mms": ("彩信", "MMS"),
    "voice": ("语音", "Voice"),
    "software": ("软件", "Software"),
    "ecommerce": ("电商购销", "E-commerce"),
}
PAYMENT_MODE: Final[Words] = {
    "postpaid": ("后付费", "Postpaid"),
    "prepaid": ("预付费", "Prepaid"),
}
INVOICE_KIND: Final[Words] = {
    "normal": ("账单开票", "For bills"),
    "advance": ("无账单开票", "In advance"),
    "red": ("红冲", "Red"),
}
INVOICE_STATE: Final[Words] = {
    "requested": ("待开具", "Requested"),
    "issued": ("已开具", "Issued"),
    "released": ("已取消", "Released"),
    "reversed": ("已红冲", "Reversed"),
}
INVOICE_TYPE: Final[Words] = {
    "ordinary": ("增值税普通发票", "Ordinary VAT"),
    "special": ("增值税专用发票", "Special VAT"),
}
ACCOUNT_STATUS: Final[Words] = {
    "trial": ("测试", "Trial"),
    "active": ("正式", "Active"),
    "blocked": ("已封停", "Blocked"),
    "closed": ("已关闭", "Closed"),
}
INTERFACE: Final[Words] = {
    "http": ("HTTP", "HTTP"),
    "cmpp": ("CMPP", "CMPP"),
    "smpp": ("SMPP", "SMPP"),
    "sgip": ("SGIP", "SGIP"),
    "web": ("网页", "Web"),
}
CONTRACT_STATE: Final[Words] = {
    "coming": ("未生效", "Coming"),
    "in_force": ("生效中", "In force"),
    "over": ("已到期", "Over"),
}
CHANNEL: Final[Words] = {
    "visit": ("拜访", "Visit"),
    "call": ("电话", "Call"),
    "wechat": ("微信", "WeChat"),
    "email": ("邮件", "Email"),
    "other": ("其他", "Other"),
}
RECEIVABLE_STATE: Final[Words] = {
    "open": ("待回款", "Open"),
    "held": ("销账中", "Held"),
    "settled": ("已销账", "Settled"),
    "cancelled": ("已取消", "Cancelled"),
}
RECEIPT_STATE: Final[Words] = {
    "unmatched": ("未匹配", "Unmatched"),
    "ambiguous": ("多个候选", "Ambiguous"),
    "matched": ("已匹配", "Matched"),
    "used": ("已用完", "Used up"),
}
WRITE_OFF_STATE: Final[Words] = {
    "started": ("审批中", "Started"),
    "rejected": ("已驳回", "Rejected"),
    "withdrawn": ("已撤回", "Withdrawn"),
    "archived": ("已归档", "Archived"),
    "cancelled": ("已取消", "Cancelled"),
}
LEDGER_KIND: Final[Words] = {
    "recharge": ("充值", "Recharge"),
    "consumption": ("消费", "Consumption"),
    "refund": ("退款", "Refund"),
    "correction": ("更正", "Correction"),
}
INTEREST_KIND: Final[Words] = {
    "penalty": ("罚息", "Penalty"),
    "credit": ("计息", "Credit"),
}
JOB_STATE: Final[Words] = {
    "queued": ("排队中", "Queued"),
    "running": ("进行中", "Running"),
    "done": ("已完成", "Done"),
    "refused": ("被拒绝", "Refused"),
    "failed": ("失败", "Failed"),
    "counted": ("已计入", "Counted"),
}
ROW_OUTCOME: Final[Words] = {
    "new": ("新增", "New"),
    "known": ("已有", "Known"),
    "skipped": ("跳过", "Skipped"),
    "wrong": ("有误", "Wrong"),
}
USAGE_WAY: Final[Words] = {
    "event": ("事件", "Event"),
    "http": ("接口", "HTTP"),
    "file": ("文件", "File"),
}
SEVERITY: Final[Words] = {
    "info": ("知会", "Info"),
    "warning": ("提醒", "Warning"),
    "action": ("待办", "Action"),
}
CATEGORY: Final[Words] = {
    "task": ("流程", "Processes"),
    "funnel": ("漏斗", "Funnel"),
    "contract": ("合同", "Contracts"),
    "billing": ("账务", "Billing"),
    "payment": ("款项", "Payments"),
    "customer": ("客户", "Customers"),
    "system": ("系统", "System"),
}
MATCHED_BY: Final[Words] = {
    "name": ("客户名称", "Its name"),
    "invoice_name": ("开票名称", "Its invoice name"),
    "alias": ("付款别名", "An alias"),
    "bank_account": ("银行账号", "Its bank account"),
    "assignment": ("人工指派", "Assigned by hand"),
}
TIER: Final[Words] = {
    "contract": ("合同客户", "Contract"),
    "trial": ("测试客户", "Trial"),
    "intent": ("意向客户", "Intent"),
    "silent": ("沉默客户", "Silent"),
    "pool": ("公共池客户", "Public pool"),
}
ROLE: Final[Words] = {
    **people.ROLES,
    "initiator": ("发起人", "Initiator"),
    "user": ("指定人员", "By name"),
}
SERVICE: Final[Words] = {
    "gateway": ("用户与接入", "People and access"),
    "customer": ("客户", "Customers"),
    "workflow": ("流程", "Processes"),
    "billing": ("账务", "Billing"),
    "payments": ("款项", "Payments"),
    "notify": ("消息", "Messages"),
}
RECHARGE_TYPE: Final[Words] = {
    "prepay": ("预付", "Prepay"),
    "prepurchase": ("预购", "Prepurchase"),
}
INDUSTRY: Final[Words] = {
    "A": ("农、林、牧、渔业", "Agriculture, forestry, fishing"),
    "B": ("采矿业", "Mining"),
    "C": ("制造业", "Manufacturing"),
    "D": ("电力、热力、燃气及水的生产和供应业", "Electricity, heat, gas, water"),
    "E": ("建筑业", "Construction"),
    "F": ("批发和零售业", "Wholesale and retail"),
    "G": ("交通运输、仓储和邮政业", "Transport, storage, post"),
    "H": ("住宿和餐饮业", "Accommodation and catering"),
    "I": ("信息传输、软件和信息技术服务业", "Information, software, IT services"),
    "J": ("金融业", "Finance"),
    "K": ("房地产业", "Real estate"),
    "L": ("租赁和商务服务业", "Leasing and business services"),
    "M": ("科学研究和技术服务业", "Research and technical services"),
    "N": ("水利、环境和公共设施管理业", "Water, environment, public facilities"),
    "O": ("居民服务、修理和其他服务业", "Resident services, repair"),
    "P": ("教育", "Education"),
    "Q": ("卫生和社会工作", "Health and social work"),
    "R": ("文化、体育和娱乐业", "Culture, sports, entertainment"),
    "S": ("公共管理、社会保障和社会组织", "Public administration"),
    "T": ("国际组织", "International organisations"),
}
PERMISSION: Final[Words] = {
    "customers_read": ("查看客户（按可见范围）", "See customers (of one’s own scope)"),
    "customers_add": ("新增客户", "Add customers"),
    "customers_write": ("修改客户资料、联系日志", "Change customers, write logs"),
    "customers_import": ("导入客户", "Import customers"),
    "customers_export": ("导出客户", "Export customers"),
    "customers_release": ("放回公共池", "Release into the pool"),
    "customers_transfer": ("移交客户", "Transfer customers"),
    "customers_protect": ("设置客户保护", "Protect customers"),
    "accounts_write": ("修改账号", "Change accounts"),
    "processes_read": ("查看流程", "See processes"),
    "processes_start": ("发起流程", "Start processes"),
    "processes_act": ("处理待办", "Act on tasks"),
    "processes_administer": ("改派与重试", "Reassign and retry"),
    "processes_statistics": ("流程统计", "Process statistics"),
    "drafts": ("草稿", "Drafts"),
    "definitions_write": ("编辑与发布流程定义", "Edit and publish definitions"),
    "prices_read": ("查看价格", "See prices"),
    "usage_read": ("查看用量", "See usage"),
    "usage_report": ("上报用量", "Report usage"),
    "usage_assign": ("归属未知账号", "Assign unknown accounts"),
    "usage_unknown": ("查看未知账号", "See unknown accounts"),
    "billing_runs_read": ("查看出账", "See billing runs"),
    "bills_generate": ("出账、生成对账单", "Make bills and statements"),
    "bills_generate_all": ("为全部客户出账", "Make all customers’ bills"),
    "bills_read": ("查看账单", "See bills"),
    "balances_read": ("查看余额", "See balances"),
    "recharges_write": ("登记充值到款日期", "Enter dates of recharges"),
    "invoices_read": ("查看发票", "See invoices"),
    "receipts_read": ("查看到款", "See receipts"),
    "receipts_write": ("录入与导入到款", "Enter and import receipts"),
    "receipts_assign": ("指派到款给客户", "Assign receipts"),
    "bank_mappings_write": ("设置银行流水格式", "Set bank file formats"),
    "receivables_read": ("查看应收与销账", "See receivables and write-offs"),
    "commission_read": ("查看提成", "See commission"),
    "commission_compare": ("按销售比较提成", "Compare commission by salesperson"),
    "commission_rates_read": ("查看提成比例", "See commission rates"),
    "commission_rates_write": ("设置提成比例", "Set commission rates"),
    "unit_costs_read": ("查看单位成本", "See unit costs"),
    "unit_costs_write": ("设置单位成本", "Set unit costs"),
    "interest_read": ("查看计息与罚息", "See interest and penalty"),
    "interest_rates_read": ("查看利率", "See interest rates"),
    "interest_rates_write": ("设置利率", "Set interest rates"),
    "interest_exemptions_read": ("查看不计息账号", "See interest-exempt accounts"),
    "interest_exemptions_write": ("设置不计息账号", "Set interest-exempt accounts"),
    "session": ("登录、修改自己的密码", "Sign in, change one’s password"),
    "dashboard": ("首页", "Home"),
    "messages_read": ("消息", "Messages"),
    "message_preferences": ("消息偏好", "Message preferences"),
    "people_read": ("查看同事与部门", "See colleagues and departments"),
    "people_write": ("管理用户与部门", "Administer users and departments"),
    "tokens_read": ("查看令牌", "See tokens"),
    "tokens_write": ("签发与吊销令牌", "Issue and revoke tokens"),
    "policies_read": ("查看策略", "See policies"),
    "policies_write": ("设置策略", "Set policies"),
    "jobs_read": ("查看任务", "See jobs"),
    "jobs_write": ("启动任务", "Start jobs"),
    "audit_read": ("查看审计", "See the audit trail"),
}
