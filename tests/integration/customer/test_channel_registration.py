"""通道报备: a signature is registered on an account (spec, workflow.md, "The catalogue")."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from services.contracts import customer_account_calls as accounts
from services.contracts import customer_parts_calls as parts
from services.contracts.workflow import Prepared
from services.customer.store.tables import Account
from services.customer.usecases.apply_process import apply_process
from services.customer.usecases.list_signatures import list_all_signatures, list_signatures
from services.customer.usecases.open_account import open_account
from services.customer.usecases.release_customer import release_customer
from services.kit.caller import Caller
from services.kit.errors import Conflict, Forbidden, InvalidInput, NotFound
from services.kit.ids import new_id
from services.kit.schema import dump, load
from services.kit.tables import audit_entries
from services.kit.unit_of_work import Begin
from tests.integration.customer.office import Office, Running, outcomes_of
from tests.integration.giving_up import hear_archived

FORM = {"signature": "【云帆科技】", "type": "sms", "industry": "i", "explanation": "客户验证码"}
DONE = {"channel": "移动1069", "result": "registered"}
REFUSED = {"channel": "联通1065", "result": "refused", "result_note": "营业执照与签名不符"}


@pytest.fixture
def account_id(office: Office) -> UUID:
    return _account(office, office.product(office.zhang, office.add(office.zhang, "云帆")), "yf001")


def _account(office: Office, product_id: UUID, identifier: str) -> UUID:
    wanted = {"identifier": identifier, "signature": "云帆", "interface": "http", "status": "active"}
    return UUID(str(open_account(office.begin(office.admin), product_id, **load(parts.OpenAccount, wanted))["id"]))


def _registration(office: Office, account_id: UUID, **form: Any) -> Running:
    return Running(new_id(), "channel_registration", str(account_id), {**FORM, **form}, office.zhang, "account")


def _archived(office: Office, process: Running, **entered: Any) -> Running:
    office.prepare(process)
    office.prepare(process, "node", node="resource", version=4, **entered)
    office.archive(process, **entered)
    return process


def _signatures(office: Office, account_id: UUID, caller: Caller | None = None, **query: Any) -> list[dict[str, Any]]:
    wanted = load(accounts.AccountSignatureQuery, query)
    page = dump(accounts.AccountSignaturePage, list_signatures(office.begin(caller or office.zhang), account_id, **wanted))
    items: list[dict[str, Any]] = page["items"]
    return items


def _close(office: Office, account_id: UUID) -> None:
    with office.database.session() as session, session.begin():
        session.execute(update(Account).where(Account.id == account_id).values(status="closed"))


def test_it_is_named_by_customer_account_and_signature_and_is_about_the_account(office: Office, account_id: UUID) -> None:
    process = _registration(office, account_id)
    prepared = Prepared().dump(office.prepare(process))
    assert prepared["title"] == "通道报备：云帆 yf001【云帆科技】"
    assert prepared["subject"] == {"type": "account", "id": str(account_id), "name": "yf001"}
    assert (prepared["customer_name"], prepared["form"]["signature"]) == ("云帆", "云帆科技")
    with office.database.session() as session:
        product_id = session.scalars(select(Account.product_id).where(Account.id == account_id)).one()
    assert prepared["product_ids"] == [str(product_id)]
    assert office.prepare(process) == office.prepare(process), "alike however often it is asked"


def test_archived_the_signature_is_listed_with_type_sub_number_channel_since_when_and_by_which_process(
    office: Office, account_id: UUID
) -> None:
    process = _registration(office, account_id, sub_number="088", type="both")
    office.prepare(process)
    assert _signatures(office, account_id) == []
    assert [each["state"] for each in _signatures(office, account_id, state="all")] == ["pending"]
    office.archive(process, **DONE)
    (shown,) = _signatures(office, account_id)
    expected = {
        "signature": "云帆科技",
        "type": "both",
        "sub_number": "088",
        "industry": "I",
        "channel": "移动1069",
        "state": "registered",
        "process_id": str(process.id),
        "account_identifier": "yf001",
        "product_name": "行业短信",
        "customer_name": "云帆",
        "settled_at": "2026-03-10T04:00:00Z",
    }
    assert {name: shown[name] for name in expected} == expected
    (applied,) = office.said("process_applied")
    assert applied["summary_zh"] == "签名【云帆科技】已在账号 yf001 登记（短信和彩信，通道 移动1069）"
    with office.database.session() as session:
        (entry,) = session.execute(select(audit_entries).where(audit_entries.c.action == "signature_registered"))
    assert entry.after == {"signature": "云帆科技", "type": "both", "channel": "移动1069"}


def test_a_negative_result_registers_nothing_and_says_so(office: Office, account_id: UUID) -> None:
    _archived(office, _registration(office, account_id), **REFUSED)
    assert _signatures(office, account_id) == []
    (kept,) = _signatures(office, account_id, state="refused")
    assert (kept["channel"], kept["result_note"]) == ("联通1065", "营业执照与签名不符")
    (applied,) = office.said("process_applied")
    assert applied["summary_zh"] == "通道 联通1065 未通过报备，账号 yf001 未登记签名【云帆科技】：营业执照与签名不符"
    assert "yf001 has it not" in applied["summary_en"]
    _archived(office, _registration(office, account_id), **DONE)
    assert [each["channel"] for each in _signatures(office, account_id)] == ["移动1069"], "the next try may succeed"


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({"signature": "云"}, {"signature": ["length|2|20"]}),
        ({"signature": "云帆!!"}, {"signature": ["signature_characters"]}),
        ({"signature": "1069"}, {"signature": ["signature_of_digits"]}),
        ({"sub_number": "08a"}, {"sub_number": ["digits|20"]}),
        ({"sub_number": "8" * 21}, {"sub_number": ["digits|20"]}),
        ({"type": "fax"}, {"type": ["one_of|sms, mms, both"]}),
        ({"explanation": " "}, {"explanation": ["required"]}),
        ({"signature": None, "type": None}, {"signature": ["null"], "type": ["null"]}),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_by_field(
    office: Office, account_id: UUID, form: dict[str, Any], wrong: dict[str, list[str]]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        office.prepare(_registration(office, account_id, **form))
    assert refused.value.fields == wrong


@pytest.mark.parametrize(
    ("entered", "wrong"),
    [
        ({"channel": " ", "result": "registered"}, {"channel": ["required"]}),
        ({"channel": "移动1069", "result": "perhaps"}, {"result": ["one_of|registered, refused"]}),
        ({**REFUSED, "result_note": " "}, {"result_note": ["required"]}),
    ],
    ids=str,
)
def test_the_resource_department_enters_channel_and_result_and_why_not(
    office: Office, account_id: UUID, entered: dict[str, Any], wrong: dict[str, list[str]]
) -> None:
    process = _registration(office, account_id)
    office.prepare(process)
    with pytest.raises(InvalidInput) as refused:
        office.prepare(process, "node", node="resource", version=4, **entered)
    assert refused.value.fields == wrong


def test_whose_account_it_is_may_have_it_registered_and_nobody_else(office: Office, account_id: UUID) -> None:
    process = _registration(office, account_id)
    with pytest.raises(NotFound, match="account_not_found"):
        office.prepare(replace(process, initiator=office.li))
    with pytest.raises(NotFound, match="account_not_found"):
        office.prepare(replace(process, subject_id=str(new_id())))
    finance = Caller(str(new_id()), "钱进", roles=frozenset({"finance"}))
    with pytest.raises(Forbidden, match="customer_not_yours"):
        office.prepare(replace(process, initiator=finance))
    with pytest.raises(NotFound, match="account_not_found"):
        _signatures(office, account_id, office.li)
    with office.database.session() as session:
        customer_id = session.scalars(select(Account.customer_id).where(Account.id == account_id)).one()
    release_customer(office.begin(office.zhang), customer_id, "转行")
    with pytest.raises(Conflict, match="customer_in_pool"):
        office.prepare(process)


def test_a_resource_handler_who_sees_no_customer_enters_the_result(office: Office, account_id: UUID) -> None:
    process = _registration(office, account_id)
    office.prepare(process)
    office.admin = Caller(str(new_id()), "郑资源", roles=frozenset({"resource"}))
    prepared = office.prepare(process, "node", node="resource", version=4, **DONE)
    assert prepared["form"]["channel"] == "移动1069"


def test_a_closed_account_takes_no_signature(office: Office, account_id: UUID) -> None:
    process = _registration(office, account_id)
    office.prepare(process)
    _close(office, account_id)
    with pytest.raises(Conflict, match="account_closed"):
        office.prepare(_registration(office, account_id, signature="海鸥"))
    event = office.event(process, "process_archived", **DONE)

    def begin_as(consumer: str) -> Begin:
        return office.begin(Caller.system("workflow"), consumer=consumer)

    assert hear_archived(apply_process, begin_as, event) == "account_closed"
    (failed,) = office.said("process_apply_failed")
    assert failed["reason_zh"] == "账号 yf001 已销户。"


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        ("sms", "sms", "signature_in_process"),
        ("sms", "both", "signature_in_process"),
        ("both", "mms", "signature_in_process"),
        ("sms", "mms", "ok"),
    ],
)
def test_a_signature_that_another_process_is_registering_is_reserved(
    office: Office, account_id: UUID, first: str, second: str, outcome: str
) -> None:
    office.prepare(_registration(office, account_id, type=first))
    other = _registration(office, account_id, type=second, signature="云帆科技")
    assert outcomes_of(office.prepare, [other]) == [outcome]
    office.prepare(_registration(office, account_id, signature="云帆网络"))


def test_of_many_who_register_a_signature_at_once_one_wins(office: Office, account_id: UUID) -> None:
    processes = [_registration(office, account_id) for _ in range(12)]
    assert sorted(outcomes_of(office.prepare, processes)) == ["ok"] + ["signature_in_process"] * 11


@pytest.mark.parametrize("how", ["rejected", "withdrawn"])
def test_a_process_that_came_back_reserves_nothing(office: Office, account_id: UUID, how: str) -> None:
    process = _registration(office, account_id)
    office.prepare(process)
    office.turn(process, how)
    assert _signatures(office, account_id, state="all") == []
    office.prepare(_registration(office, account_id))


def test_a_resubmission_registers_what_it_says_then(office: Office, account_id: UUID) -> None:
    process = _registration(office, account_id)
    office.prepare(process)
    corrected = replace(process, form={**process.form, "signature": "云帆网络", "type": "mms"})
    office.prepare(corrected, "resubmit", version=5)
    office.archive(corrected, **DONE)
    assert [(each["signature"], each["type"]) for each in _signatures(office, account_id)] == [("云帆网络", "mms")]


def test_registered_anew_with_the_same_channel_the_later_one_counts_and_with_another_both(
    office: Office, account_id: UUID
) -> None:
    _archived(office, _registration(office, account_id, sub_number="1"), **DONE)
    _archived(office, _registration(office, account_id, sub_number="2"), **DONE)
    _archived(office, _registration(office, account_id, sub_number="3"), channel="电信1068", result="registered")
    _archived(office, _registration(office, account_id, sub_number="4", type="mms"), **DONE)
    shown = {(each["channel"], each["type"], each["sub_number"]) for each in _signatures(office, account_id)}
    assert shown == {("移动1069", "sms", "2"), ("电信1068", "sms", "3"), ("移动1069", "mms", "4")}
    assert [each["sub_number"] for each in _signatures(office, account_id, state="replaced")] == ["1"]


def test_all_signatures_are_found_by_how_they_begin_by_product_and_by_customer_of_those_that_are_seen(
    office: Office, account_id: UUID
) -> None:
    _archived(office, _registration(office, account_id), **DONE)
    _archived(office, _registration(office, account_id, signature="海鸥物流"), **DONE)
    others = office.product(office.zhao, office.add(office.zhao, "西山"))
    foreign = replace(_registration(office, _account(office, others, "xs001")), initiator=office.zhao)
    _archived(office, foreign, **DONE)

    def found(caller: Caller, **query: Any) -> list[str]:
        page = list_all_signatures(office.begin(caller), **load(accounts.SignatureQuery, query))
        return [f"{each['account_identifier']} {each['signature']}" for each in page.items]

    assert found(office.zhang) == ["yf001 云帆科技", "yf001 海鸥物流"]
    assert found(office.zhang, sort="-signature", page_size=1) == ["yf001 海鸥物流"]
    assert found(office.zhang, q="海") == ["yf001 海鸥物流"]
    assert found(office.admin, product_id=str(others)) == ["xs001 云帆科技"]
    assert found(office.zhang, product_id=str(others)) == []
    assert found(office.admin, state="pending") == []
