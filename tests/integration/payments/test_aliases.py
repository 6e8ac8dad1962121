"""Assignment by sales administration, and the aliases that are learnt from it and withdrawn (spec, "Matching")."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.kit.errors import Conflict, InvalidInput, NotFound
from services.payments.usecases.assign_receipt import assign_receipt
from services.payments.usecases.unmatch_receipt import unmatch_receipt
from services.payments.usecases.withdraw_alias import withdraw_alias
from tests.integration.at_once import at_once
from tests.integration.payments.story import OTHER_SALES, SALES, SALES_ADMIN, YUNFAN, Story

ZHANG_SAN = "张三"


def assign(story: Story, receipt_id: UUID, customer_id: UUID, *, why: str = "", remember: bool | None = None) -> Any:
    return assign_receipt(story.begin(SALES_ADMIN), receipt_id, customer_id=customer_id, why=why, remember=remember)


def withdraw(story: Story, why: str = "弄错了") -> Any:
    """The newest alias."""
    return withdraw_alias(story.begin(SALES_ADMIN), UUID(story.aliases()[0]["id"]), why=why)


def audited(story: Story, action: str) -> list[tuple[str, str]]:
    """By whom and why."""
    with story.database.engine.connect() as connection:
        query = text("SELECT user_name, why FROM audit_entries WHERE action = :action ORDER BY id")
        return [tuple(row) for row in connection.execute(query, {"action": action})]


def test_an_assignment_has_everything_that_follows_from_a_match(story: Story) -> None:
    customer_id = story.customer()
    bill_id = story.bill(customer_id, "80.00")
    receipt_id = story.receipt("80.00", payer=ZHANG_SAN)
    assign(story, receipt_id, customer_id, why="法人代付")
    assert story.shown_receivable(bill_id)["state"] == "held"
    assert len(story.started()) == 1
    assert story.told("receipt_matched")[-1]["matched_by"] == "assignment"
    assert audited(story, "receipt_assigned") == [("赵敏", "法人代付")]


def test_an_alias_says_who_assigned_it_when_of_which_receipt_and_why(story: Story) -> None:
    customer_id = story.customer()
    receipt_id = story.receipt("5.00", payer="张 三")
    assign(story, receipt_id, customer_id, why="法人代付")
    (alias,) = story.aliases(customer_id=customer_id)
    del alias["id"]
    assert alias == {
        "customer_id": str(customer_id),
        "customer_name": YUNFAN,
        "payer_name": "张 三",
        "receipt_id": str(receipt_id),
        "assigned_at": "2026-04-10T02:00:00Z",
        "assigned_by_id": SALES_ADMIN.user_id,
        "assigned_by_name": "赵敏",
        "why": "法人代付",
        "withdrawn_at": None,
        "withdrawn_by_id": None,
        "withdrawn_by_name": None,
        "withdrawn_why": None,
    }
    assert story.aliases(payer=" 张三")[0]["payer_name"] == "张 三"


def test_a_withdrawn_alias_matches_nothing_more_and_leaves_what_it_matched(story: Story) -> None:
    customer_id = story.customer()
    assign(story, story.receipt("5.00", payer=ZHANG_SAN), customer_id)
    by_alias = story.receipt("6.00", payer=ZHANG_SAN)
    withdrawn = withdraw(story, why="已离职")
    assert (withdrawn["withdrawn_by_name"], withdrawn["withdrawn_why"]) == ("赵敏", "已离职")
    assert story.shown_receipt(by_alias)["matched_by"] == "alias"
    assert story.shown_receipt(story.receipt("7.00", payer=ZHANG_SAN))["state"] == "unmatched"
    assert audited(story, "payer_alias_withdrawn") == [("赵敏", "已离职")]
    assert [alias["withdrawn_why"] for alias in story.aliases(in_force=False)] == ["已离职"], "who, when and why are kept"
    assert story.aliases(in_force=True) == []
    with pytest.raises(Conflict, match="payer_alias_withdrawn"):
        withdraw(story)


def test_an_alias_that_is_assigned_again_is_another_one(story: Story) -> None:
    customer_id = story.customer()
    for why in ("第一次", "第二次"):
        assign(story, story.receipt("5.00", payer=ZHANG_SAN), customer_id, why=why)
        assert story.shown_receipt(story.receipt("6.00", payer=ZHANG_SAN))["matched_by"] == "alias"
        withdraw(story)
    assert [alias["why"] for alias in story.aliases()] == ["第二次", "第一次"]


def test_undoing_a_match_may_withdraw_the_alias_and_keeps_who_and_why(story: Story) -> None:
    customer_id = story.customer()
    receipt_id = story.receipt("5.00", payer=ZHANG_SAN)
    assign(story, receipt_id, customer_id)
    unmatch_receipt(story.begin(SALES_ADMIN), receipt_id, why="弄错了", withdraw_alias=True)
    (alias,) = story.aliases()
    assert (alias["withdrawn_by_name"], alias["withdrawn_why"]) == ("赵敏", "弄错了")


def test_aliases_are_seen_with_their_customers(story: Story) -> None:
    customer_id = story.customer()
    assign(story, story.receipt("5.00", payer=ZHANG_SAN), customer_id)
    assert (len(story.aliases(SALES)), story.aliases(OTHER_SALES)) == (1, [])
    with pytest.raises(NotFound, match="payer_alias_not_found"):
        withdraw_alias(story.begin(OTHER_SALES), UUID(story.aliases()[0]["id"]), why="x")


def test_a_payer_called_as_another_customer_is_assigned_with_a_reason_and_not_remembered(story: Story) -> None:
    rightful = story.customer()
    other = story.customer("关联公司")
    receipt_id = story.receipt("5.00")
    unmatch_receipt(story.begin(SALES_ADMIN), receipt_id, why="代关联公司付款", withdraw_alias=False)
    with pytest.raises(InvalidInput) as refused:
        assign(story, receipt_id, other, why=" ")
    assert refused.value.fields == {"why": [f"payer_is_another_customer|{YUNFAN}"]}
    assert story.shown_receipt(receipt_id)["state"] == "unmatched"
    assign(story, receipt_id, other, why="代关联公司付款")
    assert story.aliases() == []
    assert story.shown_receipt(story.receipt("6.00"))["customer_id"] == str(rightful), "the next one is whose name it is"


def test_a_name_of_another_customer_is_remembered_if_one_says_so_and_is_ambiguous_from_then_on(story: Story) -> None:
    story.customer()
    other = story.customer("关联公司")
    receipt_id = story.receipt("5.00")
    unmatch_receipt(story.begin(SALES_ADMIN), receipt_id, why="代付", withdraw_alias=False)
    assign(story, receipt_id, other, why="两家都用这个账户付款", remember=True)
    waiting = story.receipt("6.00")
    assert [one["matched_by"] for one in story.shown_receipt(waiting)["candidates"]] == ["name", "alias"]
    withdraw(story)
    assert story.shown_receipt(waiting)["customer_name"] == YUNFAN, "what the alias made ambiguous is looked at again"


def test_a_payer_who_is_two_customers_alias_is_ambiguous(story: Story) -> None:
    first, second = story.customer("甲方公司"), story.customer("乙方公司")
    assign(story, story.receipt("5.00", payer=ZHANG_SAN), first)
    by_alias = story.receipt("6.00", payer=ZHANG_SAN)
    unmatch_receipt(story.begin(SALES_ADMIN), by_alias, why="这笔是乙方的", withdraw_alias=False)
    assign(story, by_alias, second, why="这笔是乙方的")
    assert story.shown_receipt(story.receipt("7.00", payer=ZHANG_SAN))["state"] == "ambiguous"


def test_a_payer_whose_name_the_customer_has_anyway_is_not_remembered_twice(story: Story) -> None:
    customer_id = story.customer("一号", invoice_name=YUNFAN)
    story.customer("二号", invoice_name=YUNFAN)
    assign(story, story.receipt("5.00"), customer_id)
    assert story.aliases() == []


def test_one_who_withdraws_and_one_who_assigns_at_the_same_moment_agree_on_what_is_in_force(story: Story) -> None:
    customer_id = story.customer()
    for _ in range(6):
        assign(story, story.receipt("5.00", payer=ZHANG_SAN), customer_id)
        unmatched = story.receipt("6.00", payer=ZHANG_SAN)
        unmatch_receipt(story.begin(SALES_ADMIN), unmatched, why="x", withdraw_alias=False)

        def work(number: int, unmatched: UUID = unmatched) -> None:
            if number:
                withdraw(story)
            else:
                assign(story, unmatched, customer_id)

        at_once(2, work)
        in_force = len(story.aliases(in_force=True))
        state = story.shown_receipt(story.receipt("7.00", payer=ZHANG_SAN))["state"]
        assert (in_force, state) in {(1, "matched"), (0, "unmatched")}
        if in_force:
            withdraw_alias(story.begin(SALES_ADMIN), UUID(story.aliases(in_force=True)[0]["id"]), why="x")
