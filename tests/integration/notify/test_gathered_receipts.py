"""Receipts that are nobody's are told of by the day, and no longer than they are nobody's (spec, notify.md; payments.md)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from services.kit.caller import Caller
from services.kit.ids import new_id
from tests.integration.at_once import at_once
from tests.integration.notify.mailroom import Mailroom

SALES_ADMIN = Caller(str(new_id()), "赵敏", roles=frozenset({"sales_admin"}))
OWNER = Caller(str(new_id()), "张伟", roles=frozenset({"sales"}))
OTHER = Caller(str(new_id()), "李娜", roles=frozenset({"sales"}))


def _unmatched(mailroom: Mailroom, payer: str, *owners: Caller, receipt_id: UUID | None = None, version: int = 1) -> UUID:
    receipt = receipt_id or new_id()
    money: dict[str, Any] = {"payer_name": payer, "amount": Decimal("24.00"), "received_at": datetime(2026, 3, 1, tzinfo=UTC)}
    reason = "ambiguous" if owners else "unmatched"
    told: dict[str, Any] = {"reason": reason, "candidate_owner_ids": [UUID(owner.user_id) for owner in owners]}
    mailroom.hear("payments", "receipt_unmatched", version=version, receipt_id=receipt, **money, **told)
    return receipt


def _matched(mailroom: Mailroom, receipt_id: UUID, version: int = 2) -> None:
    money: dict[str, Any] = {"payer_name": "云帆", "amount": Decimal("24.00"), "received_at": datetime(2026, 3, 1, tzinfo=UTC)}
    whose: dict[str, Any] = {"customer_id": new_id(), "customer_name": "上海云帆", "owner_id": UUID(OWNER.user_id)}
    whose |= {"matched_by": "assignment", "balance": Decimal("24.00")}
    mailroom.hear("payments", "receipt_matched", version=version, receipt_id=receipt_id, **money, **whose)


def _waiting(mailroom: Mailroom, reader: Caller) -> int:
    return int(mailroom.counts(reader)["places"].get("receipts.unmatched", 0))


def test_a_days_receipts_are_one_message_that_counts_them_and_names_the_last(mailroom: Mailroom) -> None:
    for payer in ("北京云通", "广州海鸥", "深圳远航"):
        _unmatched(mailroom, payer)
    (message,) = mailroom.inbox(SALES_ADMIN)
    assert message["title"] == {"zh": "待认领到款：3 笔", "en": "Receipts that are nobody's: 3"}
    assert message["text"]["zh"] == "没有匹配的客户。最近一笔：深圳远航，24.00 元。"
    assert (message["things"], message["link"], message["severity"]) == (3, "/receipts?state=unmatched", "action")
    assert _waiting(mailroom, SALES_ADMIN) == 3, "the menu counts receipts"
    assert mailroom.titles(SALES_ADMIN, q="远航") == ["待认领到款：3 笔"]
    assert len(mailroom.said("message_posted")) == 1
    assert mailroom.inbox(OWNER) == []


def test_each_day_has_a_message_of_its_own_and_so_have_those_that_several_customers_match(mailroom: Mailroom) -> None:
    _unmatched(mailroom, "北京云通")
    _unmatched(mailroom, "云帆", OWNER, OTHER)
    mailroom.now += timedelta(days=1)
    _unmatched(mailroom, "广州海鸥")
    links = [message["link"] for message in mailroom.inbox(SALES_ADMIN)]
    assert links == ["/receipts?state=unmatched", "/receipts?state=ambiguous", "/receipts?state=unmatched"]


def test_owners_of_candidates_are_told_and_led_to_what_they_may_open(mailroom: Mailroom) -> None:
    _unmatched(mailroom, "云帆", OWNER, OTHER)
    for owner in (OWNER, OTHER):
        (message,) = mailroom.inbox(owner)
        assert message["title"]["zh"] == "可能是您客户的到款：1 笔"
        assert message["link"] == "/receipts?state=ambiguous"


def test_it_counts_down_as_they_are_matched_and_is_done_with_the_last(mailroom: Mailroom) -> None:
    receipts = [_unmatched(mailroom, "云帆", OWNER) for _ in range(2)]
    _matched(mailroom, receipts[0])
    assert mailroom.titles(SALES_ADMIN) == ["待认领到款：1 笔"]
    assert [_waiting(mailroom, reader) for reader in (SALES_ADMIN, OWNER)] == [1, 1]
    _matched(mailroom, receipts[1])
    assert [message["done"] for message in mailroom.inbox(SALES_ADMIN)] == [True]
    assert [_waiting(mailroom, reader) for reader in (SALES_ADMIN, OWNER)] == [0, 0]


def test_another_receipt_is_news_again_to_whoever_has_read_of_those_before(mailroom: Mailroom) -> None:
    _unmatched(mailroom, "北京云通")
    (message,) = mailroom.inbox(SALES_ADMIN)
    for mark in ((), (message["id"],)):
        mailroom.mark(SALES_ADMIN, *mark)
        assert mailroom.counts(SALES_ADMIN)["total"] == 0
        _unmatched(mailroom, "广州海鸥")
        assert mailroom.counts(SALES_ADMIN)["total"] == 1
    assert mailroom.titles(SALES_ADMIN) == ["待认领到款：3 笔"]


def test_a_receipt_matched_leaves_what_was_read_read(mailroom: Mailroom) -> None:
    receipts = [_unmatched(mailroom, "北京云通") for _ in range(2)]
    mailroom.mark(SALES_ADMIN)
    _matched(mailroom, receipts[0])
    assert mailroom.counts(SALES_ADMIN)["total"] == 0


def test_a_match_that_is_undone_counts_the_receipt_again_and_opens_the_message(mailroom: Mailroom) -> None:
    receipt = _unmatched(mailroom, "北京云通")
    _matched(mailroom, receipt)
    _unmatched(mailroom, "北京云通", receipt_id=receipt, version=3)
    assert [(message["done"], message["title"]["zh"]) for message in mailroom.inbox(SALES_ADMIN)] == [(False, "待认领到款：1 笔")]


def test_a_match_that_is_heard_before_the_receipt_was_nobodys_leaves_nothing_waiting(mailroom: Mailroom) -> None:
    receipt = new_id()
    _matched(mailroom, receipt)
    _unmatched(mailroom, "北京云通", receipt_id=receipt)
    assert mailroom.inbox(SALES_ADMIN) == []


def test_other_candidates_are_told_instead_of_those_before(mailroom: Mailroom) -> None:
    receipt = _unmatched(mailroom, "云帆", OWNER)
    _unmatched(mailroom, "云帆", OTHER, receipt_id=receipt, version=2)
    assert [_waiting(mailroom, reader) for reader in (OWNER, OTHER, SALES_ADMIN)] == [0, 1, 1]


@pytest.mark.parametrize("count", [12])
def test_receipts_of_one_day_heard_at_once_are_all_counted(mailroom: Mailroom, count: int) -> None:
    receipts: list[UUID] = []
    at_once(count, lambda _: receipts.append(_unmatched(mailroom, "云帆", OWNER)))
    assert mailroom.titles(SALES_ADMIN) == [f"待认领到款：{count} 笔"]
    at_once(count, lambda number: _matched(mailroom, receipts[number]))
    assert [message["done"] for message in mailroom.inbox(SALES_ADMIN)] == [True]
    assert _waiting(mailroom, OWNER) == 0
