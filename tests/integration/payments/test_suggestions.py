"""Suggestions for receipts that are nobody's: from what was before, ranked, each with its reason (spec, "Matching")."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.contracts import payments_matching_calls as calls
from services.kit.caller import Caller
from services.payments.usecases.assign_receipt import assign_receipt
from services.payments.usecases.suggest_for_receipts import suggest_for_receipts
from services.payments.usecases.unmatch_receipt import unmatch_receipt
from services.payments.usecases.withdraw_alias import withdraw_alias
from tests.integration.payments.story import (
    FINANCE,
    LEAD,
    OTHER_SALES,
    SALES,
    SALES_ADMIN,
    YUNFAN,
    Story,
    reasons_by_customer,
)

ACCOUNT = "6222 0210 0100 1234"
SAME_ACCOUNT = "6222021001001234"


def suggested(story: Story, receipt_id: UUID, caller: Caller = FINANCE) -> dict[str, list[str]]:
    return reasons_by_customer(story.shown_receipt(receipt_id, caller))


def words_of(story: Story, receipt_id: UUID) -> list[str]:
    """What is said of the best suggestion."""
    return [reason["zh"] for reason in story.shown_receipt(receipt_id)["suggestions"][0]["reasons"]]


def test_a_payers_account_that_paid_before_says_for_whom(story: Story) -> None:
    story.customer()
    story.receipt("5.00", account=ACCOUNT, on=date(2026, 4, 1))
    story.receipt("6.00", account=ACCOUNT, on=date(2026, 4, 2))
    receipt_id = story.receipt("7.00", payer="改名后的公司", account=SAME_ACCOUNT)
    assert suggested(story, receipt_id) == {YUNFAN: ["account_before"]}
    assert words_of(story, receipt_id) == ["该付款账号此前有 2 笔到款属于该客户（最近 2026-04-02）。"]
    assert suggested(story, story.receipt("8.00", payer="别的公司", account="无")) == {}


def test_the_account_of_the_invoice_information_is_a_suggestion_and_no_match(story: Story) -> None:
    story.customer(account=ACCOUNT)
    receipt_id = story.receipt("7.00", payer="别的名字", account=SAME_ACCOUNT)
    assert story.shown_receipt(receipt_id)["state"] == "unmatched"
    assert suggested(story, receipt_id) == {YUNFAN: ["invoice_account"]}


def test_a_payer_whom_somebody_assigned_before_without_having_it_remembered(story: Story) -> None:
    customer_id = story.customer()
    first = story.receipt("5.00", payer="张三丰餐饮店")
    assign_receipt(story.begin(SALES_ADMIN), first, customer_id=customer_id, why="这次是代付", remember=False)
    receipt_id = story.receipt("6.00", payer="张三丰餐饮店")
    assert suggested(story, receipt_id) == {YUNFAN: ["name_before"]}
    assert words_of(story, receipt_id) == ["赵敏 曾于 2026-04-10 将该付款人的到款指派给该客户（原因：这次是代付）。"]


def test_a_customers_former_name_is_a_suggestion(story: Story) -> None:
    customer_id = story.customer("百川数据有限公司")
    story.customer("腾云通信有限公司", known=customer_id, version=2)
    assert suggested(story, story.receipt("6.00", payer="百川数据有限公司")) == {"腾云通信有限公司": ["former_name"]}


def test_a_withdrawn_alias_is_a_warning_that_says_who_withdrew_it_and_why(story: Story) -> None:
    customer_id = story.customer()
    assign_receipt(story.begin(SALES_ADMIN), story.receipt("5.00", payer="张三"), customer_id=customer_id, why="法人")
    alias_id = story.aliases()[0]["id"]
    withdraw_alias(story.begin(SALES_ADMIN), UUID(alias_id), why="已离职")
    receipt_id = story.receipt("6.00", payer="张三")
    (suggestion,) = story.shown_receipt(receipt_id)["suggestions"]
    (reason,) = suggestion["reasons"]
    assert (reason["code"], reason["is_warning"]) == ("alias_withdrawn", True)
    assert reason["zh"] == "注意：该付款人曾是该客户的付款别名，赵敏 于 2026-04-10 撤销（原因：已离职）。"


def test_an_undone_match_is_a_warning_until_somebody_gives_the_receipt_back(story: Story) -> None:
    customer_id = story.customer()
    receipt_id = story.receipt("5.00")
    unmatch_receipt(story.begin(SALES_ADMIN), receipt_id, why="不是货款", withdraw_alias=False)
    assert suggested(story, receipt_id) == {YUNFAN: ["match_undone"]}
    assign_receipt(story.begin(SALES_ADMIN), receipt_id, customer_id=customer_id, why="查清了，是货款")
    story.customer("云帆", known=customer_id, version=2)
    assert suggested(story, story.receipt("6.00")) == {"云帆": ["name_before", "former_name"]}


def test_what_a_suggested_customer_owes_is_told_without_what_is_held(story: Story) -> None:
    owing, idle = story.customer("百川数据有限公司"), story.customer("百川数据有限责任公司")
    story.bill(owing, "70.00", month="2026-04")
    bill_id = story.bill(owing, "60.00", month="2026-02")
    story.bill(story.customer("别人"), "500.00")
    held = story.receipt("40.00", payer="百川数据有限公司")
    story.prepare(owing, [(held, bill_id, "40.00")])
    suggestions = story.shown_receipt(story.receipt("6.00", payer="百川数据公司"))["suggestions"]
    assert {each["customer_id"]: each["owed"] for each in suggestions} == {
        str(owing): {"outstanding": "90.00", "bills": 2, "oldest_due_on": "2026-03-31"},
        str(idle): {"outstanding": "0.00", "bills": 0, "oldest_due_on": None},
    }


def test_what_was_before_ranks_over_what_looks_alike_and_a_warning_comes_last(story: Story) -> None:
    payer = "上海云帆网络科技有限责任公司"
    alike = [
        "上海云帆网络科技有限公司",
        "上海云帆贸易有限公司",
        "北京云帆网络科技有限公司",
    ]  # other form, other trade, other place
    for name in alike:
        story.customer(name)
    warned = story.customer("云帆集团")
    paid = story.customer("老主顾")
    assign_receipt(story.begin(SALES_ADMIN), story.receipt("5.00", payer=payer), customer_id=warned, why="")
    withdraw_alias(story.begin(SALES_ADMIN), UUID(story.aliases()[0]["id"]), why="弄错了")
    assign_receipt(
        story.begin(SALES_ADMIN), story.receipt("5.00", payer="老主顾的财务", account=ACCOUNT), customer_id=paid, why=""
    )
    receipt = story.shown_receipt(story.receipt("9.00", payer=payer, account=ACCOUNT))
    assert [each["rank"] for each in receipt["suggestions"]] == [1, 2, 3, 4, 5]
    assert list(reasons_by_customer(receipt)) == ["老主顾", *alike, "云帆集团"]


def test_a_suggestion_tells_all_reasons_and_of_near_names_the_best(story: Story) -> None:
    story.customer(YUNFAN, invoice_name="上海云帆信息技术有限公司", account=ACCOUNT)
    receipt_id = story.receipt("5.00", payer="上海云帆网络科技有限责任公司", account=ACCOUNT)
    assert suggested(story, receipt_id) == {YUNFAN: ["invoice_account", "other_form"]}


def test_at_most_ten_are_suggested(story: Story) -> None:
    for number in range(12):
        story.customer(f"客户{number}", account=ACCOUNT)
    assert len(suggested(story, story.receipt("5.00", payer="无人", account=ACCOUNT))) == 10


def test_a_suggestion_never_becomes_a_match_by_itself(story: Story) -> None:
    customer_id = story.customer()
    story.receipt("5.00", account=ACCOUNT)
    receipt_id = story.receipt("6.00", payer="上海云帆网络科技有限责任公司", account=ACCOUNT)
    before = story.shown_receipt(receipt_id)
    story.retry()
    story.customer(known=customer_id, version=2)
    assert story.shown_receipt(receipt_id) == before
    assert (before["state"], before["version"]) == ("unmatched", 2)


@pytest.mark.parametrize(
    ("caller", "sees"),
    [
        pytest.param(SALES, {YUNFAN}, id="sales: their own"),
        pytest.param(OTHER_SALES, {"上海云帆信息技术有限公司"}, id="other sales: theirs"),
        pytest.param(LEAD, {YUNFAN}, id="a lead: the department's"),
        pytest.param(FINANCE, {YUNFAN, "上海云帆信息技术有限公司", "云帆网络科技有限公司"}, id="finance: all"),
        pytest.param(SALES_ADMIN, {YUNFAN, "上海云帆信息技术有限公司", "云帆网络科技有限公司"}, id="sales administration: all"),
    ],
)
def test_everybody_is_suggested_only_customers_that_he_or_she_sees(story: Story, caller: Caller, sees: set[str]) -> None:
    story.customer()
    story.customer("上海云帆信息技术有限公司", owner=OTHER_SALES, account=ACCOUNT)
    story.customer("云帆网络科技有限公司", owner=None, account=ACCOUNT)
    receipt_id = story.receipt("5.00", payer="上海云帆网络科技有限责任公司", account=ACCOUNT)
    assert set(suggested(story, receipt_id, caller)) == sees


def test_an_ambiguous_receipt_tells_which_candidate_the_account_paid_for_before(story: Story) -> None:
    story.customer("云帆一号", invoice_name=YUNFAN)
    story.customer("云帆二号", invoice_name=YUNFAN)
    assert suggested(story, story.receipt("5.00")) == {}, "the candidates themselves need no suggestion"
    story.receipt("5.00", payer="云帆二号", account=ACCOUNT)
    assert suggested(story, story.receipt("6.00", account=ACCOUNT)) == {"云帆二号": ["account_before"]}


def test_a_page_of_the_pool_is_asked_about_at_once(story: Story) -> None:
    story.customer(account=ACCOUNT)
    matched = story.receipt("1.00")
    near = story.receipt("2.00", payer="上海云帆网络科技有限责任公司")
    nobody = story.receipt("3.00", payer="无人")
    foreign = story.receipt("4.00", payer="李四", account=ACCOUNT)
    asked = [nobody, near, UUID(int=7), foreign, matched, near]
    answer = calls.Suggestions().dump(suggest_for_receipts(story.begin(), receipt_ids=asked))
    assert [(UUID(item["receipt_id"]), _codes(item)) for item in answer["items"]] == [
        (nobody, []),
        (near, ["other_form"]),
        (foreign, ["invoice_account"]),
        (matched, []),
    ]
    of_others = calls.Suggestions().dump(suggest_for_receipts(story.begin(OTHER_SALES), receipt_ids=asked))
    assert [UUID(item["receipt_id"]) for item in of_others["items"]] == [nobody, near, foreign], "what is another's is not there"
    assert [_codes(item) for item in of_others["items"]] == [[], [], []]


def _codes(item: dict[str, Any]) -> list[str]:
    return [reason["code"] for suggestion in item["suggestions"] for reason in suggestion["reasons"]]
