"""Customer's lists as files: their columns, as the console has them."""

from collections.abc import Mapping
from typing import Any, Final

from services.contracts import code_words as words
from services.contracts import customer_parts_calls as parts
from services.contracts.customer_calls import ListedCustomer
from services.contracts.customer_import_calls import CustomerImportSummary
from services.kit.list_files import ListColumn, ListSheet

_CUSTOMER: Final = ListColumn("customer_name", ("客户", "Customer"), width=32)
_OWNER: Final = ListColumn("owner_name", ("跟进销售", "Owner"))

CUSTOMERS: Final = ListSheet(
    ("客户", "Customers"),
    ListedCustomer,
    [
        ListColumn("name", ("客户名称", "Customer"), width=32),
        ListColumn("tier", ("客户级别", "Tier"), words=words.TIER),
        _OWNER,
        ListColumn("owner_department_name", ("所属部门", "Department")),
        ListColumn("claimed_by_name", ("申请人", "Claimed by")),
        ListColumn("tier_since", ("进入级别时间", "Tier since")),
        ListColumn("last_log_on", ("最近联系", "Last contact")),
        ListColumn("completeness", ("完整度", "Completeness"), width=10, number_format="0%"),
        ListColumn("contract_ends_on", ("合同到期", "Contract ends")),
        ListColumn("last_usage_on", ("最近用量", "Last usage")),
        ListColumn("industry", ("行业", "Industry"), words=words.INDUSTRY, width=28),
        ListColumn("source", ("来源", "Source")),
        ListColumn("region", ("地区", "Region")),
        ListColumn("is_protected", ("受保护", "Protected")),
        ListColumn("green_since", ("绿色客户自", "Green since")),
        ListColumn("invoice_information.company_name", ("开票公司名称", "Invoice company"), width=32),
        ListColumn("invoice_information.tax_number", ("税务号", "Tax number"), width=24),
        ListColumn("invoice_information.address", ("公司地址", "Company address"), width=32),
        ListColumn("invoice_information.telephone", ("联系电话", "Company telephone")),
        ListColumn("invoice_information.bank", ("开户银行", "Bank"), width=24),
        ListColumn("invoice_information.bank_account", ("银行账号", "Bank account"), width=24),
        ListColumn("remarks", ("备注", "Remarks"), width=24),
        ListColumn("created_at", ("创建时间", "Added")),
    ],
)
FOLLOW_UPS: Final = ListSheet(
    ("待跟进", "Follow-ups"),
    parts.FollowUp,
    [
        ListColumn("follow_up_on", ("跟进日期", "Follow up")),
        _CUSTOMER,
        ListColumn("next_step", ("下一步", "Next step"), width=40),
        ListColumn("contact_name", ("联系人", "Contact")),
        ListColumn("contact_mobile", ("手机", "Mobile")),
        _OWNER,
        ListColumn("at", ("上次联系", "Last touch")),
        ListColumn("channel", ("方式", "Channel"), words=words.CHANNEL),
        ListColumn("content", ("沟通内容", "What was said"), width=48),
    ],
)
ACCOUNTS: Final = ListSheet(
    ("账号", "Accounts"),
    parts.Account,
    [
        ListColumn("identifier", ("账号", "Account"), width=20),
        _CUSTOMER,
        ListColumn("product_name", ("产品", "Product"), width=20),
        ListColumn("status", ("状态", "Status"), words=words.ACCOUNT_STATUS),
        ListColumn("signature", ("签名", "Signature")),
        ListColumn("interface", ("接口", "Interface"), words=words.INTERFACE),
        ListColumn("sub_number", ("子号码", "Sub-number")),
        ListColumn("opened_at", ("开通时间", "Opened")),
    ],
)


def _products(contract: Mapping[str, Any], language: int) -> str:
    return ("、", ", ")[language].join(product["name"] for product in contract["products"])


CONTRACTS: Final = ListSheet(
    ("合同", "Contracts"),
    parts.Contract,
    [
        ListColumn("number", ("合同编号", "Number"), width=24),
        _CUSTOMER,
        _OWNER,
        ListColumn("state", ("状态", "State"), words=words.CONTRACT_STATE),
        ListColumn("valid_from", ("开始", "From")),
        ListColumn("valid_to", ("到期", "Until")),
        ListColumn("amount", ("合同金额", "Amount")),
        ListColumn("monthly_volume", ("月发送量", "Monthly volume")),
        ListColumn("unit_price", ("单价", "Unit price")),
        ListColumn("products", ("产品", "Products"), shown=_products, width=32),
        ListColumn("is_standard", ("标准合同", "Standard")),
        ListColumn("is_auto_renewing", ("自动续签", "Auto-renewing")),
        ListColumn("remarks", ("备注", "Remarks"), width=32),
        ListColumn("created_at", ("创建时间", "Added")),
    ],
)
CUSTOMER_IMPORTS: Final = ListSheet(
    ("客户导入", "Imports of customers"),
    CustomerImportSummary,
    [
        ListColumn("file_name", ("文件", "File"), width=32),
        ListColumn("state", ("状态", "State"), words=words.JOB_STATE),
        ListColumn("row_count", ("总行数", "Rows")),
        ListColumn("added", ("已添加", "Added")),
        ListColumn("refused", ("被拒绝", "Refused")),
        ListColumn("created_by_name", ("导入人", "By")),
        ListColumn("created_at", ("导入时间", "At")),
        ListColumn("finished_at", ("结束时间", "Ended")),
    ],
)
