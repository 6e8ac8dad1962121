"""What can be started on a customer's page is what its start takes; why the rest cannot is what its start says (spec, gateway.md:
"every process that can be started stands on it, with those that cannot and why")."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from services.contracts import customer_parts_calls as parts
from services.contracts.startable import OwnedStarts
from services.customer.store.tables import Account
from services.customer.usecases.list_startable_processes import list_startable_processes
from services.customer.usecases.open_account import open_account
from services.customer.usecases.release_customer import release_customer
from services.kit.caller import Caller
from services.kit.errors import NotFound
from services.kit.ids import new_id
from services.kit.schema import dump, load
from tests.integration.customer.office import Office, Running, outcome_of

CODES = ("claim_customer", "test_account", "contract_review", "channel_registration", "special_request")


def _starts(office: Office, caller: Caller, customer_id: UUID) -> dict[str, Any]:
    shown = dump(OwnedStarts, list_startable_processes(office.begin(caller), customer_id))
    return {each["code"]: each for each in shown["items"]}


def _promise(start: dict[str, Any]) -> str:
    """What the page says comes of a start: ``ok``, or the code of the refusal."""
    return "ok" if start["subjects"] else str(start["reasons"][0]["code"])


def _account(office: Office, product_id: UUID, identifier: str) -> UUID:
    wanted = {"identifier": identifier, "signature": "云帆", "interface": "http", "status": "active"}
    return UUID(str(open_account(office.begin(office.admin), product_id, **load(parts.OpenAccount, wanted))["id"]))


def _close(office: Office, account_id: UUID) -> None:
    with office.database.session() as session, session.begin():
        session.execute(update(Account).where(Account.id == account_id).values(status="closed"))


def _outcome(office: Office, process: Running) -> str:
    """What comes of starting it: ``ok``, or the code of the refusal."""
    return outcome_of(lambda: office.prepare(process))


def _own(office: Office, name: str) -> UUID:
    return office.add(office.zhang, name)


def _pooled(office: Office, name: str) -> UUID:
    return office.pooled(name)


def _claimed(office: Office, name: str) -> UUID:
    customer_id = office.pooled(name)
    office.prepare(office.claim(office.zhang, customer_id))
    return customer_id


def _started(office: Office, caller: Caller, code: str, customer_id: UUID) -> Running:
    """A process of this code whose form is as it should be, about the customer or what there is of it."""
    if code == "claim_customer":
        return office.claim(caller, customer_id)
    if code == "contract_review":
        return office.contract(caller, customer_id, date(2026, 3, 1), date(2027, 2, 28))
    if code == "special_request":
        form = {"kind": "other", "explanation": "客户要求"}
        return Running(new_id(), code, str(customer_id), form, caller)
    test = office.test_account(caller, customer_id)
    form = {**test.form, "product_type": "voice", "payment_mode": "prepaid"}
    return Running(new_id(), code, str(customer_id), form, caller)


@pytest.mark.parametrize("made", [_own, _pooled, _claimed])
@pytest.mark.parametrize("who", ["zhang", "lead", "admin"])
def test_the_page_says_of_each_process_what_its_start_says(office: Office, made: Callable[[Office, str], UUID], who: str) -> None:
    caller: Caller = getattr(office, who)
    for code in CODES:
        if code == "channel_registration":
            continue  # of accounts, below
        customer_id = made(office, f"云帆 {code}")
        promised = _promise(_starts(office, caller, customer_id)[code])
        process = _started(office, caller, code, customer_id)
        assert _outcome(office, process) == promised, code


def test_a_pool_customer_is_claimed_or_tested_and_nothing_else(office: Office) -> None:
    starts = _starts(office, office.zhang, office.pooled("云帆"))
    assert {code: _promise(start) for code, start in starts.items()} == {
        "claim_customer": "ok",
        "test_account": "ok",
        "contract_review": "customer_in_pool",
        "channel_registration": "customer_in_pool",
        "special_request": "customer_in_pool",
    }


def test_limits_of_the_pool_are_said_before_anybody_claims(office: Office) -> None:
    # 赵强 gave it up today.
    customer_id = office.pooled("云帆")
    for policy, caller, code in (
        ({"reclaim_wait_days": 30}, office.zhao, "reclaim_too_early"),
        ({"claims_per_day": 0}, office.zhang, "claim_quota_used"),
        ({"holding_limits": {"intent": 0, "silent": 0, "trial": 0}}, office.zhang, "holding_limit_reached"),
        ({}, office.zhang, "ok"),
    ):
        office.set_policy(**policy)
        starts = _starts(office, caller, customer_id)
        assert [_promise(starts[each]) for each in ("claim_customer", "test_account")] == [code, code]
        start = office.claim(caller, customer_id)
        assert _outcome(office, start) == code


def test_looking_counts_no_claim_and_takes_no_customer(office: Office) -> None:
    office.set_policy(claims_per_day=1)
    customer_id = office.pooled("云帆")
    for _ in range(3):
        assert _promise(_starts(office, office.zhang, customer_id)["claim_customer"]) == "ok"
    assert office.row(customer_id).claim_process_id is None
    office.prepare(office.claim(office.zhang, customer_id))


def test_a_test_account_is_about_a_product_or_about_one_that_the_customer_lacks(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    sms, software = office.product(office.zhang, customer_id), office.product(office.zhang, customer_id, type="software")
    start = _starts(office, office.zhang, customer_id)["test_account"]
    assert [(each["type"], each["id"]) for each in start["subjects"]] == [
        ("customer", str(customer_id)),
        ("product", str(sms)),
    ]
    (refused,) = start["refused"]
    assert (refused["id"], [each["code"] for each in refused["reasons"]]) == (str(software), ["product_without_accounts"])
    for product_id, outcome in ((sms, "ok"), (software, "product_without_accounts")):
        start = office.test_account(office.zhang, product_id)
        assert _outcome(office, start) == outcome


def test_a_customer_that_has_every_kind_is_offered_only_its_products(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    for kind in ("industry_sms", "marketing_sms", "international_sms", "mms", "voice"):
        for mode in ("postpaid", "prepaid"):
            office.product(office.zhang, customer_id, type=kind, payment_mode=mode, name=f"{kind} {mode}")
    start = _starts(office, office.zhang, customer_id)["test_account"]
    assert {each["type"] for each in start["subjects"]} == {"product"}


def test_a_signature_is_registered_on_an_open_account(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    product_id = office.product(office.zhang, customer_id)

    def start() -> dict[str, Any]:
        found: dict[str, Any] = _starts(office, office.zhang, customer_id)["channel_registration"]
        return found

    assert (_promise(start()), start()["refused"]) == ("customer_without_accounts", [])
    closed = _account(office, product_id, "yf-0")
    _close(office, closed)
    assert _promise(start()) == "account_closed"
    account_id = _account(office, product_id, "yf-1")
    assert [each["id"] for each in start()["subjects"]] == [str(account_id)]
    assert [each["id"] for each in start()["refused"]] == [str(closed)]
    form = {"signature": "云帆科技", "type": "sms", "industry": "i", "explanation": "验证码"}
    for subject, outcome in ((account_id, "ok"), (closed, "account_closed")):
        process = Running(new_id(), "channel_registration", str(subject), form, office.zhang, "account")
        assert _outcome(office, process) == outcome


def test_of_very_many_accounts_the_first_are_tried_open_ones_first(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("services.contracts.startable", "services.customer.usecases.list_startable_processes"):
        monkeypatch.setattr(f"{module}.SUBJECTS_MAX", 2)
    customer_id = office.add(office.zhang, "云帆")
    product_id = office.product(office.zhang, customer_id)
    accounts = [_account(office, product_id, f"yf-{number}") for number in range(4)]
    _close(office, accounts[0])
    start = _starts(office, office.zhang, customer_id)["channel_registration"]
    assert ([each["name"] for each in start["subjects"]], start["is_more"]) == (["yf-1", "yf-2"], True)


def test_whoever_may_not_see_the_customer_is_told_that_there_is_none(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    claimed = _claimed(office, "蓝鲸")
    for hidden in (customer_id, claimed, new_id()):
        with pytest.raises(NotFound, match="customer_not_found"):
            _starts(office, office.zhao, hidden)
    assert _promise(_starts(office, office.lead, customer_id)["contract_review"]) == "ok"


def test_it_is_read_in_as_many_statements_whatever_hangs_on_the_customer(office: Office) -> None:
    office.set_policy(claims_per_day=5, reclaim_wait_days=7, holding_limits={"intent": 9})
    asked = []
    for name, number in (("云帆", 1), ("蓝鲸", 7)):
        customer_id = office.add(office.zhao, name)
        for each in range(number):
            _account(office, office.product(office.zhao, customer_id, name=f"短信{each}"), f"{number}-{each}")
        with office.statements() as owned:
            _starts(office, office.zhao, customer_id)
        release_customer(office.begin(office.zhao), customer_id, "转行")
        with office.statements() as pooled:
            _starts(office, office.zhang, customer_id)
        asked.append((len(owned), len(pooled)))
    assert asked[0] == asked[1]
    assert max(asked[0]) <= 12
