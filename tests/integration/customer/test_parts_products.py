"""Products and accounts: what may change, while what, and by whom it is seen (spec, customer.md, "Data")."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.contracts import customer_parts_calls as parts
from services.customer.usecases.change_account import change_account
from services.customer.usecases.change_product import change_product
from services.customer.usecases.list_accounts import list_all_accounts, show_account
from services.customer.usecases.list_products import list_all_products
from services.customer.usecases.open_account import open_account
from services.customer.usecases.release_customer import release_customer
from services.customer.usecases.show_product import show_product
from services.kit.caller import Caller
from services.kit.errors import Conflict, Forbidden, InvalidInput, NotFound
from services.kit.ids import new_id
from services.kit.schema import load
from tests.integration.customer.office import Office, outcomes_of

CARE = Caller(str(new_id()), "沈悦", roles=frozenset({"customer_care"}))


def _product(office: Office, name: str = "云帆", **fields: Any) -> UUID:
    return office.product(office.zhang, office.add(office.zhang, name), **fields)


def _change(office: Office, product_id: UUID, *, by: Caller | None = None, version: int = 1, **changes: Any) -> dict[str, Any]:
    loaded = load(parts.ChangeProduct, {"version": version, **changes})
    return dict(parts.Product().dump(change_product(office.begin(by or office.zhang), product_id, **loaded)))


def _open(office: Office, product_id: UUID, identifier: str = "yunfan01", *, by: Caller = CARE, **fields: Any) -> dict[str, Any]:
    account = {"identifier": identifier, "signature": "云帆科技", "interface": "http", **fields}
    return dict(parts.Account().dump(open_account(office.begin(by), product_id, **load(parts.OpenAccount, account))))


def _alter(
    office: Office, account: dict[str, Any], *, by: Caller = CARE, version: int | None = None, **changes: Any
) -> dict[str, Any]:
    loaded = load(parts.ChangeAccount, {"version": version or account["version"], **changes})
    return dict(parts.Account().dump(change_account(office.begin(by), UUID(account["id"]), **loaded)))


def _products(office: Office, caller: Caller | None = None, **query: Any) -> list[str]:
    page = list_all_products(office.begin(caller or office.zhang), **load(parts.ProductQuery, query))
    return [f"{each['customer_name']} {each['name']}" for each in parts.ProductPage().dump(page)["items"]]


def _accounts(office: Office, caller: Caller = CARE, **query: Any) -> list[str]:
    page = list_all_accounts(office.begin(caller), **load(parts.AccountQuery, query))
    return [each["identifier"] for each in parts.AccountPage().dump(page)["items"]]


# Products


def test_a_product_changes_in_what_is_given_and_says_so_with_a_rising_version(office: Office) -> None:
    product_id = _product(office)
    changed = _change(office, product_id, name=" 验证码短信 ", needs_invoice=False)
    assert (changed["name"], changed["needs_invoice"], changed["version"]) == ("验证码短信", False, 2)
    assert (changed["type"], changed["owner_name"], changed["billing_cycle_months"]) == ("industry_sms", "张伟", 1)
    assert _change(office, product_id, version=2, name="验证码短信")["version"] == 2, "nothing changed"
    _change(office, product_id, version=2, needs_invoice=True)
    assert [(each["name"], each["needs_invoice"]) for each in office.said("product_changed")] == [
        ("验证码短信", False),
        ("验证码短信", True),
    ]
    with pytest.raises(Conflict, match="product_changed_meanwhile") as refused:
        _change(office, product_id, version=2, name="通知短信")
    assert refused.value.params == {"version": 3}


def test_the_billing_cycle_is_changed_by_a_process_alone() -> None:
    with pytest.raises(InvalidInput) as refused:
        load(parts.ChangeProduct, {"version": 1, "billing_cycle_months": 2})
    assert refused.value.fields == {"billing_cycle_months": ["unknown"]}


def test_type_and_payment_mode_change_only_while_there_is_no_account(office: Office) -> None:
    product_id = _product(office)
    assert _change(office, product_id, type="mms", payment_mode="prepaid")["type"] == "mms"
    account = _open(office, product_id)
    _alter(office, account, status="closed")
    other: list[dict[str, Any]] = [{"type": "voice"}, {"payment_mode": "postpaid"}]
    for changes in other:
        with pytest.raises(Conflict, match="product_has_accounts"):
            _change(office, product_id, version=2, **changes)
    assert _change(office, product_id, version=2, type="mms", name="彩信")["version"] == 3, "the same type is no change"
    shown = show_product(office.begin(office.zhang), product_id)
    assert (shown["type"], shown["payment_mode"], shown["account_count"]) == ("mms", "prepaid", 1)


def test_type_and_payment_mode_stay_while_a_process_about_the_product_runs(office: Office) -> None:
    product_id = _product(office)
    process = office.test_account(office.zhang, product_id)
    office.prepare(process)
    with pytest.raises(Conflict, match="product_in_process"):
        _change(office, product_id, type="software")
    office.turn(process, "rejected")
    assert _change(office, product_id, type="software")["version"] == 2
    with pytest.raises(Conflict, match="product_without_accounts"):
        office.prepare(process, "resubmit", version=3)


@pytest.mark.parametrize("attempt", range(6))
def test_a_product_that_becomes_software_as_its_test_account_starts_has_one_of_the_two(office: Office, attempt: int) -> None:
    product_id = _product(office, f"客户{attempt}")
    steps: list[Callable[[], Any]] = [
        lambda: office.prepare(office.test_account(office.zhang, product_id)),
        lambda: _change(office, product_id, type="software"),
    ]
    outcomes = outcomes_of(lambda step: step(), steps)
    assert outcomes in (["ok", "product_in_process"], ["product_without_accounts", "ok"])


def test_a_products_name_is_one_customers_once_of_many_at_once_too(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    products = [office.product(office.zhang, customer_id, name=f"产品{number}") for number in range(8)]
    outcomes = outcomes_of(lambda product_id: _change(office, product_id, name="验证码"), products)
    assert sorted(outcomes) == ["ok"] + ["product_name_taken"] * 7
    assert len(office.said("product_changed")) == 1


def test_a_product_is_changed_by_who_keeps_its_customer(office: Office) -> None:
    product_id = _product(office)
    with pytest.raises(Forbidden, match="customer_not_yours"):
        _change(office, product_id, by=CARE, name="验证码")
    for unseen in (product_id, new_id()):
        with pytest.raises(NotFound, match="product_not_found"):
            _change(office, unseen, by=office.li, name="验证码")
    assert _change(office, product_id, by=office.lead, name="验证码")["version"] == 2


def test_products_of_all_visible_customers_are_listed_and_filtered(office: Office) -> None:
    first, second = office.add(office.zhang, "甲公司"), office.add(office.zhang, "乙公司")
    sms = office.product(office.zhang, first)
    office.product(office.zhang, second, type="voice", payment_mode="prepaid")
    office.product(office.zhao, office.add(office.zhao, "丙公司"), name="赵强的产品")
    account = _open(office, sms)
    assert _products(office) == ["甲公司 行业短信", "乙公司 语音"]
    assert _products(office, office.li) == []
    assert len(_products(office, office.admin)) == 3
    assert _products(office, type="voice") == ["乙公司 语音"]
    assert _products(office, payment_mode="postpaid") == ["甲公司 行业短信"]
    assert _products(office, customer_id=str(second)) == ["乙公司 语音"]
    assert _products(office, without_account="true") == ["乙公司 语音"]
    assert _products(office, without_account="false") == ["甲公司 行业短信"]
    assert _products(office, sort="-customer_name")[0] == max(_products(office))
    _alter(office, account, status="closed")
    assert len(_products(office, without_account="true")) == 2, "one that is closed is none"


# Accounts


def test_an_account_opened_by_hand_is_said_and_lifts_the_customer_by_rule(office: Office) -> None:
    product_id = _product(office)
    customer_id = show_product(office.begin(office.zhang), product_id)["customer_id"]
    office.log(office.zhang, customer_id)
    account = _open(office, product_id, " yunfan01 ", sub_number="0088", status="active")
    assert (account["identifier"], account["status"], account["sub_number"]) == ("yunfan01", "active", "0088")
    assert (account["process_id"], account["product_name"], account["version"]) == (None, "行业短信", 1)
    (opened,) = office.said("account_opened")
    assert (opened["identifier"], opened["signature"], opened["status"]) == ("yunfan01", "云帆科技", "active")
    assert office.row(customer_id).has_account
    assert office.moves(customer_id)[-1] == ("intent", "trial", "intent_to_trial")


def test_an_account_opens_on_trial_unless_said_otherwise_and_never_blocked(office: Office) -> None:
    assert _open(office, _product(office))["status"] == "trial"
    with pytest.raises(InvalidInput) as refused:
        load(
            parts.OpenAccount,
            {"identifier": "云帆", "signature": " ", "interface": "fax", "sub_number": "88x", "status": "blocked"},
        )
    assert refused.value.fields == {
        "identifier": ["format"],
        "signature": ["required"],
        "interface": ["one_of|http, cmpp, smpp, sgip, web"],
        "sub_number": ["format"],
        "status": ["one_of|trial, active"],
    }


def test_software_is_sold_once_and_has_no_accounts(office: Office) -> None:
    product_id = _product(office, type="software")
    with pytest.raises(Conflict, match="product_without_accounts"):
        _open(office, product_id)
    with pytest.raises(Conflict, match="product_without_accounts"):
        office.prepare(office.test_account(office.zhang, product_id))


def test_of_many_who_open_one_identifier_at_once_one_does(office: Office) -> None:
    products = [_product(office, f"客户{number}") for number in range(8)]
    outcomes = outcomes_of(lambda product_id: _open(office, product_id), products)
    assert sorted(outcomes) == ["account_identifier_taken"] * 7 + ["ok"]
    assert len(office.said("account_opened")) == 1


def test_an_identifier_in_use_or_held_by_a_running_process_is_a_conflict_by_its_field(office: Office) -> None:
    product_id = _product(office)
    process = office.test_account(office.zhang, product_id)
    office.prepare(process)
    office.prepare(process, "node", node="customer_care", account_identifiers=["yunfan01"])
    with pytest.raises(Conflict, match="account_identifier_taken") as refused:
        _open(office, product_id, "yunfan01")
    assert (refused.value.fields, refused.value.params) == ({"identifier": ["taken"]}, {"identifiers": "yunfan01"})
    office.turn(process, "withdrawn")
    account = _open(office, product_id, "yunfan01")
    other = office.test_account(office.zhang, product_id)
    office.prepare(other)
    with pytest.raises(Conflict, match="account_identifier_taken"):
        office.prepare(other, "node", node="customer_care", account_identifiers=["yunfan01"])
    _alter(office, account, status="closed")
    with pytest.raises(Conflict, match="account_identifier_taken"):
        _open(office, product_id, "yunfan01")


@pytest.mark.parametrize("attempt", range(6))
def test_by_hand_and_by_process_one_identifier_is_taken_once(office: Office, attempt: int) -> None:
    product_id, name = _product(office), f"yunfan{attempt}"
    process = office.test_account(office.zhang, product_id)
    office.prepare(process)
    steps: list[Callable[[], Any]] = [
        lambda: office.prepare(process, "node", node="customer_care", account_identifiers=[name]),
        lambda: _open(office, product_id, name),
    ]
    assert sorted(outcomes_of(lambda step: step(), steps)) == ["account_identifier_taken", "ok"]


def test_an_account_changes_in_what_is_given_and_says_so(office: Office) -> None:
    account = _open(office, _product(office))
    changed = _alter(office, account, signature="云帆网络", interface="cmpp", sub_number="0088", status="active")
    assert (changed["signature"], changed["interface"], changed["sub_number"], changed["status"]) == (
        "云帆网络",
        "cmpp",
        "0088",
        "active",
    )
    assert _alter(office, changed, status="active")["version"] == 2, "nothing changed"
    assert [(each["status"], each["signature"]) for each in office.said("account_changed")] == [("active", "云帆网络")]
    with pytest.raises(Conflict, match="account_changed_meanwhile") as refused:
        _alter(office, account, status="blocked")
    assert refused.value.params == {"version": 2}


def test_a_closed_account_stays_closed_and_the_refusal_says_from_what_to_what(office: Office) -> None:
    account = _alter(office, _open(office, _product(office)), status="blocked")
    with pytest.raises(Conflict, match="account_status_illegal"):
        _alter(office, account, status="trial")
    account = _alter(office, _alter(office, account, status="active"), status="closed")
    with pytest.raises(Conflict, match="account_status_illegal") as refused:
        _alter(office, account, status="active")
    words = {"from_zh": "销户", "from_en": "closed", "to_zh": "正式", "to_en": "active"}
    assert refused.value.params == {"identifier": "yunfan01", **words}
    assert _alter(office, account, signature="云帆网络")["status"] == "closed", "what is not its status may be corrected"


def test_of_many_who_change_one_account_at_once_one_does(office: Office) -> None:
    account = _open(office, _product(office))
    outcomes = outcomes_of(lambda status: _alter(office, account, status=status), ["active", "blocked", "closed"] * 3)
    assert sorted(outcomes) == ["account_changed_meanwhile"] * 8 + ["ok"]
    assert len(office.said("account_changed")) == 1


def test_a_customer_has_an_account_while_one_is_not_closed(office: Office) -> None:
    product_id = _product(office)
    customer_id = show_product(office.begin(office.zhang), product_id)["customer_id"]
    first, second = _open(office, product_id, "y1"), _open(office, product_id, "y2")
    _alter(office, first, status="closed")
    second = _alter(office, second, status="blocked")
    assert office.row(customer_id).has_account
    _alter(office, second, status="closed")
    assert not office.row(customer_id).has_account
    office.log(office.zhang, customer_id)
    assert office.row(customer_id).tier == "intent", "nothing lifts it to trial any more"


def test_a_closed_account_lifts_nobody_who_fell_with_it(office: Office) -> None:
    product_id = _product(office)
    customer_id = show_product(office.begin(office.zhang), product_id)["customer_id"]
    office.contact(office.zhang, customer_id, mobile="13816008866", title="经理", qq="10001", wechat="guxl")
    office.log(office.zhang, customer_id)
    account = _open(office, product_id)
    for day in (date(2026, 4, 10), date(2026, 4, 25)):
        office.sweep(day)
    assert office.row(customer_id).tier == "silent"
    _alter(office, account, status="closed")
    assert office.row(customer_id).tier == "silent", "less than it fell with is nothing new"


def test_a_pool_customers_accounts_are_closed_but_none_is_opened(office: Office) -> None:
    product_id = _product(office)
    customer_id = show_product(office.begin(office.zhang), product_id)["customer_id"]
    account = _open(office, product_id)
    release_customer(office.begin(office.zhang), customer_id, "行业不符")
    with pytest.raises(Conflict, match="customer_in_pool"):
        _open(office, product_id, "y2")
    assert _alter(office, account, status="closed")["status"] == "closed"
    assert not office.row(customer_id).has_account


def test_an_account_is_seen_by_who_sees_its_customer_and_is_found_by_its_beginning(office: Office) -> None:
    mine, others = _product(office), office.product(office.zhao, office.add(office.zhao, "海鸥"))
    account = _open(office, mine, "yunfan_01")
    _open(office, mine, "yunfan-02", status="active")
    _open(office, others, "haiou01")
    assert _accounts(office) == sorted(_accounts(office)) == ["haiou01", "yunfan-02", "yunfan_01"]
    assert _accounts(office, office.zhang) == ["yunfan-02", "yunfan_01"]
    assert _accounts(office, office.li) == []
    assert _accounts(office, q="yunfan_") == ["yunfan_01"], "the sign stands for itself"
    assert _accounts(office, status="active") == ["yunfan-02"]
    assert _accounts(office, product_id=str(others)) == ["haiou01"]
    assert _accounts(office, customer_id=account["customer_id"], sort="-opened_at", q="yunfan") == _accounts(
        office, product_id=str(mine), sort="-opened_at"
    )
    assert show_account(office.begin(office.lead), UUID(account["id"]))["customer_name"] == "云帆"
    for unseen in (UUID(account["id"]), new_id()):
        with pytest.raises(NotFound, match="account_not_found"):
            show_account(office.begin(office.li), unseen)
        with pytest.raises(NotFound, match="account_not_found"):
            _alter(office, {**account, "id": str(unseen)}, by=office.li, signature="李娜")
    with pytest.raises(NotFound, match="product_not_found"):
        _open(office, mine, "y9", by=office.li)
