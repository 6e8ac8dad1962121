"""The billing run: a month's bills, and for every product that gets none the reason (spec, billing.md, "Bills")."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_

from services.billing.store.customers import count_customers, in_shard, lock_next_customers
from services.billing.store.tables import Customer
from services.billing.usecases.alike_accounts import UnknownAccounts
from services.billing.usecases.bill_customers import bill_customers
from services.billing.usecases.rerate_late_usage import rerate_customers
from services.kit.clock import Month
from services.kit.garbage import uncollected
from services.kit.jobs import Shard
from services.kit.planning import plan_for_values

BATCH_CUSTOMERS = 500


def month_of_run(shard: Shard) -> Month:
    """The month named at the start, or the one before the job's day."""
    month = shard.params.get("month")
    return Month.parse(month) if month else Month.of(shard.as_of).plus(-1)


def run_billing(shard: Shard) -> dict[str, int]:
    """Do one shard, customers by their id's hash. What is billed already is left alone, so it may be killed and run again.

    :returns: how many bills were made and how many products refused.
    """
    month = month_of_run(shard)
    unknown = UnknownAccounts.of_job(shard.job_id, month)
    condition: ColumnElement[bool] = in_shard(shard.number, shard.of)
    customer_id = shard.params.get("customer_id")
    if customer_id is not None:
        condition = and_(condition, Customer.id == UUID(customer_id))
    with shard.begin() as work:
        total = count_customers(work.session, condition)
    shard.report(0, total)
    made = refused = done = 0
    after: UUID | None = None
    while True:
        with uncollected(), shard.begin() as work:
            plan_for_values(work.session)
            customers = lock_next_customers(work.session, condition, after, BATCH_CUSTOMERS)
            if not customers:
                break
            counts = bill_customers(work, month, customers, unknown)
        made, refused = made + counts[0], refused + counts[1]
        done, after = done + len(customers), customers[-1].id
        if customer_id is not None:
            rerate_customers(shard.begin, [after])  # whoever asks for one customer's bills sees late usage at once
        shard.report(done)
    return {"made": made, "refused": refused}
