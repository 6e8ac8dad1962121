"""Show a statement, and find its files (spec, billing.md, "Reconciliation")."""

from typing import Any
from uuid import UUID

from services.billing.store.bills import find_visible_bills
from services.billing.store.statements import find_visible_statement
from services.kit.errors import Conflict
from services.kit.jobs import job_status
from services.kit.unit_of_work import Begin


def show_statement(begin: Begin, statement_id: UUID) -> dict[str, Any]:
    """
    :returns: as ``Statement`` of the contract.
    :raises NotFound: ``statement_not_found``.
    """
    with begin() as work:
        statement, _ = find_visible_statement(work.session, work.caller, statement_id)
        status = job_status(work, statement.job_id) if statement.job_id else None
    return {
        "id": statement.id,
        "customer_id": statement.customer_id,
        "bill_ids": statement.bill_ids,
        "amount": statement.amount,
        "state": status.state if status else "queued",
        "errors": status.errors if status else [],
        "created_at": statement.created_at,
    }


def find_statement_file(begin: Begin, statement_id: UUID, form: str) -> dict[str, str]:
    """Where a statement's file is.

    :param form: ``pdf`` or ``xlsx``.
    :raises Conflict: ``statement_not_ready``.
    """
    with begin() as work:
        statement, customer_name = find_visible_statement(work.session, work.caller, statement_id)
        bills = find_visible_bills(work.session, work.caller, [UUID(bill_id) for bill_id in statement.bill_ids])
    key = statement.pdf_key if form == "pdf" else statement.xlsx_key
    if key is None:
        raise Conflict("statement_not_ready", state=show_statement(begin, statement_id)["state"])
    months = sorted({bill.month for bill in bills.values()})
    span = "_".join(str(month) for month in dict.fromkeys((months[0], months[-1])))
    title = "对账单" if form == "pdf" else "用量明细"
    return {"file_key": key, "file_name": f"{title}-{customer_name}-{span}.{form}"}
