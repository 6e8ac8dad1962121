"""客服特殊申请: each kind does what it says (spec, workflow.md, "The catalogue")."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from services.contracts import customer_calls as calls
from services.contracts import customer_parts_calls as parts
from services.contracts.paging import PageQuery
from services.contracts.workflow import Prepared
from services.customer.store.tables import Account
from services.customer.usecases.apply_process import apply_process
from services.customer.usecases.list_customers import list_customers
from services.customer.usecases.list_exempt_words import list_exempt_words
from services.customer.usecases.open_account import open_account
from services.customer.usecases.release_customer import release_customer
from services.customer.usecases.show_customer import show_customer
from services.kit.caller import Caller
from services.kit.errors import Conflict, Forbidden, InvalidInput, NotFound
from services.kit.ids import new_id
from services.kit.schema import dump, load
from services.kit.unit_of_work import Begin
from tests.integration.customer.office import DRAFT, Office, Running, outcomes_of
from tests.integration.giving_up import hear_archived

PERIOD = {"export_from": "2026-02-01", "export_to": "2026-02-28"}
DETAILS = {"export": [{**DRAFT[0], "name": "详单.xlsx"}]}


@pytest.fixture
def customer_id(office: Office) -> UUID:
    return office.add(office.zhang, "云帆")


@pytest.fixture
def product_id(office: Office, customer_id: UUID) -> UUID:
    return office.product(office.zhang, customer_id)


@pytest.fixture
def account_id(office: Office, product_id: UUID) -> UUID:
    return _account(office, product_id, "yf001")


def _account(office: Office, product_id: UUID, identifier: str, **fields: Any) -> UUID:
    wanted = {"identifier": identifier, "signature": "云帆", "interface": "http", "status": "active", **fields}
    return UUID(str(open_account(office.begin(office.admin), product_id, **load(parts.OpenAccount, wanted))["id"]))


def _put(office: Office, account_id: UUID, **values: Any) -> None:
    with office.database.session() as session, session.begin():
        session.execute(update(Account).where(Account.id == account_id).values(**values))


def _row(office: Office, account_id: UUID) -> Account:
    with office.database.session() as session:
        return session.get_one(Account, account_id)


def _request(office: Office, customer_id: UUID, kind: str, **form: Any) -> Running:
    entered = {name: str(value) if isinstance(value, UUID) else value for name, value in form.items()}
    return Running(
        new_id(), "special_request", str(customer_id), {"kind": kind, "explanation": "客户要求", **entered}, office.zhang
    )


def _archived(office: Office, process: Running, **entered: Any) -> str:
    """:returns: what the process's page says of the effect."""
    office.prepare(process)
    office.prepare(process, "node", node="support", version=3, **entered)
    office.archive(process, **entered)
    return str(office.said("process_applied")[-1]["summary_zh"])


def _fails(office: Office, process: Running) -> str:
    def begin_as(consumer: str) -> Begin:
        return office.begin(Caller.system("workflow"), consumer=consumer)

    return hear_archived(apply_process, begin_as, office.event(process, "process_archived"))


def _refused(office: Office, process: Running) -> dict[str, list[str]]:
    with pytest.raises(InvalidInput) as refused:
        office.prepare(process)
    return refused.value.fields


# Unblock an account


def test_a_blocked_account_is_active_again(office: Office, customer_id: UUID, product_id: UUID, account_id: UUID) -> None:
    _put(office, account_id, status="blocked")
    process = _request(office, customer_id, "unblock_account", account_id=account_id)
    prepared = Prepared().dump(office.prepare(process))
    assert prepared["title"] == "客服特殊申请：云帆 被封账号解禁"
    assert prepared["subject"] == {"type": "customer", "id": str(customer_id), "name": "云帆"}
    assert prepared["form"]["account_identifier"] == "yf001", "who approves it reads a name, not an id"
    assert prepared["product_ids"] == [str(product_id)]
    assert _archived(office, process) == "账号 yf001 已解禁"
    assert (_row(office, account_id).status, _row(office, account_id).version) == ("active", 2)
    assert office.said("account_changed")[-1]["status"] == "active"


def test_only_a_blocked_account_is_unblocked(office: Office, customer_id: UUID, account_id: UUID) -> None:
    process = _request(office, customer_id, "unblock_account", account_id=account_id)
    assert _refused(office, process) == {"account_id": ["account_not_blocked|正式|active"]}
    assert _refused(office, _request(office, customer_id, "unblock_account")) == {"account_id": ["required"]}


def test_an_account_let_in_by_hand_meanwhile_stays_so(office: Office, customer_id: UUID, account_id: UUID) -> None:
    _put(office, account_id, status="blocked")
    process = _request(office, customer_id, "unblock_account", account_id=account_id)
    office.prepare(process)
    _put(office, account_id, status="active")
    office.archive(process)
    assert office.said("process_applied")[-1]["summary_zh"] == "账号 yf001 已不在停用状态"
    assert office.said("account_changed") == []


