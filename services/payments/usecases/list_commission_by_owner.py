"""List what each salesperson earns in a month (spec, payments.md, "Commission"): what finance pays, and what a lead sees."""

from services.kit.clock import Month
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin
from services.payments.store.commission_statements import Scope, page_of_owners


def list_commission_by_owner(begin: Begin, *, month: Month, page_size: int, sort: str, cursor: str) -> Page:
    """As the contract's ``OwnerCommission``: of everybody whom the caller sees and who has an entry in that month."""
    with begin() as work:
        return page_of_owners(work.session, Scope(work.caller, month), PageRequest(page_size, sort, cursor))
