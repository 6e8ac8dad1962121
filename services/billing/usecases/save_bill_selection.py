"""Keep what somebody selects of a customer's bills until the next visit (spec, billing.md, "Reconciliation").

It leaves no audit entry: nothing has been done to any bill yet.
"""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from services.billing.store.customers import find_visible_customer
from services.billing.store.selections import bills_of_customer, find_selection, lock_selection
from services.billing.usecases.show_bill_selection import selection_as_shown
from services.kit.errors import ChangedMeanwhile, InvalidInput
from services.kit.unit_of_work import Begin, UnitOfWork


def save_bill_selection(begin: Begin, customer_id: UUID, *, bill_ids: list[UUID], version: int | None) -> dict[str, Any]:
    """Select these bills instead of those before; none of them clears the selection. The same again changes nothing.

    Bills that cannot be reconciled (any more) are kept all the same, and shown as dropped.

    :param version: of the selection that was seen; 0 or ``None`` for whoever has seen none.
    :returns: as ``BillSelection`` of the contract.
    :raises NotFound: ``customer_not_found``, also for one the caller may not see.
    :raises InvalidInput: by field: bills that are not the customer's, or named twice.
    :raises ChangedMeanwhile: ``bill_selection_changed_meanwhile``.
    """
    with begin() as work:
        find_visible_customer(work.session, work.caller, customer_id)
        known = {bill.id for bill in bills_of_customer(work.session, customer_id, bill_ids)}
        wrong = {}
        for number, bill_id in enumerate(bill_ids):
            if bill_id not in known:
                wrong[f"bill_ids.{number}"] = ["bill_not_found"]
            elif bill_id in bill_ids[:number]:
                wrong[f"bill_ids.{number}"] = ["bill_repeated"]
        if wrong:
            raise InvalidInput(fields=wrong)
        selection = lock_selection(work.session, UUID(work.caller.user_id), customer_id, work.now)
        wanted = [str(bill_id) for bill_id in bill_ids]
        if wanted != selection.bill_ids:
            if selection.version != (version or 0):
                raise ChangedMeanwhile("bill_selection_changed_meanwhile", version=selection.version)
            selection.bill_ids, selection.saved_at = wanted, work.now
            selection.version += 1
        return selection_as_shown(work, customer_id, selection)


def clear_bill_selection(begin: Begin, customer_id: UUID) -> None:
    """Select nothing, whatever was selected.

    :raises NotFound: ``customer_not_found``, also for one the caller may not see.
    """
    with begin() as work:
        find_visible_customer(work.session, work.caller, customer_id)
        _change(work, UUID(work.caller.user_id), customer_id, lambda _: [])


def take_from_selection(work: UnitOfWork, user_id: UUID, customer_id: UUID, bill_ids: Iterable[UUID]) -> None:
    """A reconciliation has started with these bills: its initiator need not select them any more. Others stay selected."""
    taken = {str(bill_id) for bill_id in bill_ids}
    _change(work, user_id, customer_id, lambda selected: [bill_id for bill_id in selected if bill_id not in taken])


def return_to_selection(work: UnitOfWork, user_id: UUID, customer_id: UUID, bill_ids: Iterable[UUID]) -> None:
    """A reconciliation was rejected or withdrawn: what it held is selected again, beside what was selected since."""
    returned = [str(bill_id) for bill_id in bill_ids]
    _change(work, user_id, customer_id, lambda selected: [*dict.fromkeys([*selected, *returned])])


def _change(work: UnitOfWork, user_id: UUID, customer_id: UUID, change: Callable[[list[str]], list[str]]) -> None:
    if find_selection(work.session, user_id, customer_id) is None and not change([]):
        return
    selection = lock_selection(work.session, user_id, customer_id, work.now)
    changed = change(selection.bill_ids)
    if changed != selection.bill_ids:
        selection.bill_ids, selection.saved_at = changed, work.now
        selection.version += 1
