"""Receipts: imported, typed in, matched, assigned, seen."""

import threading
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from services.contracts import payments_receipt_calls as receipt_calls
from services.kit.caller import Caller
from services.kit.errors import Conflict, InvalidInput, NotFound, Refusal
from services.kit.ids import new_id
from services.kit.schema import load
from services.payments.usecases.assign_receipt import assign_receipt
from services.payments.usecases.record_receipt import NewReceipt, record_receipt
from services.payments.usecases.unmatch_receipt import unmatch_receipt
from tests.integration.payments.importing import Imports
from tests.integration.payments.story import (
    FINANCE,
    LEAD,
    NOW,
    OTHER_SALES,
    SALES,
    SALES_ADMIN,
    SERVICE,
    YUNFAN,
    Story,
)

GENERIC = "收款账号,流水号,到款时间,付款人,付款账号,金额,备注\n"


def outcomes(report: Any) -> list[tuple[int, str, str | None]]:
    return [(row["row"], row["outcome"], row["fault"] and row["fault"]["code"]) for row in report["rows"]]


def test_an_import_says_of_every_row_what_became_of_it(story: Story, imports: Imports) -> None:
    story.customer()
    content = (
        GENERIC + f"6222,R1,2026-04-03 10:00:00,{YUNFAN},310,3500.00,\n"
        "6222,R2,2026-04-03 10:05:00,无人公司,311,12.00,\n"
        "6222,R3,2026-04-03 10:06:00,无人公司,311,0,\n"
        "6222,R2,2026-04-03 10:05:00,无人公司,311,12.00,\n"
        "6222,R2,2026-04-03 10:05:00,无人公司,311,13.00,\n"
        "6222,R4,0001-01-01 00:00:00,无人公司,311,14.00,\n"
    )
    report = imports.take(content)
    assert outcomes(report) == [
        (2, "new", None),
        (3, "new", None),
        (4, "wrong", "not_positive"),
        (5, "known", None),
        (6, "wrong", "reference_taken"),
        (7, "wrong", "not_a_time"),
    ]
    assert [row["state"] for row in report["rows"]] == ["matched", "unmatched", None, "unmatched", None, None]
    assert (report["new"], report["known"], report["wrong"], report["amount"]) == (2, 1, 3, "3512.00")
    assert len(story.told("receipt_recorded")) == 2


def test_importing_a_file_twice_or_two_overlapping_ones_adds_each_receipt_once(story: Story, imports: Imports) -> None:
    rows = [f"6222,R{number},2026-04-03,{YUNFAN},310,{number}.00,\n" for number in range(1, 6)]
    first = imports.take(GENERIC + "".join(rows[:4]))
    again = imports.take(GENERIC + "".join(rows[:4]))
    overlapping = imports.take((GENERIC + "".join(rows[2:])).encode("gbk"))
    assert [(report["new"], report["known"]) for report in (first, again, overlapping)] == [(4, 0), (0, 4), (1, 2)]
    assert len(story.pool()) == 5


