"""Write down what a statement shows (spec, billing.md, "Reconciliation"): texts as they shall stand there, made once, so that the
statement reads the same whatever happens to its bills, its customer or its seller afterwards."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row

from services.billing.domain.money_words import in_words
from services.billing.domain.one_off import is_sold_once
from services.billing.store.adjustments import adjustments_on
from services.billing.store.statement_tables import StatementDocument
from services.billing.store.statements import contents_of_bills
from services.billing.store.tables import Bill, Customer, Statement
from services.contracts.segment_words import segment_name
from services.kit.clock import business_date
from services.kit.errors import InvalidInput
from services.kit.money import ZERO, decimal_places
from services.kit.unit_of_work import UnitOfWork

ROWS_MAX: Final = 20_000
"""Of all tables of a statement: some 500 pages, for which a worker needs a gigabyte."""
ACCOUNTS_SHOWN_MAX: Final = 1_000
"""Of one bill; of more, only the usage detail names each."""
_KINDS: Final = {"unified": "统一价", "stage": "阶段价", "tiered": "阶梯价"}
_PRICE_PLACES_MIN: Final = 2

Cells = list[str]
"""A row of a table, as it shall stand there."""


@dataclass(frozen=True)
class Seller:
    """Who gives its customers the statement, and where they pay; empty texts are left out."""

    name: str
    bank: str = ""
    bank_account: str = ""


def freeze_statement(
    work: UnitOfWork, statement: Statement, customer: Customer, bills: Sequence[Bill], seller: Seller
) -> StatementDocument:
    """
    :param bills: in the order in which they shall be shown.
    :raises InvalidInput: ``statement_too_long``, at ``bill_ids``.
    """
    charges, items, accounts = contents_of_bills(work.session, [bill.id for bill in bills])
    lines: dict[UUID, list[Cells]] = defaultdict(list)
    for charge in charges:
        lines[charge.bill_id].append(_charge(charge))
    for item in items:
        lines[item.bill_id].append(_item(item))
    for adjustment in adjustments_on(work.session, [bill.id for bill in bills]):
        lines[adjustment["bill_id"]].append(_adjustment(adjustment))
    accounts_by_bill: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for account in accounts:
        accounts_by_bill[account.bill_id].append(account)
    sections = [_section(bill, lines[bill.id], accounts_by_bill[bill.id]) for bill in bills]
    row_count = len(bills) + sum(len(section["lines"]) + len(section["accounts"]) for section in sections)
    if row_count > ROWS_MAX:
        raise InvalidInput(fields={"bill_ids": [f"statement_too_long|{row_count}|{ROWS_MAX}"]})
    return StatementDocument(
        statement_id=statement.id,
        shown={**_front(statement, customer, bills, seller), "bills": sections},
        billed=[_billed(bill, accounts_by_bill[bill.id]) for bill in bills],
        row_count=row_count,
    )


def _front(statement: Statement, customer: Customer, bills: Sequence[Bill], seller: Seller) -> dict[str, Any]:
    """What stands above the bills."""
    period = " 至 ".join(dict.fromkeys((str(statement.first_month), str(statement.last_month))))
    information = customer.invoice_information
    totals = _totals(bills)
    return {
        "title": f"电子对账单 {customer.name} {period}",
        "id": str(statement.id),
        "period": period,
        "made_on": business_date(statement.created_at).isoformat(),
        "seller": seller.name,
        "seller_facts": _facts(("开户银行", seller.bank), ("银行账号", seller.bank_account)),
        "customer": customer.name,
        "customer_facts": _facts(
            ("开票公司名称", information.get("company_name")),
            ("税务号", information.get("tax_number")),
            ("公司地址", information.get("address")),
            ("联系电话", information.get("telephone")),
            ("开户银行", information.get("bank")),
            ("银行账号", information.get("bank_account")),
        ),
        "bill_count": f"{len(bills):,}",
        **_quantity(bills),
        "totals": totals,
        "words_title": "应付金额（大写）" if len(totals) > 1 else "合计金额（大写）",
        "words": in_words(statement.owed),
    }


def _quantity(bills: Sequence[Bill]) -> dict[str, str]:
    """Messages and pieces do not add up: of both there is no sum, and the column has no unit."""
    units = {_unit(bill) for bill in bills}
    if len(units) > 1:
        return {"unit": "", "quantity": "—"}
    return {"unit": units.pop(), "quantity": f"{sum(bill.quantity for bill in bills):,}"}


def _unit(bill: Bill) -> str:
    return "件" if bill.order_process_id is not None or is_sold_once(bill.product_type) else "条"


def _facts(*facts: tuple[str, str | None]) -> list[Cells]:
    return [[name, value] for name, value in facts if value]


def _totals(bills: Sequence[Bill]) -> list[Cells]:
    """How the bills' amount leads to what is owed; one row, where nothing lies between."""
    amount, difference, covered, owed = (
        sum((getattr(bill, name) for bill in bills), ZERO) for name in ("amount", "agreed_difference", "covered", "owed")
    )
    between = [["约定差额", f"{difference:+,.2f}"]] if difference else []
    between += [["余额已支付", f"{-covered:+,.2f}"]] if covered else []
    return [["合计", _money(amount)], *between, *([["应付金额", _money(owed)]] if between else [])]


