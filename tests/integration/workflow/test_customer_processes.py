"""What workflow brings to the page of a customer: the first of its processes, and how many there are."""

from typing import Any

from services.contracts import workflow_list_calls as lists
from services.kit.ids import new_id
from services.kit.schema import dump
from services.workflow.usecases.show_customer_processes import show_customer_processes
from services.workflow.usecases.withdraw_process import withdraw_process
from tests.integration.workflow.conftest import Company

CLAIM = {"reason": "老客户"}


def _shown(company: Company, name: str = "sales", first: int = 2) -> dict[str, Any]:
    processes = show_customer_processes(company.begin(name), company.owner.customer_id, first=first)
    shown: dict[str, Any] = dump(lists.ProcessSection, processes)
    return shown


def test_the_processes_about_a_customer_come_changed_last_first_and_those_that_wait_are_counted(company: Company) -> None:
    started = [str(company.start("claim_customer", CLAIM)) for _ in range(3)]
    shown = _shown(company)
    assert (shown["total"], shown["open"], shown["is_more"]) == (3, 3, False)
    assert {each["id"] for each in _shown(company, first=50)["items"]} == set(started)
    assert len(shown["items"]) == 2
    company.owner.customer_id = new_id()
    assert _shown(company) == {"total": 0, "open": 0, "is_more": False, "items": []}


def test_of_a_customer_one_sees_the_processes_that_one_may_see(company: Company) -> None:
    company.start("claim_customer", CLAIM)
    assert [_shown(company, name)["total"] for name in ("sales", "finance", "legal")] == [1, 1, 0]


def test_a_process_that_waits_for_nobody_is_not_open(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    withdraw_process(company.begin("sales"), process_id, opinion="不需要了")
    assert (_shown(company)["total"], _shown(company)["open"]) == (1, 0)