def test_overlapping_imports_at_the_same_moment_add_each_receipt_once(story: Story, imports: Imports) -> None:
    rows = [f"6222,R{number},2026-04-03,公司{number % 7},310,{number}.00,\n" for number in range(1, 61)]
    parts = [rows[:40], list(reversed(rows[20:])), rows[10:50], list(reversed(rows))]
    start, reports = threading.Barrier(len(parts)), []

    def work(part: list[str]) -> None:
        start.wait()
        reports.append(imports.take(GENERIC + "".join(part)))

    threads = [threading.Thread(target=work, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reports) == len(parts)
    assert sum(report["new"] for report in reports) == 60
    assert len(story.pool()) == 60


def test_icbcs_columns_are_ready(story: Story, imports: Imports) -> None:
    story.customer()
    content = (
        "[HISTORYDETAIL]\n"
        "凭证号,本方账号,对方账号,交易时间,借/贷,借方发生额,贷方发生额,对方行号,摘要,用途,对方单位名称,余额,个性化信息\n"
        f'00000000001\t,1001190709013\t,3100\t,2026-04-03 10:11:12,贷,,"3,500.00",102,货款,短信费,{YUNFAN},8000.00,\n'
        "00000000001\t,1001190709013\t,3100\t,2026-04-03 10:12:00,借,20.00,,102,手续费,,中国工商银行,7980.00,\n"
    )
    report = imports.take(content.encode("gbk"), mapping="icbc")
    assert outcomes(report) == [(3, "new", None), (4, "skipped", "not_incoming")]
    receipt = story.shown_receipt(UUID(report["rows"][0]["receipt_id"]))
    assert (receipt["bank_account"], receipt["remark"], receipt["received_at"], receipt["matched_by"]) == (
        "1001190709013",
        "短信费",
        "2026-04-03T02:11:12Z",
        "name",
    )


def test_an_unknown_mapping_is_named(story: Story, imports: Imports) -> None:
    with pytest.raises(NotFound, match="bank_mapping_not_found"):
        imports.take(GENERIC, mapping="nobank")


def test_the_same_receipt_posted_again_is_the_one_there_is_and_another_with_its_reference_is_refused(story: Story) -> None:
    new = NewReceipt("6222", "X1", NOW, YUNFAN, "", Decimal("10.00"), "")
    first = record_receipt(story.begin(SERVICE), new)
    assert record_receipt(story.begin(SERVICE), new)["id"] == first["id"]
    with pytest.raises(Conflict, match="reference_taken"):
        record_receipt(story.begin(SERVICE), NewReceipt("6222", "X1", NOW, YUNFAN, "", Decimal("11.00"), ""))
    assert len(story.told("receipt_recorded")) == 1


def test_a_receipt_typed_with_blanks_around_it_is_the_one_the_banks_file_brings(story: Story, imports: Imports) -> None:
    typed = {
        "bank_account": " 6222",
        "reference": "R1\t",
        "received_at": "2026-04-03T10:00:00+08:00",
        "payer_name": "无人公司 ",
        "amount": "12.00",
    }
    record_receipt(story.begin(), NewReceipt(**load(receipt_calls.RecordReceipt, typed)))
    report = imports.take(GENERIC + "6222,R1,2026-04-03 10:00:00,无人公司,311,12.00,\n")
    assert outcomes(report) == [(2, "known", None)]
    with pytest.raises(InvalidInput) as refused:
        load(receipt_calls.RecordReceipt, {**typed, "reference": "  "})
    assert refused.value.fields == {"reference": ["length|1|128"]}


def test_money_is_not_received_tomorrow(story: Story) -> None:
    tomorrow = NewReceipt("6222", "X1", NOW + timedelta(days=1), YUNFAN, "", Decimal("10.00"), "")
    with pytest.raises(InvalidInput) as refused:
        record_receipt(story.begin(), tomorrow)
    assert refused.value.fields == {"received_at": ["after|2026-04-10"]}


@pytest.mark.parametrize(
    ("name", "invoice_name", "payer", "matched_by"),
    [
        pytest.param("上海云帆（集团）", "", "上海云帆(集团) ", "name", id="customer's name"),
        pytest.param("云帆", "上海云帆网络科技有限公司", "上海云帆网络科技有限公司", "invoice_name", id="invoice information's"),
    ],
)
def test_one_customer_is_a_match(story: Story, name: str, invoice_name: str, payer: str, matched_by: str) -> None:
    customer_id = story.customer(name, invoice_name=invoice_name)
    receipt = story.shown_receipt(story.receipt("5.00", payer=payer))
    assert (receipt["state"], receipt["customer_id"], receipt["matched_by"]) == ("matched", str(customer_id), matched_by)
    (told,) = story.told("receipt_matched")
    assert (told["owner_id"], told["balance"]) == (SALES.user_id, "5.00")


def test_several_customers_are_ambiguous_and_offered_with_the_candidates(story: Story) -> None:
    story.customer("云帆一号", invoice_name=YUNFAN)
    story.customer("云帆二号", invoice_name=YUNFAN, owner=OTHER_SALES)
    receipt_id = story.receipt("5.00")
    receipt = story.shown_receipt(receipt_id, SALES)
    assert receipt["state"] == "ambiguous"
    assert receipt["reason"]["zh"] == "付款人与 2 个客户相符，请销管指派。"
    assert [(one["customer_name"], one["owner_name"]) for one in receipt["candidates"]] == [("云帆一号", "张伟"), (None, "李娜")]
    (told,) = story.told("receipt_unmatched")
    assert told["candidate_owner_ids"] == sorted([SALES.user_id, OTHER_SALES.user_id])


def test_nobodys_receipt_stays_in_the_pool_with_its_reason(story: Story) -> None:
    story.customer()
    receipt_id = story.receipt("5.00", payer="上海云帆")
    assert story.shown_receipt(receipt_id)["reason"]["code"] == "unmatched"
    assert story.told("receipt_unmatched")[0]["candidate_owner_ids"] == []


def test_a_changed_name_or_invoice_information_finds_the_receipts_that_wait(story: Story) -> None:
    receipt_id = story.receipt("100.00")
    customer_id = story.customer("云帆")
    bill_id = story.bill(customer_id, "100.00")
    story.customer("云帆", invoice_name=YUNFAN, known=customer_id, version=2)
    assert story.shown_receipt(receipt_id)["customer_id"] == str(customer_id)
    assert story.shown_receivable(bill_id)["state"] == "held", "with everything that follows from a match"


def test_an_ambiguous_receipt_is_matched_once_only_one_customer_has_the_name(story: Story) -> None:
    story.customer("一号", invoice_name=YUNFAN)
    second = story.customer("二号", invoice_name=YUNFAN)
    receipt_id = story.receipt("5.00")
    story.customer("二号", invoice_name="别的公司", known=second, version=2)
    assert story.shown_receipt(receipt_id)["customer_name"] == "一号"


def test_older_news_of_a_customer_changes_nothing(story: Story) -> None:
    customer_id = story.customer("新名", known=new_id(), version=3)
    story.customer("旧名", owner=OTHER_SALES, known=customer_id, version=2)
    assert story.shown_receipt(story.receipt("1.00", payer="旧名"))["state"] == "unmatched"
    assert story.shown_receipt(story.receipt("1.00", payer="新名"), SALES)["state"] == "matched"


def test_an_assigned_receipt_is_remembered_by_its_payers_name(story: Story) -> None:
    customer_id = story.customer()
    bill_id = story.bill(customer_id, "80.00")
    waiting = story.receipt("10.00", payer="张三个人")
    receipt_id = story.receipt("80.00", payer="张三 个人")
    assigned = assign_receipt(story.begin(SALES_ADMIN), receipt_id, customer_id=customer_id, why="张三是法人")
    assert (assigned["state"], assigned["matched_by"], assigned["held"]) == ("matched", "assignment", Decimal("80.00"))
    assert story.shown_receivable(bill_id)["state"] == "held"
    assert story.shown_receipt(waiting)["matched_by"] == "alias"
    assert story.shown_receipt(story.receipt("7.00", payer="张三个人"))["matched_by"] == "alias"
    with pytest.raises(Conflict, match="receipt_matched_already"):
        assign_receipt(story.begin(SALES_ADMIN), receipt_id, customer_id=customer_id, why="")


def test_two_assignments_of_one_receipt_have_one_winner(story: Story) -> None:
    customers = [story.customer(f"客户{number}") for number in range(6)]
    receipt_id = story.receipt("5.00", payer="谁的")
    start, won, lost = threading.Barrier(len(customers)), [], []

    def work(customer_id: UUID) -> None:
        start.wait()
        try:
            won.append(assign_receipt(story.begin(SALES_ADMIN), receipt_id, customer_id=customer_id, why="")["customer_id"])
        except Refusal as refusal:
            lost.append(refusal.code)

    threads = [threading.Thread(target=work, args=(customer_id,)) for customer_id in customers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lost == ["receipt_matched_already"] * 5
    assert [str(customer_id) for customer_id in won] == [story.shown_receipt(receipt_id)["customer_id"]]


def test_a_match_is_undone_while_nothing_is_used_and_never_comes_back_by_itself(story: Story) -> None:
    customer_id = story.customer()
    receipt_id = story.receipt("5.00")
    undone = unmatch_receipt(story.begin(SALES_ADMIN), receipt_id, why="不是货款", withdraw_alias=False)
    assert (undone["state"], undone["reason"]["code"]) == ("unmatched", "match_undone")
    story.customer(YUNFAN, invoice_name="云帆", known=customer_id, version=2)
    assert story.shown_receipt(receipt_id)["state"] == "unmatched"


def test_a_receipt_that_is_nobodys_again_tells_others_nothing_of_whom_it_was_thought_to_be(story: Story) -> None:
    """Sales look at what is nobody's; a bill's number has its customer's name in it."""
    story.bill(story.customer(), "5.00", number=f"账单-2026-03-{YUNFAN}-行业短信-001")
    receipt_id = story.receipt("5.00")
    unmatch_receipt(story.begin(SALES_ADMIN), receipt_id, why="是另一家的款", withdraw_alias=False)
    seen, told = story.shown_receipt(receipt_id, SALES), story.shown_receipt(receipt_id, OTHER_SALES)
    assert [pair["state"] for pair in seen["pairs"]] == ["released"]
    assert (told["pairs"], told["reason"]["zh"]) == ([], "此前的匹配已被人工撤销。")
    assert YUNFAN not in str({**told, "payer_name": ""})
    other = story.customer("别的公司", owner=OTHER_SALES)
    assign_receipt(story.begin(SALES_ADMIN), receipt_id, customer_id=other, why="电话确认")
    assert story.shown_receipt(receipt_id, OTHER_SALES)["pairs"] == []


def test_an_alias_can_be_withdrawn(story: Story) -> None:
    customer_id = story.customer()
    receipt_id = story.receipt("5.00", payer="张三")
    assign_receipt(story.begin(SALES_ADMIN), receipt_id, customer_id=customer_id, why="")
    unmatch_receipt(story.begin(SALES_ADMIN), receipt_id, why="弄错了", withdraw_alias=True)
    assert story.shown_receipt(story.receipt("6.00", payer="张三"))["state"] == "unmatched"


def test_a_receipt_that_is_used_stays_matched(story: Story) -> None:
    customer_id = story.customer()
    story.bill(customer_id, "5.00")
    receipt_id = story.receipt("5.00")
    story.turn("archived", story.started()[0])
    with pytest.raises(Conflict, match="receipt_in_use"):
        unmatch_receipt(story.begin(SALES_ADMIN), receipt_id, why="x", withdraw_alias=False)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param({}, [1, 2, 3], id="all with a balance"),
        pytest.param({"payer": "云帆 网络"}, [1], id="any part of the payer's name, however written"),
        pytest.param({"payer": "%"}, [], id="a percent sign is a percent sign"),
        pytest.param({"amount_from": Decimal("200.00"), "amount_to": Decimal("250.00")}, [2], id="an amount range"),
        pytest.param({"received_from": date(2026, 4, 2), "received_to": date(2026, 4, 2)}, [2], id="a day"),
        pytest.param({"state": "unmatched"}, [2, 3], id="a state"),
        pytest.param({"pool": False}, [0, 1, 2, 3], id="all, held ones too"),
    ],
)
def test_the_pool_is_filtered(story: Story, wanted: dict[str, Any], found: list[int]) -> None:
    customer_id = story.customer()
    story.bill(customer_id, "100.00")
    receipts = [
        story.receipt("100.00", on=date(2026, 3, 31)),
        story.receipt("150.00", on=date(2026, 4, 1)),
        story.receipt("250.00", payer="甲公司", on=date(2026, 4, 2)),
        story.receipt("350.00", payer="乙公司", on=date(2026, 4, 3)),
    ]
    assert sorted(story.pool(**wanted)) == sorted(receipts[number] for number in found)
    assert set(story.pool(customer_id=customer_id)) == {receipts[1]}


@pytest.mark.parametrize(
    ("caller", "sees"),
    [
        pytest.param(SALES, {"own", "nobody"}, id="sales: their customers' and nobody's"),
        pytest.param(OTHER_SALES, {"nobody"}, id="other sales: nobody's"),
        pytest.param(LEAD, {"own", "nobody"}, id="the department's lead"),
        pytest.param(FINANCE, {"own", "nobody", "pooled"}, id="finance: all"),
        pytest.param(SERVICE, {"nobody"}, id="a service user without roles"),
    ],
)
def test_receipts_are_seen_by_owner(story: Story, caller: Caller, sees: set[str]) -> None:
    story.customer()
    story.customer("公共池客户", owner=None)
    receipts = {
        "own": story.receipt("1.00"),
        "nobody": story.receipt("2.00", payer="无人公司"),
        "pooled": story.receipt("3.00", payer="公共池客户"),
    }
    assert set(story.pool(caller)) == {receipts[name] for name in sees}
    for name, receipt_id in receipts.items():
        if name not in sees:
            with pytest.raises(NotFound):
                story.shown_receipt(receipt_id, caller)
