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
from services.payments.usecases.assign_receipt import assign_receipt
from services.payments.usecases.settle_write_off import settle_write_off
from services.payments.usecases.unmatch_receipt import unmatch_receipt
from tests.integration.giving_up import hear_archived
from tests.integration.payments.story import SALES, SALES_ADMIN, Story


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
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # for the rest of the transaction
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


def _told_of(story: Story, write_off_id: UUID) -> str:
    """Why its effect failed, as its process's page says it."""
    failed = [told for told in story.told("process_apply_failed") if told["process_id"] == str(write_off_id)]
    return str(failed[-1]["reason_zh"])


@pytest.mark.parametrize(("outcome", "state"), [("rejected", "已驳回"), ("withdrawn", "已撤回")])
def test_a_final_of_what_was_released_is_told_in_words(story: Story, outcome: str, state: str) -> None:
    story.bill(story.customer(), "100.00")
    receipt_id = story.receipt("100.00")
    (write_off_id,) = story.started()
    story.turn(outcome, write_off_id, version=2)
    unmatch_receipt(story.begin(SALES_ADMIN), receipt_id, why="认错了", withdraw_alias=False)
    assert _hear(story, _archived(story, write_off_id, 9)) == "write_off_not_held"
    assert _told_of(story, write_off_id) == f"该销账的状态是{state}，占用的金额已释放，不能销账；请重新发起。"


def test_a_final_of_what_was_released_never_uses_what_is_another_customers_by_now(story: Story) -> None:
    story.bill(story.customer(), "100.00")
    other, receipt_id = story.customer("别的公司"), story.receipt("100.00")
    (write_off_id,) = story.started()
    story.turn("rejected", write_off_id, version=2)
    unmatch_receipt(story.begin(SALES_ADMIN), receipt_id, why="认错了", withdraw_alias=True)
    assign_receipt(story.begin(SALES_ADMIN), receipt_id, customer_id=other, why="电话确认")
    assert _hear(story, _archived(story, write_off_id, 9)) == "write_off_not_held"
    assert story.shown_receipt(receipt_id)["balance"] == "100.00"


def test_a_final_of_what_was_cancelled_says_by_whom_and_why(story: Story) -> None:
    story.bill(story.customer(), "100.00")
    receipt_id = story.receipt("100.00")
    (write_off_id,) = story.started()
    unmatch_receipt(story.begin(SALES_ADMIN), receipt_id, why="是另一家的款", withdraw_alias=False)
    assert _hear(story, _archived(story, write_off_id, 9)) == "write_off_cancelled"
    assert _told_of(story, write_off_id) == "该自动销账已终止：赵敏，是另一家的款。"


def test_a_final_that_the_database_refuses_is_told_as_a_lost_race(story: Story) -> None:
    story.bill(story.customer(), "100.00")
    story.receipt("100.00")
    (write_off_id,) = story.started()
    with story.database.engine.begin() as connection:
        connection.execute(text("UPDATE write_off_pairs SET state = 'released'"))
    assert _hear(story, _archived(story, write_off_id, 9)) == "amounts_taken_meanwhile"
    assert _told_of(story, write_off_id) == "到款或应收的金额刚被占用，请重试。"


def test_a_write_off_that_is_not_known_yet_is_tried_again_and_not_told(story: Story) -> None:
    with pytest.raises(NotYet):
        _hear(story, _archived(story, new_id(), 9))
    assert story.told("process_apply_failed") == []
