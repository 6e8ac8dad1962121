"""Show the first of the processes about a customer, for the page of the customer (spec, gateway.md, "Console")."""

from typing import Any
from uuid import UUID

from services.kit.sections import COUNTED_MAX, count_each, section
from services.kit.unit_of_work import Begin
from services.workflow.store.lists import processes_of_customer
from services.workflow.store.process_filters import WAITING
from services.workflow.store.tables import Process
from services.workflow.usecases.list_processes import list_processes


def show_customer_processes(begin: Begin, customer_id: UUID, *, first: int) -> dict[str, Any]:
    """Those that the caller may see, the one changed last first; and how many of all of them are ``open``: wait for somebody."""
    page = list_processes(begin, box="visible", customer_id=customer_id, page_size=first, sort="", cursor="")
    with begin() as work:
        seen = processes_of_customer(work.caller, work.today, customer_id)
        counts = count_each(work.session, {"all": seen, "open": seen.where(Process.state.in_(WAITING))})
    return {**section(page.items, counts["all"]), "open": min(counts["open"], COUNTED_MAX)}
