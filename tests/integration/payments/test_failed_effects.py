"""An archived write-off whose effect fails says why, and a retry brings it (contracts/workflow.py)."""

from dataclasses import replace
from itertools import permutations
from uuid import UUID

import pytest
from sqlalchemy import text

from services.kit.caller import Caller
from services.kit.envelope import Event
from services.kit.errors import NotYet
from services.kit.ids import new_id
from services.payments.usecases.settle_write_off import settle_write_off
from tests.integration.giving_up import hear_archived
from tests.integration.payments.story import SALES, Story


def _hear(story: Story, event: Event) -> str:
    return hear_archived(settle_write_off, lambda name: story.begin(Caller.system("workflow"), name), event)


def _archived(story: Story, write_off_id: UUID, version: int) -> Event:
    initiator = {"id": SALES.user_id, "name": SALES.name, "department_id": SALES.department_id}
    data = {
        "process_id": str(write_off_id),
        "code": "write_off",
        "definition_version": 1,
        "name_zh": "销账",
        "name_en": "Write-off",
        "owner_service": "payments",
        "title": "销账",
        "subject": {"type": "customer", "id": "x", "name": "x"},
        "customer_id": None,
        "customer_name": None,
        "initiator": initiator,
        "form": {},
        "facts": {},
    }
    return Event(new_id(), "workflow", "process_archived", str(write_off_id), story.now, 1, version, data)


@pytest.mark.parametrize("order", list(permutations(("first", "retry", "retry again"))), ids=" then ".join)
def test_a_write_off_without_a_unit_cost_is_told_and_settled_by_a_retry(story: Story, order: tuple[str, ...]) -> None:
    customer_id = story.customer()
    bill_id = story.bill(customer_id, "3500.00")
    story.receipt("3500.00")
    (write_off_id,) = story.started()
    with story.database.engine.begin() as connection:
        kept = connection.execute(text("DELETE FROM unit_costs RETURNING *")).mappings().all()

    first = _archived(story, write_off_id, 9)
    assert _hear(story, first) == _hear(story, first) == "unit_cost_not_set"
    (failed,) = story.told("process_apply_failed")
    assert (failed["process_id"], failed["attempt"]) == (str(write_off_id), 9)
    assert failed["reason_zh"] == "产品类型 industry_sms 在 2026-04-10 没有成本单价。"
    receivable = story.shown_receivable(bill_id)
    assert (receivable["held"], receivable["written_off"]) == ("3500.00", "0.00"), "what is held stays held for the retry"

    with story.database.engine.begin() as connection:
        names = ", ".join(map(str, kept[0]))
        values = ", ".join(f":{name}" for name in kept[0])
        connection.execute(text(f"INSERT INTO unit_costs ({names}) VALUES ({values})"), [dict(row) for row in kept])
    retry, again = (replace(first, id=new_id(), aggregate_version=version) for version in (11, 13))
    events = {"first": first, "retry": retry, "retry again": again}
    assert [_hear(story, events[name]) for name in (*order, *order)] == ["ok"] * 6
    assert story.shown_receivable(bill_id)["written_off"] == "3500.00"
    assert len(story.told("process_applied")) == len(story.told("commission_earned")) == 1
    assert len(story.told("process_apply_failed")) == 1


def test_a_write_off_that_is_not_known_yet_is_tried_again_and_not_told(story: Story) -> None:
    with pytest.raises(NotYet):
        _hear(story, _archived(story, new_id(), 9))
    assert story.told("process_apply_failed") == []
