"""Who decides about a write-off: an automatic one passes by condition, a manual one people approve (spec, payments.md)."""

from typing import Any
from uuid import UUID

import pytest

from services.kit.errors import Forbidden
from services.kit.ids import new_id
from services.workflow.usecases.start_automatic_write_off import start_automatic_write_off
from tests.integration.workflow.conftest import Company
from tests.integration.workflow.test_running_processes import write_off_event

PAIRS = {"pairs": [{"receipt_id": str(new_id()), "bill_id": str(new_id()), "amount": "100.00"}], "remarks": ""}


def entries(company: Company, process_id: UUID) -> list[tuple[str, str | None, str | None, str]]:
    """Action, node, who and the words of each line of the history."""
    history: list[dict[str, Any]] = company.page(process_id)["history"]
    return [(line["action"], line["node"] and line["node"]["code"], line["by_name"] or None, line["opinion"]) for line in history]


def automatic(company: Company) -> UUID:
    event = write_off_event(company, automatic=True)
    start_automatic_write_off(company.begin("lead", consumer="on_write_off_started"), event)
    return UUID(event.data["write_off_id"])


def test_an_automatic_one_passes_creation_director_and_finance_each_with_an_entry_that_says_so(company: Company) -> None:
    process_id = automatic(company)
    words = "满足条件: 自动销账 等于 1 系统自动通过"
    assert entries(company, process_id) == [
        ("passed", "start", None, words),
        ("passed", "sales_director", None, words),
        ("passed", "finance", None, words),
        ("entered", "confirm", None, ""),
    ]


def test_sales_confirms_and_nobody_else(company: Company) -> None:
    process_id = automatic(company)
    assert company.waiting(process_id) == [("sales", "decide")]
    company.approve(process_id, "sales", opinion="确认")
    assert entries(company, process_id)[-2:] == [("approved", "confirm", "张伟", "确认"), ("archived", None, None, "")]


def test_a_manual_one_is_approved_by_director_and_finance_and_confirmed_by_who_started_it(company: Company) -> None:
    company.owner.facts = {"automatic": 0}
    process_id = company.start("write_off", PAIRS)
    for name in ("director", "finance", "sales"):
        assert company.waiting(process_id) == [(name, "decide")]
        company.approve(process_id, name)
    said = [(action, node, by) for action, node, by, _ in entries(company, process_id)]
    assert [line for line in said if line[0] in {"started", "approved", "passed"}] == [
        ("started", "start", "张伟"),
        ("approved", "sales_director", "director 员"),
        ("approved", "finance", "finance 员"),
        ("approved", "confirm", "张伟"),
    ]
    assert company.page(process_id)["state"] == "archived"


@pytest.mark.parametrize("name", ["admin", "finance", "director"])
def test_only_sales_and_their_leads_start_one(company: Company, name: str) -> None:
    with pytest.raises(Forbidden, match="may_not_start"):
        company.start("write_off", PAIRS, by=name)
    company.owner.facts = {"automatic": 0}
    assert company.waiting(company.start("write_off", PAIRS, by="lead")) == [("director", "decide")]
