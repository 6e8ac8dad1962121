"""The policy ``match_bank_account`` (spec, "Matching": "Bank account names do not match (policy `match_bank_account`, off)")."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.kit.caller import Caller
from services.kit.errors import Conflict
from services.kit.ids import new_id
from services.kit.paging import PAGE_SIZE
from services.payments.usecases.set_matching_policy import set_matching_policy
from services.payments.usecases.show_matching_policy import list_matching_policies, show_matching_policy
from tests.integration.at_once import at_once
from tests.integration.payments.story import OTHER_SALES, SALES, YUNFAN, Story

ADMIN = Caller(str(new_id()), "管理员", roles=frozenset({"admin"}))
ACCOUNT, SAME_ACCOUNT = "6222 0210 0100 1234", "6222021001001234"


def set_policy(story: Story, *, on: bool, version: int) -> list[tuple[Any, ...]]:
    """Returns the jobs that it asked for."""
    asked: list[tuple[Any, ...]] = []

    def start_job(*job: Any) -> UUID:
        asked.append(job)
        return new_id()

    set_matching_policy(story.begin(ADMIN), start_job, version=version, reason="试行", match_bank_account=on)
    return asked


@pytest.fixture
def switched_on(story: Story) -> Story:
    set_policy(story, on=True, version=0)
    return story


def test_it_is_off_by_default(story: Story) -> None:
    assert show_matching_policy(story.begin()) == {
        "match_bank_account": False,
        "version": 0,
        "reason": "",
        "set_by_id": None,
        "set_by_name": None,
        "set_at": None,
    }
    story.customer(account=ACCOUNT)
    assert story.shown_receipt(story.receipt("5.00", payer="无名", account=SAME_ACCOUNT))["state"] == "unmatched"


def test_switched_on_an_account_matches_however_it_is_grouped(switched_on: Story) -> None:
    customer_id = switched_on.customer(account=ACCOUNT)
    bill_id = switched_on.bill(customer_id, "5.00")
    receipt = switched_on.shown_receipt(switched_on.receipt("5.00", payer="无名", account=SAME_ACCOUNT))
    assert (receipt["customer_id"], receipt["matched_by"]) == (str(customer_id), "bank_account")
    assert switched_on.shown_receivable(bill_id)["state"] == "held", "with everything that follows from a match"


def test_a_name_says_why_before_the_account_does(switched_on: Story) -> None:
    switched_on.customer(account=ACCOUNT)
    assert switched_on.shown_receipt(switched_on.receipt("5.00", account=ACCOUNT))["matched_by"] == "name"


@pytest.mark.parametrize(
    ("others_name", "payer", "how"),
    [
        pytest.param("别的公司", "无名", {"bank_account"}, id="one account of two customers"),
        pytest.param("无名", "无名", {"bank_account", "name"}, id="a name and an account of different customers"),
    ],
)
def test_several_hits_are_ambiguous(switched_on: Story, others_name: str, payer: str, how: set[str]) -> None:
    switched_on.customer(account=ACCOUNT)
    other_account = ACCOUNT if "name" not in how else ""
    switched_on.customer(others_name, account=other_account, owner=OTHER_SALES)
    receipt_id = switched_on.receipt("5.00", payer=payer, account=SAME_ACCOUNT)
    receipt = switched_on.shown_receipt(receipt_id)
    assert receipt["state"] == "ambiguous"
    assert {one["matched_by"] for one in receipt["candidates"]} == how
    assert switched_on.pool(SALES) == switched_on.pool(OTHER_SALES) == [receipt_id]


def test_a_changed_account_finds_what_waits_and_what_it_made_ambiguous(switched_on: Story) -> None:
    customer_id = switched_on.customer()
    receipt_id = switched_on.receipt("5.00", payer="无名", account=SAME_ACCOUNT)
    switched_on.customer(account=ACCOUNT, known=customer_id, version=2)
    assert switched_on.shown_receipt(receipt_id)["customer_id"] == str(customer_id)
    other = switched_on.customer("别的公司", account=ACCOUNT)
    later = switched_on.receipt("6.00", payer="无名", account=SAME_ACCOUNT)
    assert switched_on.shown_receipt(later)["state"] == "ambiguous"
    switched_on.customer("别的公司", known=other, version=2)
    assert switched_on.shown_receipt(later)["customer_id"] == str(customer_id)


def test_a_receipt_and_a_new_account_of_the_same_moment_never_miss_each_other(switched_on: Story) -> None:
    customers = [switched_on.customer(f"客户{number}") for number in range(12)]
    receipts: dict[int, UUID] = {}

    def work(number: int) -> None:
        of = number // 2
        account = f"62220210010{of:05}"
        if number % 2:
            switched_on.customer(f"客户{of}", account=account, known=customers[of], version=2)
        else:
            receipts[of] = switched_on.receipt("5.00", payer=f"无名{of}", account=account, on=date(2026, 4, 1 + of % 9))

    at_once(24, work)
    shown = [switched_on.shown_receipt(receipts[of])["customer_id"] for of in range(12)]
    assert shown == [str(each) for each in customers]


def test_who_sets_it_has_everything_that_is_nobodys_looked_at_again(story: Story) -> None:
    customer_id = story.customer(account=ACCOUNT)
    bill_id = story.bill(customer_id, "5.00")
    receipt_id = story.receipt("5.00", payer="无名", account=SAME_ACCOUNT)
    (job,) = set_policy(story, on=True, version=0)
    assert job == ("match_again", date(2026, 4, 10), {"policy_version": 1})
    assert story.retry() == {"customers_matched": 1, "write_offs_started": 1}
    assert story.shown_receipt(receipt_id)["matched_by"] == "bank_account"
    assert story.shown_receivable(bill_id)["state"] == "held"


def test_switched_off_again_it_leaves_what_it_matched_and_takes_back_what_it_made_ambiguous(switched_on: Story) -> None:
    customer_id = switched_on.customer(account=ACCOUNT)
    matched = switched_on.receipt("5.00", payer="无名", account=SAME_ACCOUNT)
    switched_on.customer("别的公司", account=ACCOUNT)
    ambiguous = switched_on.receipt("6.00", payer="无名", account=SAME_ACCOUNT)
    set_policy(switched_on, on=False, version=1)
    switched_on.retry()
    assert switched_on.shown_receipt(matched)["customer_id"] == str(customer_id)
    assert switched_on.shown_receipt(ambiguous)["state"] == "unmatched"


def test_every_version_is_kept_with_who_set_it_and_why(story: Story) -> None:
    set_policy(story, on=True, version=0)
    set_policy(story, on=False, version=1)
    versions = list_matching_policies(story.begin(), page_size=PAGE_SIZE, sort="", cursor="").items
    assert [(each["version"], each["match_bank_account"], each["reason"], each["set_by_name"]) for each in versions] == [
        (2, False, "试行", "管理员"),
        (1, True, "试行", "管理员"),
    ]
    with pytest.raises(Conflict) as refused:
        set_policy(story, on=True, version=1)
    assert (refused.value.code, refused.value.params) == ("policy_changed_meanwhile", {"version": 2, "by": "管理员"})


def test_a_version_that_nobody_set_is_unknown(story: Story) -> None:
    with pytest.raises(Conflict, match="policy_version_unknown"):
        set_policy(story, on=True, version=3)


def test_of_many_who_set_it_at_once_one_does(story: Story) -> None:
    refused: list[str] = []

    def work(_: int) -> None:
        try:
            set_policy(story, on=True, version=0)
        except Conflict as conflict:
            refused.append(conflict.code)

    at_once(6, work)
    assert refused == ["policy_changed_meanwhile"] * 5
    assert show_matching_policy(story.begin())["version"] == 1


def test_matching_by_name_asks_for_no_account_while_it_is_off(story: Story) -> None:
    story.customer(YUNFAN, account=ACCOUNT)
    story.customer("别的公司", account=ACCOUNT)
    assert story.shown_receipt(story.receipt("5.00", account=ACCOUNT))["customer_name"] == YUNFAN
