"""Note the last day of a customer's usage: what keeps a customer whose contract ended from falling."""

from services.contracts.billing import UsageRecorded
from services.customer.store.customers import note_usage_day
from services.kit.envelope import Event
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin


def note_usage(begin: Begin, event: Event) -> None:
    """In any order: only a later day is noted. The sweep asks for it when it looks; nothing falls due earlier by usage."""
    usage = load_told(UsageRecorded, event.data)
    with begin(consuming=event) as work:
        if usage["quantity"] > 0:
            note_usage_day(work.session, usage["customer_id"], usage["last_day"])