@pytest.mark.parametrize("kind", ["unblock_account", "exempt_word", "sub_number"])
def test_an_account_closed_meanwhile_fails_visibly(office: Office, customer_id: UUID, account_id: UUID, kind: str) -> None:
    _put(office, account_id, status="blocked")
    process = _request(office, customer_id, kind, account_id=account_id, words=["贷款"], sub_number="88")
    office.prepare(process)
    _put(office, account_id, status="closed")
    assert _fails(office, process) == "account_closed"
    (failed,) = office.said("process_apply_failed")
    assert failed["reason_zh"] == "账号 yf001 已销户。"
    with pytest.raises(Conflict, match="account_closed") as refused:
        office.prepare(replace(process, id=new_id()))
    assert refused.value.fields == {"account_id": ["account_closed|yf001"]}


# Exempt words


def test_words_are_exempt_on_the_account(office: Office, customer_id: UUID, account_id: UUID) -> None:
    process = _request(office, customer_id, "exempt_word", account_id=account_id, words=["贷款", " 信用卡 "])
    assert _archived(office, process) == "账号 yf001 已排除敏感词：贷款、信用卡"
    page = list_exempt_words(office.begin(office.zhang), account_id, **load(PageQuery, {}))
    assert [(each.word, each.process_id) for each in page.items] == [("信用卡", process.id), ("贷款", process.id)]
    first = list_exempt_words(office.begin(office.zhang), account_id, **load(PageQuery, {"page_size": 1}))
    rest = list_exempt_words(
        office.begin(office.zhang), account_id, **load(PageQuery, {"page_size": 1, "cursor": first.next_cursor})
    )
    assert [each.word for each in (*first.items, *rest.items)] == ["信用卡", "贷款"]
    with pytest.raises(NotFound, match="account_not_found"):
        list_exempt_words(office.begin(office.li), account_id, **load(PageQuery, {}))
    again = _request(office, customer_id, "exempt_word", account_id=account_id, words=["理财", "贷款", "理财"])
    assert _refused(office, again) == {"words.1": ["exempt_already"], "words.2": ["repeated"]}


def test_a_word_that_two_processes_exempt_stays_the_firsts(office: Office, customer_id: UUID, account_id: UUID) -> None:
    first, second = (_request(office, customer_id, "exempt_word", account_id=account_id, words=["贷款"]) for _ in range(2))
    office.prepare(first)
    office.prepare(second)
    office.archive(first)
    office.archive(second)
    page = list_exempt_words(office.begin(office.zhang), account_id, **load(PageQuery, {}))
    assert [(each.word, each.process_id) for each in page.items] == [("贷款", first.id)]


@pytest.mark.parametrize(
    ("words", "wrong"),
    [(None, {"words": ["required"]}), ([], {"words": ["required"]}), (["x" * 51], {"words.0": ["length|1|50"]})],
)
def test_the_words_are_named(
    office: Office, customer_id: UUID, account_id: UUID, words: list[str] | None, wrong: dict[str, list[str]]
) -> None:
    assert _refused(office, _request(office, customer_id, "exempt_word", account_id=account_id, words=words)) == wrong


# Green customers


def test_a_green_customer_is_marked_with_since_when_and_who_asked_and_is_found_by_it(office: Office, customer_id: UUID) -> None:
    office.add(office.zhang, "海鸥")
    process = _request(office, customer_id, "green_customer")
    assert _archived(office, process) == "云帆 成为绿色客户"
    shown = dump(calls.Customer, show_customer(office.begin(office.zhang), customer_id))
    assert (shown["green_since"], shown["green_by_name"]) == ("2026-03-10T04:00:00Z", "张伟")
    assert (shown["green_process_id"], shown["version"]) == (str(process.id), 2)

    def names(**query: Any) -> list[str]:
        page = list_customers(office.begin(office.zhang), **load(calls.CustomerQuery, query))
        return [row.name if hasattr(row, "name") else row["name"] for row in page.items]

    assert (names(green="true"), names(green="false"), len(names())) == (["云帆"], ["海鸥"], 2)
    with pytest.raises(Conflict, match="customer_green_already"):
        office.prepare(_request(office, customer_id, "green_customer"))


def test_two_who_ask_for_the_same_green_customer_make_it_green_once(office: Office, customer_id: UUID) -> None:
    first, second = (_request(office, customer_id, "green_customer") for _ in range(2))
    for process in (first, second):
        office.prepare(process)
    for process in (first, second):
        office.archive(process)
    assert office.row(customer_id).green_process_id == first.id
    assert office.said("process_applied")[-1]["summary_zh"] == "云帆 已是绿色客户"


# Sub-numbers


def test_the_account_has_the_sub_number(office: Office, customer_id: UUID, account_id: UUID) -> None:
    process = _request(office, customer_id, "sub_number", account_id=account_id, sub_number="0088")
    assert _archived(office, process) == "账号 yf001 的子号码为 0088"
    assert _row(office, account_id).sub_number == "0088"
    assert len(office.said("account_changed")) == 1


