"""Reminding owners of what they planned (spec, customer.md, "Data": a follow-up date "reminds its owner on that day")."""

from services.customer.store.tables import ContactLog, Customer
from services.kit.unit_of_work import Fact, UnitOfWork


def remind_if_its_day_has_come(work: UnitOfWork, customer: Customer, log: ContactLog) -> None:
    """Remind at once of a plan for today or earlier: that day's sweep has been, and tomorrow's would be late."""
    if log.follow_up_on is None or log.follow_up_on > work.today or log.reminded_at is not None:
        return
    log.reminded_at = work.now
    work.publish_all([fact for fact in [reminder(customer, log)] if fact is not None])


def reminder(customer: Customer, log: ContactLog) -> Fact | None:
    """What reminds the owner; ``None`` for a pool customer, which has none."""
    if customer.owner_id is None:
        return None
    told = {
        "customer_id": customer.id,
        "customer_name": customer.name,
        "contact_log_id": log.id,
        "next_step": log.next_step,
        "follow_up_on": log.follow_up_on,
        "owner_id": customer.owner_id,
        "logged_at": log.at,
    }
    return Fact("follow_up_due", customer.id, told, customer.version)
