"""Export customer's lists as xlsx (spec, gateway.md: every list exports): which there are, and what each is read by."""

from collections.abc import Mapping
from typing import Final

from services.contracts import customer_parts_calls as parts
from services.contracts.customer_calls import CustomerQuery
from services.contracts.customer_import_calls import CustomerImportPageQuery
from services.customer.documents import list_sheets as sheets
from services.customer.usecases.list_accounts import list_all_accounts
from services.customer.usecases.list_contracts import list_contracts
from services.customer.usecases.list_customers import list_customers
from services.customer.usecases.list_follow_ups import list_follow_ups
from services.customer.usecases.show_customer_import import list_customer_imports
from services.kit.list_files import ListFile

LISTS: Final[Mapping[str, ListFile]] = {
    "customers": ListFile(sheets.CUSTOMERS, CustomerQuery, list_customers),
    "follow_ups": ListFile(sheets.FOLLOW_UPS, parts.FollowUpQuery, list_follow_ups),
    "all_accounts": ListFile(sheets.ACCOUNTS, parts.AccountQuery, list_all_accounts),
    "contracts": ListFile(sheets.CONTRACTS, parts.ContractQuery, list_contracts),
    "customer_imports": ListFile(sheets.CUSTOMER_IMPORTS, CustomerImportPageQuery, list_customer_imports),
}