def test_a_sub_number_is_one_open_accounts_of_a_product(office: Office, customer_id: UUID, product_id: UUID) -> None:
    first, second = _account(office, product_id, "yf001", sub_number="88"), _account(office, product_id, "yf002")
    other = _account(office, office.product(office.zhang, customer_id, type="mms"), "yf003")
    wanted = _request(office, customer_id, "sub_number", account_id=second, sub_number="88")
    assert _refused(office, wanted) == {"sub_number": ["taken"]}
    office.prepare(_request(office, customer_id, "sub_number", account_id=other, sub_number="88"))
    _put(office, first, status="closed")
    office.prepare(wanted)
    _put(office, first, status="active")
    assert _fails(office, wanted) == "sub_number_taken"
    assert _row(office, second).sub_number == ""


@pytest.mark.parametrize(("sub_number", "code"), [("", "required"), ("8a", "digits|20"), ("8" * 21, "digits|20")])
def test_a_sub_number_has_digits(office: Office, customer_id: UUID, account_id: UUID, sub_number: str, code: str) -> None:
    process = _request(office, customer_id, "sub_number", account_id=account_id, sub_number=sub_number)
    assert _refused(office, process) == {"sub_number": [code]}


# What somebody does by hand


def test_exported_details_are_attached_by_who_supports_it(office: Office, customer_id: UUID) -> None:
    process = _request(office, customer_id, "export_details", **PERIOD)
    office.prepare(process)
    with pytest.raises(InvalidInput) as missing:
        office.prepare(process, "node", node="support", version=3)
    assert missing.value.fields == {"export": ["required"]}
    assert _archived(office, process, **DETAILS) == "详单已导出：详单.xlsx"


@pytest.mark.parametrize(
    ("period", "wrong"),
    [
        ({}, {"export_from": ["required"], "export_to": ["required"]}),
        ({**PERIOD, "export_to": "2026-01-31"}, {"export_to": ["before_start"]}),
        ({**PERIOD, "export_to": "2026-03-11"}, {"export_to": ["in_future"]}),
    ],
)
def test_details_are_of_days_that_were(
    office: Office, customer_id: UUID, period: dict[str, str], wrong: dict[str, list[str]]
) -> None:
    assert office.today == date(2026, 3, 10)
    assert _refused(office, _request(office, customer_id, "export_details", **period)) == wrong


def test_anything_else_is_answered_in_words(office: Office, customer_id: UUID) -> None:
    process = _request(office, customer_id, "other")
    office.prepare(process)
    with pytest.raises(InvalidInput) as missing:
        office.prepare(process, "node", node="support", version=3)
    assert missing.value.fields == {"answer": ["required"]}
    assert _archived(office, process, answer="已联系客户") == "答复：已联系客户"


# Who may ask, and of what


def test_whose_customer_it_is_may_ask_and_nobody_else(office: Office, customer_id: UUID) -> None:
    process = _request(office, customer_id, "green_customer")
    with pytest.raises(NotFound, match="customer_not_found"):
        office.prepare(replace(process, initiator=office.li))
    with pytest.raises(Forbidden, match="customer_not_yours"):
        office.prepare(replace(process, initiator=Caller(str(new_id()), "钱进", roles=frozenset({"finance"}))))
    release_customer(office.begin(office.zhang), customer_id, "转行")
    for caller in (office.zhang, office.admin):
        with pytest.raises(Conflict, match="customer_in_pool"):
            office.prepare(replace(process, initiator=caller))


@pytest.mark.parametrize("kind", ["unblock_account", "export_details", "other"])
def test_the_account_is_the_customers(office: Office, customer_id: UUID, kind: str) -> None:
    foreign = _account(office, office.product(office.zhang, office.add(office.zhang, "海鸥")), "ho001")
    process = _request(office, customer_id, kind, account_id=foreign, **PERIOD)
    assert _refused(office, process) == {"account_id": ["not_of_customer"]}


def test_a_handler_who_sees_no_customer_supports_it(office: Office, customer_id: UUID) -> None:
    process = _request(office, customer_id, "other")
    office.prepare(process)
    office.admin = Caller(str(new_id()), "郑技术", roles=frozenset({"tech_support"}))
    prepared = office.prepare(process, "node", node="support", version=3, answer="已处理")
    assert prepared["form"]["answer"] == "已处理"


def test_an_unknown_kind_is_refused_with_those_there_are(office: Office, customer_id: UUID) -> None:
    process = _request(office, customer_id, "discount")
    kinds = "unblock_account, exempt_word, green_customer, sub_number, export_details, other"
    assert _refused(office, process) == {"kind": [f"one_of|{kinds}"]}


def test_of_two_who_want_a_sub_number_at_once_one_gets_it(office: Office, customer_id: UUID, product_id: UUID) -> None:
    wanted = [
        _request(office, customer_id, "sub_number", account_id=_account(office, product_id, f"yf{n:03}"), sub_number="88")
        for n in range(6)
    ]
    for process in wanted:
        office.prepare(process)
    assert sorted(outcomes_of(office.archive, wanted)) == ["ok"] + ["sub_number_taken"] * 5
