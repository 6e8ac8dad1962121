"""An archived process whose effect billing cannot put into force says why, and a retry brings it (contracts/workflow.py)."""

from dataclasses import replace
from datetime import date
from itertools import permutations
from uuid import UUID

import pytest

from services.billing.usecases.end_process import apply_process
from services.kit.caller import Caller
from services.kit.envelope import Event
from services.kit.ids import new_id
from tests.integration.billing.office import Office, selected, unified
from tests.integration.giving_up import hear_archived


def _hear(office: Office, event: Event) -> str:
    return hear_archived(apply_process, lambda name: office.begin(Caller.system("workflow"), name), event)


@pytest.mark.parametrize("order", list(permutations(("first", "retry", "retry again"))), ids=" then ".join)
def test_bills_that_another_process_holds_are_told_and_reconciled_by_a_retry(office: Office, order: tuple[str, ...]) -> None:
    customer = office.customer()
    product = office.product(customer)
    office.account(product, customer, "yf001")
    office.price(product, unified("0.035"))
    office.report([("yf001", date(2026, 3, 5), "CMCC", 1000)])
    office.run_billing()
    (bill,) = [UUID(str(row.id)) for row in office.rows("SELECT id FROM bills")]
    process, other = new_id(), new_id()
    office.prepare("reconciliation", process, customer, selected(bill), version=1)
    office.reject("reconciliation", process, version=3)
    office.prepare("reconciliation", other, customer, selected(bill), version=1)

    archived = {
        "process_id": str(process),
        "owner_service": "billing",
        "code": "reconciliation",
        "title": "对账",
        "form": selected(bill),
    }
    first = Event(new_id(), "workflow", "process_archived", str(process), office.now, 1, 9, archived)
    assert _hear(office, first) == _hear(office, first) == "bill_held_by_another_process"
    (failed,) = office.events("process_apply_failed")
    assert (failed["process_id"], failed["attempt"]) == (str(process), 9)
    assert "已在另一流程中" in failed["reason_zh"]
    assert "is in another process" in failed["reason_en"]

    office.withdraw("reconciliation", other)
    retry, again = (replace(first, id=new_id(), aggregate_version=version) for version in (11, 13))
    events = {"first": first, "retry": retry, "retry again": again}
    assert [_hear(office, events[name]) for name in (*order, *order)] == ["ok"] * 6
    assert office.states() == ["reconciled"]
    assert [applied["process_id"] for applied in office.events("process_applied")].count(str(process)) == 1
    assert len(office.events("bills_reconciled")) == len(office.events("process_apply_failed")) == 1
