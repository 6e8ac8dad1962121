"""Ask for an electronic statement of selected bills (spec, billing.md, "Reconciliation")."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.billing.store.bills import find_visible_bills
from services.billing.store.customers import find_visible_customer
from services.billing.store.tables import Bill, Statement
from services.billing.usecases.freeze_statement import Seller, freeze_statement
from services.kit.database import read_one_moment
from services.kit.errors import InvalidInput
from services.kit.jobs import open_job
from services.kit.money import ZERO
from services.kit.unit_of_work import Begin

JOB: Final = "statement"

StartJob = Callable[[str, date, dict[str, Any]], UUID]


def make_statement(begin: Begin, start_job: StartJob, seller: Seller, *, bill_ids: list[UUID]) -> UUID:
    """Freeze what the statement shows, and have its files made by a job.

    :returns: the statement's id.
    :raises InvalidInput: by field: bills that the caller does not see, that are void, or of several customers.
    """
    with begin() as work:
        read_one_moment(work.session)
        bills = find_visible_bills(work.session, work.caller, bill_ids)
        if wrong := _wrong(bill_ids, bills):
            raise InvalidInput(fields=wrong)
        ordered = list(bills.values())
        customer = find_visible_customer(work.session, work.caller, ordered[0].customer_id)
        statement = Statement(
            id=work.new_id(),
            customer_id=customer.id,
            bill_ids=[str(bill.id) for bill in ordered],
            bill_count=len(ordered),
            first_month=ordered[0].month,
            last_month=ordered[-1].month,
            amount=sum((bill.amount for bill in ordered), ZERO),
            owed=sum((bill.owed for bill in ordered), ZERO),
            created_by=work.caller.user_id,
            created_by_name=work.caller.name,
            created_at=work.now,
        )
        params = {"statement_id": str(statement.id)}
        # Opened in the transaction of the row, so that there is none without its job; sent once both are there.
        statement.job_id, _ = open_job(work, JOB, str(statement.id), as_of=work.today, params=params)
        work.session.add(statement)
        work.session.flush()
        work.session.add(freeze_statement(work, statement, customer, ordered, seller))
        asked = {"bill_ids": statement.bill_ids, "amount": str(statement.amount), "owed": str(statement.owed)}
        work.audit("statement_asked_for", ("statement", statement.id), after=asked)
        today = work.today
    start_job(JOB, today, params)
    return statement.id


def _wrong(bill_ids: list[UUID], bills: dict[UUID, Bill]) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    for number, bill_id in enumerate(bill_ids):
        if bill_id not in bills:
            wrong[f"bill_ids.{number}"] = ["bill_not_found"]
        elif bills[bill_id].state == "void":
            wrong[f"bill_ids.{number}"] = [f"bill_is_void|{bills[bill_id].number}"]
    if not wrong and len({bill.customer_id for bill in bills.values()}) > 1:
        wrong = {"bill_ids": ["bills_of_several_customers"]}
    return wrong
