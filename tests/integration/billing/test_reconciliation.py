"""What a 对账 reserves, releases and puts into force, whoever else is at it at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from uuid import UUID

import pytest

from services.kit.errors import Conflict, InvalidInput, NotFound
from services.kit.ids import new_id
from tests.integration.billing.office import (
    OTHER_SALES,
    YUNFAN,
    Office,
    fields_of,
    selected,
)


def test_bills_are_in_one_reconciliation_at_a_time(office: Office, customer: UUID, bills: list[UUID]) -> None:
    first = new_id()
    prepared = office.prepare("reconciliation", first, customer, selected(*bills[:2]))
    assert prepared["form"]["total"] == "700.00"
    assert office.states() == ["reconciling", "reconciling", "open"]
    office.prepare("reconciliation", first, customer, selected(*bills[:2]))
    fields = fields_of(lambda: office.prepare("reconciliation", new_id(), customer, selected(bills[2], bills[1])))
    assert fields == {"bill_ids.1": [f"bill_in_process|账单-2026-03-{YUNFAN}-营销短信-001"]}
    assert office.states()[2] == "open"


def test_of_many_reconciliations_of_the_same_bills_at_once_one_holds_them(
    office: Office, customer: UUID, bills: list[UUID]
) -> None:
    def start(number: int) -> bool:
        wanted = bills if number % 2 else bills[::-1]
        try:
            office.prepare("reconciliation", new_id(), customer, selected(*wanted))
        except InvalidInput:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(start, range(10))) == 1
    assert office.value("SELECT count(DISTINCT process_id) FROM bills WHERE state = 'reconciling'") == 1


def test_processes_that_exchange_their_bills_do_not_lock_each_other_out(
    office: Office, customer: UUID, bills: list[UUID]
) -> None:
    first, second = new_id(), new_id()
    office.prepare("reconciliation", first, customer, selected(bills[0]))
    office.prepare("reconciliation", second, customer, selected(bills[1]))

    def swap(process: UUID, wanted: UUID) -> None:
        with pytest.raises(InvalidInput):
            office.prepare("reconciliation", process, customer, selected(wanted), phase="resubmit")

    for _ in range(5):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(swap, (first, second), (bills[1], bills[0])))


def test_a_resubmitted_selection_releases_what_is_no_longer_in_it(office: Office, customer: UUID, bills: list[UUID]) -> None:
    process = new_id()
    office.prepare("reconciliation", process, customer, selected(*bills[:2]))
    office.prepare("reconciliation", process, customer, selected(*bills[1:]), phase="resubmit", version=4)
    assert office.states() == ["open", "reconciling", "reconciling"]


@pytest.mark.parametrize("end", ["reject", "withdraw"])
def test_rejected_or_withdrawn_each_bill_is_open_again(office: Office, customer: UUID, bills: list[UUID], end: str) -> None:
    process = new_id()
    office.prepare("reconciliation", process, customer, selected(*bills))
    getattr(office, end)("reconciliation", process)
    assert office.states() == ["open", "open", "open"]
    office.prepare("reconciliation", new_id(), customer, selected(*bills))


def test_a_rejection_that_comes_late_releases_nothing_that_was_reserved_since(
    office: Office, customer: UUID, bills: list[UUID]
) -> None:
    process = new_id()
    office.prepare("reconciliation", process, customer, selected(*bills), version=1)
    office.prepare("reconciliation", process, customer, selected(*bills), phase="resubmit", version=5)
    office.reject("reconciliation", process, version=5)
    assert office.states() == ["reconciling"] * 3
    office.reject("reconciliation", process, version=6)
    assert office.states() == ["open"] * 3


def test_a_question_that_its_asker_gave_up_reserves_nothing(office: Office, customer: UUID, bills: list[UUID]) -> None:
    process = new_id()
    office.prepare("reconciliation", process, customer, selected(*bills), version=0)
    office.reject("reconciliation", process, version=4)
    office.reject("reconciliation", process, version=6)  # said again, as the resubmission of version 5 got no answer in time
    with pytest.raises(Conflict, match="process_changed"):
        office.prepare("reconciliation", process, customer, selected(*bills), phase="resubmit", version=5)
    assert office.states() == ["open"] * 3


def test_of_two_questions_the_older_one_changes_nothing_that_the_newer_one_reserved(
    office: Office, customer: UUID, bills: list[UUID]
) -> None:
    process = new_id()
    office.prepare("reconciliation", process, customer, selected(*bills), version=0)
    office.prepare("reconciliation", process, customer, selected(bills[0]), phase="resubmit", version=6)
    with pytest.raises(Conflict, match="process_changed"):
        office.prepare("reconciliation", process, customer, selected(*bills[1:]), phase="resubmit", version=5)
    assert office.states() == ["reconciling", "open", "open"]


def test_a_start_that_comes_after_its_withdrawal_reserves_nothing(office: Office, customer: UUID, bills: list[UUID]) -> None:
    process = new_id()
    office.withdraw("reconciliation", process, version=2)
    with pytest.raises(Conflict, match="process_withdrawn"):
        office.prepare("reconciliation", process, customer, selected(*bills))
    assert office.states() == ["open"] * 3


def test_archived_bills_become_receivables_with_due_date_and_shares(office: Office, customer: UUID, bills: list[UUID]) -> None:
    process = new_id()
    office.prepare("reconciliation", process, customer, selected(*bills))
    office.archive("reconciliation", process, selected(*bills))
    (told,) = office.events("bills_reconciled")
    by_amount = sorted(told["bills"], key=lambda bill: Decimal(bill["amount"]))
    assert [(bill["amount"], bill["due_on"]) for bill in by_amount] == [
        ("300.00", "2026-04-30"),
        ("400.00", "2026-05-31"),
        ("500.00", "2026-06-30"),
    ]
    assert all(sum(Decimal(share["amount"]) for share in bill["shares"]) == Decimal(bill["amount"]) for bill in by_amount)
    assert office.states() == ["reconciled"] * 3
    office.archive("reconciliation", process, selected(*bills), version=10)
    assert len(office.events("bills_reconciled")) == 1
    assert [applied["process_id"] for applied in office.events("process_applied")].count(str(process)) == 1
    fields = fields_of(lambda: office.prepare("reconciliation", new_id(), customer, selected(bills[0])))
    assert fields == {"bill_ids.0": [f"bill_not_open|账单-2026-03-{YUNFAN}-行业短信-001|已对账|reconciled"]}


def test_others_bills_are_not_found(office: Office, customer: UUID, bills: list[UUID]) -> None:
    mine = office.customer("深圳市海蓝科技有限公司", OTHER_SALES)
    fields = fields_of(lambda: office.prepare("reconciliation", new_id(), mine, selected(bills[0]), OTHER_SALES))
    assert fields == {"bill_ids.0": ["bill_not_found"]}
    fields = fields_of(lambda: office.prepare("reconciliation", new_id(), customer, selected(bills[0]), OTHER_SALES))
    assert fields == {"subject_id": ["customer_not_found"]}


def test_processes_of_other_owners_are_let_pass(office: Office) -> None:
    office.archive("claim_customer", new_id(), {})
    office.reject("write_off", new_id())
    assert office.value("SELECT count(*) FROM inbox WHERE consumer <> 'on_customer_added'") == 0
    with pytest.raises(NotFound, match="process_code_unknown"):
        office.prepare("claim_customer", new_id(), new_id(), {})
