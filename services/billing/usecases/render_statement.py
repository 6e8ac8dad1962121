"""Render a statement's PDF and usage detail (spec, billing.md, "Reconciliation")."""

import io
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from services.billing.documents.statement_pdf import render_pdf
from services.billing.documents.usage_sheet import UsageRow, UsageSheet
from services.billing.domain.money_words import in_words
from services.billing.domain.segments import OPERATORS
from services.billing.store.bills import accounts_of_bills, find_visible_bills, items_of_bills, lines_of
from services.billing.store.order_tables import BillItem
from services.billing.store.statements import find_visible_statement
from services.billing.store.tables import Bill, BillAccount, BillLine, Statement
from services.billing.store.usage import usage_of_products
from services.kit.blocking import run_blocking
from services.kit.clock import business_date
from services.kit.files import FileStore
from services.kit.jobs import Shard
from services.kit.unit_of_work import Begin

FILE_BYTES_MAX: Final = 500 * 1024 * 1024
_ROWS_AT_ONCE: Final = 1_000
_KINDS: Final = {"unified": "统一价", "stage": "阶段价", "tiered": "阶梯价"}


def render_statement(shard: Shard) -> dict[str, Any]:
    """Make both files and keep them. Run again after a kill it makes them again, the PDF byte for byte the same."""
    assert shard.files is not None, "a worker gives its jobs a file store"
    statement_id = UUID(shard.params["statement_id"])
    with shard.begin() as work:
        statement, customer_name = find_visible_statement(work.session, work.caller, statement_id)
        bill_ids = [UUID(bill_id) for bill_id in statement.bill_ids]
        bills = list(find_visible_bills(work.session, work.caller, bill_ids).values())
        data = _statement_data(
            statement,
            customer_name,
            bills,
            lines_of(work.session, bill_ids),
            items_of_bills(work.session, bill_ids),
            accounts_of_bills(work.session, bill_ids),
        )
    shard.report(0, 2)
    pdf = shard.files.save(io.BytesIO(run_blocking(render_pdf, data, statement.created_at)), max_bytes=FILE_BYTES_MAX)
    shard.report(1)
    xlsx_key = _write_usage_detail(shard.begin, shard.files, statement, bills)
    with shard.begin() as work:
        row = work.session.get_one(Statement, statement_id, with_for_update=True)
        row.pdf_key, row.pdf_sha256, row.xlsx_key = pdf.key, pdf.sha256, xlsx_key
    shard.report(2)
    return {"pdf_bytes": pdf.size_bytes}


def _write_usage_detail(begin: Begin, files: FileStore, statement: Statement, bills: Sequence[Bill]) -> str:
    names = {bill.product_id: bill.product_name for bill in bills}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "usage.xlsx"
        with begin() as work, UsageSheet(path, statement.created_at) as sheet:
            billed = [(bill.product_id, bill.month) for bill in bills if bill.product_id is not None]
            usage = usage_of_products(work.session, billed)
            rows: Iterator[UsageRow] = (
                (names[row.product_id], row.account, row.day, _segment_name(row.operator), row.quantity) for row in usage
            )
            while piece := list(islice(rows, _ROWS_AT_ONCE)):
                sheet.write(piece)
        with path.open("rb") as source:
            return files.save(source, max_bytes=FILE_BYTES_MAX).key


def _statement_data(
    statement: Statement,
    customer_name: str,
    bills: Sequence[Bill],
    lines: Sequence[BillLine],
    items: Sequence[BillItem],
    accounts: Sequence[BillAccount],
) -> Mapping[str, Any]:
    lines_by_bill: dict[UUID, list[dict[str, str]]] = defaultdict(list)
    for line in lines:
        lines_by_bill[line.bill_id].append(_line_data(line))
    for item in items:
        lines_by_bill[item.bill_id].append(_item_data(item))
    accounts_by_bill: dict[UUID, list[BillAccount]] = defaultdict(list)
    for account in accounts:
        accounts_by_bill[account.bill_id].append(account)
    months = sorted({bill.month for bill in bills})
    period = " 至 ".join(str(month) for month in dict.fromkeys((months[0], months[-1])))
    return {
        "title": f"电子对账单 {customer_name} {period}",
        "seller": "L2C",
        "customer": customer_name,
        "id": str(statement.id),
        "period": period,
        "made_on": business_date(statement.created_at).isoformat(),
        "quantity": f"{sum(bill.quantity for bill in bills):,}",
        "amount": f"{statement.amount:,.2f}",
        "amount_in_words": in_words(statement.amount),
        "bills": [_bill_data(bill, lines_by_bill[bill.id], accounts_by_bill[bill.id]) for bill in bills],
    }


def _line_data(line: BillLine) -> dict[str, str]:
    return {
        "days": f"{line.first_day:%m-%d} 至 {line.last_day:%m-%d}",
        "price": " ".join(filter(None, (_KINDS[line.kind], line.segment and _segment_name(line.segment)))),
        "tier": _tier_name(line),
        "quantity": f"{line.quantity:,}",
        "unit_price": f"{line.unit_price:.6f}",
        "amount": f"{line.amount:,.2f}",
    }


def _item_data(item: BillItem) -> dict[str, str]:
    return {
        "days": "一次性",
        "price": item.name,
        "tier": "全部",
        "quantity": f"{item.quantity:,}",
        "unit_price": f"{item.sale_price:.6f}",
        "amount": f"{item.amount:,.2f}",
    }


def _bill_data(bill: Bill, lines: Sequence[dict[str, str]], accounts: Sequence[BillAccount]) -> dict[str, Any]:
    return {
        "number": bill.number,
        "product": bill.product_name,
        "month": str(bill.month),
        "quantity": f"{bill.quantity:,}",
        "amount": f"{bill.amount:,.2f}",
        "lines": list(lines),
        "accounts": [
            {"identifier": account.identifier, "quantity": f"{account.quantity:,}", "amount": f"{account.amount:,.2f}"}
            for account in accounts
        ],
    }


def _tier_name(line: BillLine) -> str:
    if line.kind == "unified":
        return "全部"
    return f"{line.above + 1:,} 条起" if line.up_to is None else f"{line.above + 1:,}–{line.up_to:,}"


def _segment_name(code: str) -> str:
    return OPERATORS[code][0] if code in OPERATORS else code
