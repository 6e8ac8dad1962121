"""Ask for an electronic statement of selected bills (spec, billing.md, "Reconciliation")."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from services.billing.store.bills import find_visible_bills
from services.billing.store.tables import Statement
from services.kit.errors import InvalidInput
from services.kit.money import ZERO
from services.kit.unit_of_work import Begin

StartJob = Callable[[str, date, dict[str, Any]], UUID]


def make_statement(begin: Begin, start_job: StartJob, *, bill_ids: list[UUID]) -> UUID:
    """
    :returns: the statement's id; its files are made by a job.
    :raises InvalidInput: by field: bills that the caller does not see, that are void, or of several customers.
    """
    with begin() as work:
        bills = find_visible_bills(work.session, work.caller, bill_ids)
        wrong = {f"bill_ids.{number}": ["bill_not_found"] for number, bill_id in enumerate(bill_ids) if bill_id not in bills}
        for number, bill_id in enumerate(bill_ids):
            if bill_id in bills and bills[bill_id].state == "void":
                wrong[f"bill_ids.{number}"] = [f"bill_is_void|{bills[bill_id].number}"]
        if not wrong and len({bill.customer_id for bill in bills.values()}) > 1:
            wrong = {"bill_ids": ["bills_of_several_customers"]}
        if wrong:
            raise InvalidInput(fields=wrong)
        statement = Statement(
            id=work.new_id(),
            customer_id=next(iter(bills.values())).customer_id,
            bill_ids=[str(bill_id) for bill_id in bills],
            bill_count=len(bills),
            amount=sum((bill.amount for bill in bills.values()), ZERO),
            created_by=work.caller.user_id,
            created_at=work.now,
            job_id=None,
            pdf_key=None,
            pdf_sha256=None,
            xlsx_key=None,
        )
        work.session.add(statement)
        today = work.today
    # The job's key is the statement's id: should this process end here, asking again would make another statement, no double job.
    job_id = start_job("statement", today, {"statement_id": str(statement.id)})
    with begin() as work:
        work.session.get_one(Statement, statement.id).job_id = job_id
    return statement.id
