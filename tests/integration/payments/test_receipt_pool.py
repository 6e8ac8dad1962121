"""The receipt pool: found by payer, amount, date, state and customer, page by page (spec, payments.md, "Receipts")."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.contracts import payments_receipt_calls as calls
from services.kit.caller import Caller
from services.kit.errors import InvalidInput
from services.kit.schema import load
from services.payments.store.payer_tables import Payer
from services.payments.store.receipt_pages import ReceiptFilter
from services.payments.usecases.assign_receipt import assign_receipt
from services.payments.usecases.index_payers import index_payers
from services.payments.usecases.list_receipts import list_receipts
from tests.integration.payments.story import FINANCE, OTHER_SALES, SALES, SALES_ADMIN, YUNFAN, Story

CHONGQING = "重庆银河科技（集团）有限公司"
ABC = "ABC123贸易公司"


def pages(story: Story, caller: Caller = FINANCE, *, size: int = 2, sort: str = "", **wanted: Any) -> list[UUID]:
    """The ids of a list, gone through page by page."""
    found: list[UUID] = []
    cursor: str | None = ""
    while cursor is not None:
        page = list_receipts(story.begin(caller), ReceiptFilter(**wanted), page_size=size, sort=sort, cursor=cursor)
        assert len(page.items) <= size
        found += [receipt["id"] for receipt in page.items]
        cursor = page.next_cursor
    assert len(found) == len(set(found))
    return found


@pytest.mark.parametrize("indexed", [True, False], ids=["indexed", "just recorded"])
@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("云帆", {YUNFAN}, id="a part of the name"),
        pytest.param("帆", {YUNFAN}, id="one character"),
        pytest.param("科技", {YUNFAN, CHONGQING}, id="a part of several"),
        pytest.param("银河科技(集团)", {CHONGQING}, id="however its brackets are written"),
        pytest.param("abc１２３", {ABC}, id="full-width, another case"),
        pytest.param("云帆科技", set(), id="parts that are not together"),
        pytest.param("%", set(), id="a percent sign is no wild card"),
        pytest.param("_", set(), id="nor is an underscore"),
    ],
)
def test_payers_are_found_by_any_part_of_their_names(story: Story, text: str, found: set[str], indexed: bool) -> None:
    receipts = {name: story.receipt("1.00", payer=name) for name in (YUNFAN, CHONGQING, ABC)}
    if indexed:
        assert index_payers(story.begin(Caller.system("payments"))) == 3
    assert set(story.pool(payer=text)) == {receipts[name] for name in found}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("yunfan", {YUNFAN}, id="pinyin"),
        pytest.param("Yun Fan", {YUNFAN}, id="pinyin with a blank, another case"),
        pytest.param("chongqingyinhe", {CHONGQING}, id="read as the place is called"),
        pytest.param("yinhekej", {CHONGQING}, id="from any syllable on, the last not whole"),
        pytest.param("keji", {YUNFAN, CHONGQING}, id="pinyin of several"),
        pytest.param("unfan", set(), id="not from within a syllable"),
        pytest.param("shyf", {YUNFAN}, id="initials"),
        pytest.param("yhkj", {CHONGQING}, id="initials from within"),
        pytest.param("abc123my", {ABC}, id="Latin letters and digits with initials"),
    ],
)
def test_payers_are_found_by_pinyin_and_by_initials(story: Story, text: str, found: set[str]) -> None:
    receipts = {name: story.receipt("1.00", payer=name) for name in (YUNFAN, CHONGQING, ABC)}
    index_payers(story.begin(Caller.system("payments")))
    assert set(story.pool(payer=text)) == {receipts[name] for name in found}


def test_more_payers_than_are_looked_up_are_found_by_going_through_the_list(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.payments.store.receipt_pages._FEW_PAYERS_MAX", 2)
    receipts = [story.receipt("1.00", payer=f"{name}科技") for name in ("甲", "乙", "丙", "丁")]
    other = story.receipt("1.00", payer="戊贸易")
    assert set(story.pool(payer="科技")) == set(receipts), "just recorded"
    index_payers(story.begin(Caller.system("payments")))
    assert set(story.pool(payer="科技")) == set(receipts)
    assert set(story.pool(payer="keji")) == set(receipts)
    assert story.pool(payer="贸易") == [other]


def test_a_payer_is_kept_once_however_many_receipts_it_has(story: Story) -> None:
    for _ in range(3):
        story.receipt("1.00", payer=YUNFAN)
    story.receipt("1.00", payer=f" {YUNFAN} ")
    index_payers(story.begin(Caller.system("payments")))
    assert index_payers(story.begin(Caller.system("payments"))) == 0
    with story.database.session() as session:
        assert session.scalars(select(Payer.initials)).all() == ["shyfwlkjyxgs"]


def test_filters_narrow_each_other(story: Story) -> None:
    customer_id = story.customer()
    wanted = story.receipt("150.00", on=date(2026, 4, 2))
    story.receipt("150.00", on=date(2026, 4, 3))
    story.receipt("151.00", on=date(2026, 4, 2))
    story.receipt("150.00", payer="上海云帆别的公司", on=date(2026, 4, 2))
    everything: dict[str, Any] = {
        "payer": "云帆",
        "amount_from": Decimal("150.00"),
        "amount_to": Decimal("150.00"),
        "received_from": date(2026, 4, 2),
        "received_to": date(2026, 4, 2),
        "state": "matched",
        "customer_id": customer_id,
    }
    assert story.pool(**everything) == [wanted]
    for name in ("received_from", "received_to"):
        everything[name] = date(2026, 4, 3)
    assert story.pool(**{**everything, "state": "unmatched"}) == []


def test_a_state_is_told_of_receipts_by_what_they_still_have(story: Story) -> None:
    story.customer("一号", invoice_name="两家都叫这个")
    customer_id = story.customer("二号", invoice_name="两家都叫这个")
    bill_id = story.bill(customer_id, "70.00")
    ambiguous, unmatched = story.receipt("5.00", payer="两家都叫这个"), story.receipt("5.00", payer="无人")
    matched, used = story.receipt("9.00", payer="二号"), story.receipt("70.00", payer="无人二")
    assign_receipt(story.begin(SALES_ADMIN), used, customer_id=customer_id, why="")
    (write_off_id,) = story.started()
    assert story.pool(state="matched") == [matched], "what is held whole is not in the pool"
    assert set(story.pool(state="matched", pool=False)) == {matched, used}
    story.turn("archived", write_off_id)
    assert story.shown_receivable(bill_id)["state"] == "settled"
    states = {"ambiguous": ambiguous, "unmatched": unmatched, "matched": matched, "used": used}
    for state, receipt_id in states.items():
        assert story.pool(state=state) == [receipt_id], state


@pytest.mark.parametrize("caller", [FINANCE, SALES, OTHER_SALES], ids=["who sees all", "an owner", "another salesperson"])
@pytest.mark.parametrize("sort", ["received_at", "-received_at", "amount", "-amount", "payer_name", "-payer_name"])
def test_every_order_goes_through_what_the_caller_sees_page_by_page(story: Story, caller: Caller, sort: str) -> None:
    story.customer()
    story.customer("别人的", owner=OTHER_SALES)
    story.customer("甲一", invoice_name="两家")
    story.customer("甲二", invoice_name="两家", owner=OTHER_SALES)
    payers = [YUNFAN, "别人的", "无人", "两家"]
    made = {story.receipt(f"{1 + at * 7 % 5}.00", payer=payers[at % 4], on=date(2026, 4, 1 + at % 3)): at for at in range(13)}
    hidden = {FINANCE: "", SALES: "别人的", OTHER_SALES: YUNFAN}[caller]
    seen = [receipt_id for receipt_id, at in made.items() if payers[at % 4] != hidden]
    shown = {receipt_id: story.shown_receipt(receipt_id) for receipt_id in seen}
    name = sort.removeprefix("-")

    def key(receipt_id: UUID) -> Any:
        value = shown[receipt_id][name]
        return Decimal(value) if name == "amount" else value, str(receipt_id)

    found = pages(story, caller, sort=sort)
    assert set(found) == set(seen)
    if name == "payer_name":
        groups = [shown[receipt_id][name] for receipt_id in found]
        assert len([1 for one, other in pairwise(groups) if one != other]) == len(set(groups)) - 1
    else:
        assert found == sorted(seen, key=key, reverse=sort.startswith("-"))


def test_an_unknown_order_and_wrong_values_are_told_by_field(story: Story) -> None:
    with pytest.raises(InvalidInput) as refused:
        pages(story, sort="remark")
    assert refused.value.fields == {"sort": ["one_of|received_at, amount, payer_name"]}
    wrong = {
        "amount_from": "x",
        "received_to": "2026-13-01",
        "state": "lost",
        "customer_id": "1",
        "pool": "perhaps",
        "colour": "red",
    }
    with pytest.raises(InvalidInput) as refused:
        load(calls.ReceiptQuery, wrong)
    assert set(refused.value.fields) == set(wrong)
