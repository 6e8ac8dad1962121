"""Show a bill with how every amount came about (spec, billing.md, "Bills")."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from services.billing.store.adjustments import adjustments_of, adjustments_on, reratings_of
from services.billing.store.bills import (
    accounts_of_bills,
    find_visible_bill,
    invoices_of,
    items_of_bills,
    lines_of,
    shares_of,
)
from services.billing.store.ledger import covered_by_account
from services.billing.usecases.snapshots import differences_by_account
from services.contracts import billing_calls as calls
from services.kit.database import read_one_moment
from services.kit.money import ZERO
from services.kit.schema import load
from services.kit.unit_of_work import Begin


def show_bill(begin: Begin, bill_id: UUID) -> dict[str, Any]:
    """
    :returns: as ``BillDetail`` of the contract.
    :raises NotFound: ``bill_not_found``.
    """
    with begin.asking() as work:
        read_one_moment(work.session)  # late usage may give it another content meanwhile
        bill = find_visible_bill(work.session, work.caller, bill_id)
        shares: dict[int, list[Any]] = defaultdict(list)
        for share in shares_of(work.session, bill_id):
            shares[share.line_number].append(share)
        lines = lines_of(work.session, [bill_id])
        accounts = accounts_of_bills(work.session, [bill_id])
        differences = differences_by_account(bill, bill.agreed_difference, accounts)
        covered = covered_by_account(work.session, [bill_id]).get(bill_id, {})
        adjustments = adjustments_on(work.session, [bill_id])
        reratings = reratings_of(work.session, bill_id)
        late_usage = adjustments_of(work.session, bill_id)
        items = items_of_bills(work.session, [bill_id])
        invoices = invoices_of(work.session, bill_id)
    return {
        **{column.key: getattr(bill, column.key) for column in bill.__table__.columns},
        "agreed_amount": bill.agreed_amount,
        "expected_due_on": bill.expected_due_on,
        "lines": [
            {**{column.key: getattr(line, column.key) for column in line.__table__.columns}, "shares": shares[line.number]}
            for line in lines
        ],
        "items": items,
        "adjustments": adjustments,
        "reratings": [
            {
                **{column.key: getattr(rerating, column.key) for column in rerating.__table__.columns},
                "content": load(calls.RatedContent, rerating.content),
            }
            for rerating in reratings
        ],
        "late_usage": late_usage,
        "accounts": [
            {
                "account_id": account.account_id,
                "identifier": account.identifier,
                "quantity": account.quantity,
                "amount": account.amount,
                "adjusted_quantity": account.adjusted_quantity,
                "adjusted_amount": account.adjusted_amount,
                "agreed_difference": difference,
                "covered": covered.get(account.account_id, ZERO),
            }
            for account, difference in zip(accounts, differences, strict=True)
        ],
        "invoices": invoices,
    }