def _section(bill: Bill, lines: list[Cells], accounts: Sequence[Row[Any]]) -> dict[str, Any]:
    is_long = len(accounts) > ACCOUNTS_SHOWN_MAX
    return {
        "number": bill.number,
        "product": bill.product_name,
        "month": str(bill.month),
        "unit": _unit(bill),
        "quantity": f"{bill.quantity:,}",
        "amount": _money(bill.amount),
        "lines": lines,
        "totals": _totals([bill]),
        "accounts": [] if is_long else [[each.identifier, f"{each.quantity:,}", _money(each.amount)] for each in accounts],
        "accounts_note": f"本账单共 {len(accounts):,} 个账号，各账号的数量与金额见用量明细。" if is_long else "",
    }


def _billed(bill: Bill, accounts: Sequence[Row[Any]]) -> dict[str, Any]:
    """For the usage detail. An account that only an adjustment brought has none of the bill's month."""
    return {
        "number": bill.number,
        "product": bill.product_name,
        "month": str(bill.month),
        "quantity": bill.quantity,
        "adjusted": sum(each.adjusted_quantity for each in accounts),
        "amount": str(bill.amount),
        "accounts": [
            {
                "account": each.identifier,
                "quantity": each.quantity,
                "amount": str(each.amount),
                "is_of_month": each.quantity != each.adjusted_quantity,
            }
            for each in accounts
        ],
    }


def _charge(line: Row[Any]) -> Cells:
    days = dict.fromkeys(f"{day:%m-%d}" for day in (line.first_day, line.last_day))
    return [
        " 至 ".join(days),
        " ".join(filter(None, (_KINDS[line.kind], line.segment and segment_name(line.segment)))),
        _tier(line),
        f"{line.quantity:,}",
        _unit_price(line.unit_price),
        _money(line.amount),
    ]


def _item(item: Row[Any]) -> Cells:
    return ["一次性", item.name, "全部", f"{item.quantity:,}", _unit_price(item.sale_price), _money(item.amount)]


def _adjustment(adjustment: Mapping[str, Any]) -> Cells:
    quantity, amount = f"{adjustment['quantity']:,}", _money(adjustment["amount"])
    return [f"{adjustment['of_month']} 用量", "晚到用量调整", "—", quantity, "—", amount]


def _tier(line: Row[Any]) -> str:
    if line.kind == "unified":
        return "全部"
    return f"{line.above + 1:,} 起" if line.up_to is None else f"{line.above + 1:,}–{line.up_to:,}"


def _unit_price(price: Decimal) -> str:
    """With as many decimals as it needs, and no fewer than an amount has."""
    return f"{price:,.{max(_PRICE_PLACES_MIN, decimal_places(price))}f}"


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}"
