"""An archived process whose effect fails says why, and a retry brings it, exactly once in whatever order the events come.

Spec, workflow.md, "After each turn", and the issue: never "finished but nothing changed".
"""

from dataclasses import replace
from datetime import date
from itertools import permutations
from uuid import UUID

import pytest

from services.contracts.customer import EVENTS
from services.customer.usecases.apply_process import apply_process
from services.customer.usecases.release_customer import release_customer
from services.kit.caller import Caller
from services.kit.envelope import Event
from services.kit.ids import new_id
from services.kit.schema import load
from tests.integration.customer.office import Office, Running, outcomes_of
from tests.integration.giving_up import hear_archived

TERM = (date(2026, 3, 1), date(2027, 2, 28))


def _archived(office: Office, process: Running, attempt: int, **entered: object) -> Event:
    return replace(office.event(process, "process_archived", **entered), aggregate_version=attempt)


def _hear(office: Office, event: Event) -> str:
    return hear_archived(apply_process, lambda name: office.begin(Caller.system("workflow"), consumer=name), event)


@pytest.fixture
def lost_claim(office: Office) -> tuple[UUID, Running]:
    """李娜 is claiming a pool customer that a contract, begun by 张伟 when it was his, makes his again meanwhile."""
    customer_id = office.add(office.zhang, "云帆")
    contract = office.contract(office.zhang, customer_id, *TERM)
    office.prepare(contract)
    release_customer(office.begin(office.zhang), customer_id, "转做其他行业")
    claim = office.claim(office.li, customer_id)
    office.prepare(claim)
    office.archive(contract)
    assert office.row(customer_id).owner_name == "张伟", "a signed contract outweighs a claim"
    return customer_id, claim


def test_an_effect_that_cannot_be_says_why_in_both_languages(office: Office, lost_claim: tuple[UUID, Running]) -> None:
    customer_id, claim = lost_claim
    assert _hear(office, _archived(office, claim, 9)) == "claim_not_held"
    (failed,) = office.said("process_apply_failed")
    assert failed == {
        "process_id": str(claim.id),
        "code": "claim_customer",
        "attempt": 9,
        "reason_zh": "客户“云帆”已不在该申请名下，现由 张伟 跟进。",
        "reason_en": "This claim of customer “云帆” holds no longer: it is with 张伟 now.",
    }
    load(EVENTS["process_apply_failed"].schema, failed)
    assert office.row(customer_id).owner_name == "张伟"
    assert str(claim.id) not in {applied["process_id"] for applied in office.said("process_applied")}


def test_whoever_loses_a_claim_to_a_contract_is_told_at_once(office: Office, lost_claim: tuple[UUID, Running]) -> None:
    customer_id, claim = lost_claim
    (lost,) = office.said("claim_lost")
    assert lost == {
        "customer_id": str(customer_id),
        "customer_name": "云帆",
        "process_id": str(claim.id),
        "claimant_id": office.li.user_id,
        "claimant_name": "李娜",
        "owner_name": "张伟",
    }
    load(EVENTS["claim_lost"].schema, lost)
    office.turn(claim, "withdrawn")
    assert office.row(customer_id).owner_name == "张伟", "what the claim no longer holds it does not release"


def test_a_failure_replayed_from_the_dead_letters_is_told_once(office: Office, lost_claim: tuple[UUID, Running]) -> None:
    _, claim = lost_claim
    event = _archived(office, claim, 9)
    assert _hear(office, event) == _hear(office, event) == "claim_not_held"
    assert len(office.said("process_apply_failed")) == 1
    assert _hear(office, _archived(office, claim, 11)) == "claim_not_held"
    assert [failed["attempt"] for failed in office.said("process_apply_failed")] == [9, 11], "a retry that fails says so itself"


@pytest.mark.parametrize("order", list(permutations(("first", "retry", "retry again"))), ids=" then ".join)
def test_a_retry_brings_the_effect_exactly_once_in_every_order(
    office: Office, lost_claim: tuple[UUID, Running], order: tuple[str, ...]
) -> None:
    customer_id, claim = lost_claim
    events = {name: _archived(office, claim, 9 + 2 * number) for number, name in enumerate(("first", "retry", "retry again"))}
    assert _hear(office, events["first"]) == "claim_not_held"
    release_customer(office.begin(office.zhang), customer_id, "合同作废")
    for name in order:
        assert _hear(office, events[name]) == "ok"
        assert _hear(office, events[name]) == "ok"
        assert office.row(customer_id).owner_name == "李娜"
    said = [applied for applied in office.said("process_applied") if applied["process_id"] == str(claim.id)]
    assert len(said) == 1, "what is in force already says nothing new"
    assert len(office.said("process_apply_failed")) == 1


def test_a_retry_and_a_replayed_dead_letter_at_the_same_moment_bring_the_effect_once(
    office: Office, lost_claim: tuple[UUID, Running]
) -> None:
    customer_id, claim = lost_claim
    first, retry = _archived(office, claim, 9), _archived(office, claim, 11)
    _hear(office, first)
    release_customer(office.begin(office.zhang), customer_id, "合同作废")
    assert outcomes_of(lambda event: _hear(office, event), [first, retry] * 8) == ["ok"] * 16
    assert [applied["process_id"] for applied in office.said("process_applied")].count(str(claim.id)) == 1
    assert office.moves(customer_id).count(("pool", "silent", "claim_customer")) == 1


def test_account_identifiers_that_another_has_are_named(office: Office) -> None:
    product_id = office.product(office.zhang, office.add(office.zhang, "云帆"))
    first, second = (office.test_account(office.zhang, product_id) for _ in range(2))
    for process in (first, second):
        office.prepare(process)
    office.archive(first, account_identifiers=["yf001"])
    assert _hear(office, _archived(office, second, 9, account_identifiers=["yf002", "yf001"])) == "account_identifier_taken"
    (failed,) = office.said("process_apply_failed")
    assert failed["reason_zh"] == "账号 yf001 已被使用。 account_identifiers.1: 已被使用。"
    assert len(office.said("account_opened")) == 1, "none of a failed effect's accounts is open"


def test_processes_of_others_and_their_failures_are_none_of_ours(office: Office) -> None:
    other = Running(new_id(), "price_adjustment", str(new_id()), {}, office.zhang)
    assert _hear(office, _archived(office, other, 9)) == "ok"
    assert office.said("process_apply_failed") == office.said("process_applied") == []
