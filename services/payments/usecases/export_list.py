"""Export payments' lists as xlsx (spec, gateway.md: every list exports): which there are, and what each is read by."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from services.contracts import payments_calls as calls
from services.contracts import payments_commission_calls as commission_calls
from services.contracts import payments_import_calls as import_calls
from services.contracts import payments_interest_calls as interest_calls
from services.contracts.payments_matching_calls import PayerAliasQuery
from services.contracts.payments_receipt_calls import ReceiptQuery
from services.kit.list_files import ListFile
from services.kit.paging import Page
from services.kit.unit_of_work import Begin
from services.payments.documents import list_sheets as sheets
from services.payments.store.payer_assignments import AliasFilter
from services.payments.store.receipt_pages import ReceiptFilter
from services.payments.usecases.list_aliases import list_aliases
from services.payments.usecases.list_commission_by_owner import list_commission_by_owner
from services.payments.usecases.list_interest import list_interest
from services.payments.usecases.list_interest_exemptions import list_interest_exemptions
from services.payments.usecases.list_missing_commission import list_missing_commission
from services.payments.usecases.list_receipts import list_receipts
from services.payments.usecases.list_receivables import list_receivables
from services.payments.usecases.list_write_offs import list_write_offs
from services.payments.usecases.show_receipt_import import list_imported_rows, list_receipt_imports


def _receipts(begin: Begin, *, page_size: int, sort: str, cursor: str, **wanted: Any) -> Page:
    return list_receipts(begin, ReceiptFilter(**wanted), page_size=page_size, sort=sort, cursor=cursor)


def _aliases(begin: Begin, *, page_size: int, sort: str, cursor: str, **wanted: Any) -> Page:
    return list_aliases(begin, AliasFilter(**wanted), page_size=page_size, sort=sort, cursor=cursor)


def _imported_rows(begin: Begin, import_id: str, **asked: Any) -> Page:
    return list_imported_rows(begin, UUID(import_id), **asked)


LISTS: Final[Mapping[str, ListFile]] = {
    "receipts": ListFile(sheets.RECEIPTS, ReceiptQuery, _receipts),
    "receivables": ListFile(sheets.RECEIVABLES, calls.ReceivableQuery, list_receivables),
    "write_offs": ListFile(sheets.WRITE_OFFS, calls.WriteOffQuery, list_write_offs),
    "interest": ListFile(sheets.INTEREST, interest_calls.InterestQuery, list_interest),
    "interest_exemptions": ListFile(sheets.INTEREST_EXEMPTIONS, interest_calls.InterestExemptionQuery, list_interest_exemptions),
    "payer_aliases": ListFile(sheets.PAYER_ALIASES, PayerAliasQuery, _aliases),
    "receipt_imports": ListFile(sheets.RECEIPT_IMPORTS, import_calls.ReceiptImportQuery, list_receipt_imports),
    "imported_rows": ListFile(sheets.IMPORTED_ROWS, import_calls.ImportedRowQuery, _imported_rows),
    "commission_by_owner": ListFile(sheets.COMMISSION_BY_OWNER, commission_calls.OwnersQuery, list_commission_by_owner),
    "missing_commission": ListFile(sheets.MISSING_COMMISSION, commission_calls.MissingQuery, list_missing_commission),
}
