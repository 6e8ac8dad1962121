"""Bank statements as finance imports them in the demo."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from deploy.office import Office

MAIN_ACCOUNT: Final = "1001244509016612345"
BRANCH_ACCOUNT: Final = "31050161364100000877"
"""Another bank's, whose statement finance imports late."""

_HEADERS: Final = ("收款账号", "流水号", "到款时间", "付款人", "付款账号", "金额", "备注")


@dataclass(frozen=True)
class Line:
    """A row of a statement; the amount as the bank writes it, or somebody who filled the row in."""

    reference: str
    day: date
    payer: str
    amount: str
    payer_account: str = ""
    remark: str = "短信费"
    bank_account: str = MAIN_ACCOUNT


def import_statement(office: Office, day: date, name: str, lines: Sequence[Line]) -> dict[str, Any]:
    """Have finance import it on a day.

    :returns: what became of its rows.
    """
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(_HEADERS)
    for line in lines:
        received_at = f"{line.day} 09:30:00"
        rows.writerow([line.bank_account, line.reference, received_at, line.payer, line.payer_account, line.amount, line.remark])
    with office.at(day):
        finance = office.holder("finance").client
        report: dict[str, Any] = finance.upload("/receipt-imports", name, text.getvalue().encode(), mapping="generic")
    return report
