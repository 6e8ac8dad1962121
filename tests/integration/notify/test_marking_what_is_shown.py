"""Marking read what a list is narrowed to (spec, gateway.md, Console: messages)."""

from datetime import timedelta
from typing import Any

import pytest

from services.contracts.notify_calls import MarkRead
from services.kit.caller import Caller
from services.kit.errors import InvalidInput
from services.kit.ids import new_id
from services.kit.schema import load
from services.notify.domain.recipients import Recipient
from services.notify.usecases import mark_messages_read as marking
from tests.integration.notify.mailroom import NOON, Mailroom

SALES = Caller(str(new_id()), "张伟", str(new_id()), roles=frozenset({"sales"}))
COLLEAGUE = Caller(str(new_id()), "李娜", str(new_id()), roles=frozenset({"sales"}))
ROLE = Recipient("role", role="sales")
CUSTOMER = str(new_id())


def _unread(mailroom: Mailroom, reader: Caller = SALES) -> list[str]:
    return [message["text"]["zh"] for message in mailroom.inbox(reader, read="false", sort="posted_at")]


@pytest.mark.parametrize(
    ("meant", "left"),
    [
        pytest.param({}, [], id="nothing narrows it: all"),
        pytest.param({"place": "customers"}, ["账单"], id="a place, and what is below it"),
        pytest.param({"place": "customers.pool"}, ["漏斗", "账单"], id="that place alone"),
        pytest.param({"category": "billing"}, ["池", "漏斗"], id="a category"),
        pytest.param({"customer_id": CUSTOMER}, ["池", "账单"], id="a customer"),
        pytest.param({"q": "漏"}, ["池", "账单"], id="a part of the text"),
        pytest.param({"since": (NOON + timedelta(minutes=1)).isoformat()}, ["池"], id="from then on"),
        pytest.param({"until": (NOON + timedelta(minutes=1)).isoformat()}, ["漏斗", "账单"], id="before then"),
        pytest.param(
            {"shown_until": (NOON + timedelta(minutes=1)).isoformat()}, ["账单"], id="up to what was shown, and with it"
        ),
        pytest.param({"place": "nowhere"}, ["池", "漏斗", "账单"], id="a place where there is nothing"),
    ],
)
def test_what_a_list_is_narrowed_to_is_marked_and_nothing_else(
    mailroom: Mailroom, meant: dict[str, Any], left: list[str]
) -> None:
    mailroom.post(ROLE, text_zh="池", posted_at=NOON)
    mailroom.post(
        ROLE,
        text_zh="漏斗",
        place="customers.funnel",
        category="funnel",
        customer_id=CUSTOMER,
        posted_at=NOON + timedelta(minutes=1),
    )
    mailroom.post(ROLE, text_zh="账单", place="bills.open", category="billing", posted_at=NOON + timedelta(minutes=2))
    assert mailroom.mark_matching(SALES, **meant) == (3 - len(left), True)
    assert _unread(mailroom) == left
    assert len(_unread(mailroom, COLLEAGUE)) == 3, "nobody else's"
    assert mailroom.mark_matching(SALES, **meant) == (0, True)


def test_more_than_one_call_marks_are_marked_call_by_call_the_newest_first(
    mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marking, "MARKED_AT_ONCE_MAX", 3)
    monkeypatch.setattr(marking, "PAGE_SIZE_MAX", 2)
    for number in range(9):
        mailroom.post(ROLE, text_zh=str(number), posted_at=NOON + timedelta(minutes=number))
    assert mailroom.mark_matching(SALES, place="customers") == (4, False)
    assert _unread(mailroom) == ["0", "1", "2", "3", "4"]
    assert mailroom.mark_matching(SALES, place="customers") == (4, False)
    assert mailroom.mark_matching(SALES, place="customers") == (1, True)
    told = mailroom.said("message_read")
    assert [len(each["message_ids"]) for each in told] == [4, 4, 1]
    assert not any(each["everything"] for each in told)


def test_ids_and_what_a_list_is_narrowed_to_are_not_said_together() -> None:
    assert load(MarkRead, {"ids": None, "matching": {"place": "bills"}})["matching"]["place"] == "bills"
    with pytest.raises(InvalidInput) as refused:
        load(MarkRead, {"ids": [str(new_id())], "matching": {"place": "bills"}})
    assert refused.value.fields == {"matching": ["invalid"]}
