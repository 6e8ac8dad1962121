"""The processes that customer owns: what they reserve, release and put into force, in any order and any number of times."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.contracts import customer_calls as calls
from services.contracts.workflow import Prepared
from services.customer.usecases.copy_user import copy_user
from services.customer.usecases.list_customers import list_customers
from services.customer.usecases.note_usage import note_usage
from services.customer.usecases.release_customer import release_customer
from services.customer.usecases.release_process import release_process
from services.customer.usecases.show_customer import show_customer
from services.kit.caller import Caller
from services.kit.envelope import Event
from services.kit.errors import Conflict, Forbidden, InvalidInput, NotFound
from services.kit.ids import new_id
from services.kit.inbox import AlreadyConsumed
from services.kit.schema import load
from tests.integration.customer.office import Office, Running, noon, outcomes_of, person

TERM = (date(2026, 3, 1), date(2027, 2, 28))


def _sees(office: Office, caller: Caller) -> bool:
    query = load(calls.CustomerQuery, {"tier": "pool"})
    return bool(list_customers(office.begin(caller), **query).items)


def test_a_claim_takes_the_customer_out_of_the_pool_at_once(office: Office) -> None:
    customer_id = office.pooled("云帆")
    prepared = Prepared().dump(office.prepare(office.claim(office.zhang, customer_id)))
    assert (prepared["customer_name"], prepared["subject"]["id"]) == ("云帆", str(customer_id))
    assert _sees(office, office.zhang)
    assert _sees(office, office.lead), "who is to approve it sees what it is about"
    assert not _sees(office, office.li)
    assert not _sees(office, office.zhao)
    assert show_customer(office.begin(office.zhang), customer_id)["claimant_name"] == "张伟"
    with pytest.raises(NotFound):
        show_customer(office.begin(office.li), customer_id)


def test_who_claims_a_customer_is_told_that_it_waits_for_the_approval(office: Office) -> None:
    customer_id = office.pooled("云帆")
    office.prepare(office.claim(office.zhang, customer_id))
    with pytest.raises(Conflict, match="customer_claim_undecided"):
        office.log(office.zhang, customer_id)
    with pytest.raises(Conflict, match="customer_in_pool"):
        office.log(office.lead, customer_id)
    with pytest.raises(NotFound, match="customer_not_found"):
        office.log(office.li, customer_id)


def test_of_two_hundred_claims_at_once_one_wins_and_the_others_get_a_clear_conflict(office: Office) -> None:
    customer_id = office.pooled("云帆")
    claims = [office.claim(person(f"销售{number}"), customer_id) for number in range(200)]
    outcomes = outcomes_of(office.prepare, claims, threads=20)
    assert sorted(outcomes) == ["customer_already_claimed"] * 199 + ["ok"]
    winner = claims[outcomes.index("ok")]
    assert office.row(customer_id).claim_process_id == winner.id
    assert office.row(customer_id).claimant_name == winner.initiator.name


def test_a_lost_race_says_who_won(office: Office) -> None:
    customer_id = office.pooled("云帆")
    office.prepare(office.claim(office.zhang, customer_id))
    with pytest.raises(Conflict) as refused:
        office.prepare(office.claim(office.li, customer_id))
    assert (refused.value.code, refused.value.params["claimant"]) == ("customer_already_claimed", "张伟")


def test_a_customer_that_is_not_in_the_pool_cannot_be_claimed(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    with pytest.raises(Conflict, match="customer_not_in_pool"):
        office.prepare(office.claim(office.lead, customer_id))
    with pytest.raises(NotFound, match="customer_not_found"):
        office.prepare(office.claim(office.li, customer_id))


def test_preparing_again_with_the_same_id_answers_alike(office: Office) -> None:
    claim = office.claim(office.zhang, office.pooled("云帆"))
    assert office.prepare(claim) == office.prepare(claim)


@pytest.mark.parametrize("how", ["rejected", "withdrawn"])
def test_a_claim_rejected_or_withdrawn_puts_the_customer_back(office: Office, how: str) -> None:
    customer_id = office.pooled("云帆")
    claim = office.claim(office.zhang, customer_id)
    office.prepare(claim)
    event = office.turn(claim, how)
    assert _sees(office, office.li)
    office.prepare(office.claim(office.li, customer_id))
    with pytest.raises(AlreadyConsumed):
        release_process(office.begin(Caller.system("workflow"), consumer=f"on_process_{how}"), event)
    assert office.row(customer_id).claimant_name == "李娜"


def test_an_archived_claim_makes_the_customer_the_applicants_at_silent(office: Office) -> None:
    customer_id = office.pooled("云帆")
    claim = office.claim(office.zhang, customer_id)
    office.prepare(claim)
    office.archive(claim)
    row = office.row(customer_id)
    assert (row.tier, row.owner_name, row.owner_department_id and str(row.owner_department_id)) == (
        "silent",
        "张伟",
        office.zhang.department_id,
    )
    assert row.claim_process_id is None
    assert office.moves(customer_id)[-1] == ("pool", "silent", "claim_customer")
    (claimed,) = office.said("customer_claimed")
    (applied,) = office.said("process_applied")
    assert (claimed["owner_id"], applied["process_id"]) == (office.zhang.user_id, str(claim.id))
    assert not _sees(office, office.li)


def test_an_archived_process_has_its_effect_once_however_often_it_is_told(office: Office) -> None:
    claim = office.claim(office.zhang, office.pooled("云帆"))
    office.prepare(claim)
    office.archive(claim)
    office.archive(claim)  # another event of the same process: the row knows
    assert len(office.said("process_applied")) == len(office.said("customer_claimed")) == 1


def test_a_process_withdrawn_before_it_was_heard_of_cannot_be_prepared_late(office: Office) -> None:
    customer_id = office.pooled("云帆")
    claim = office.claim(office.zhang, customer_id)
    office.turn(claim, "withdrawn")
    with pytest.raises(Conflict, match="process_was_withdrawn"):
        office.prepare(claim)
    assert _sees(office, office.li)


def test_a_rejection_that_arrives_after_the_resubmission_releases_nothing(office: Office) -> None:
    customer_id = office.pooled("云帆")
    claim = office.claim(office.zhang, customer_id)
    office.prepare(claim, version=1)
    office.prepare(claim, "resubmit", version=4)
    office.turn(claim, "rejected", version=4)
    assert office.row(customer_id).claim_process_id == claim.id
    office.turn(claim, "rejected", version=7)
    assert office.row(customer_id).claim_process_id is None


def test_a_question_that_its_asker_gave_up_reserves_nothing(office: Office) -> None:
    customer_id = office.pooled("云帆")
    claim = office.claim(office.zhang, customer_id)
    office.prepare(claim)
    office.turn(claim, "rejected", version=4)
    office.turn(claim, "rejected", version=6)  # said again, as the resubmission of version 5 got no answer in time
    with pytest.raises(Conflict, match="process_changed"):
        office.prepare(claim, "resubmit", version=5)
    assert office.row(customer_id).claim_process_id is None


def test_a_resubmission_claims_anew_and_may_come_too_late(office: Office) -> None:
    customer_id = office.pooled("云帆")
    claim = office.claim(office.zhang, customer_id)
    office.prepare(claim)
    office.turn(claim, "rejected")
    office.prepare(office.claim(office.li, customer_id))
    with pytest.raises(Conflict, match="customer_already_claimed"):
        office.prepare(claim, "resubmit", version=3)


def test_a_leaver_cannot_claim(office: Office) -> None:
    customer_id = office.pooled("云帆")
    _user_changed(office, office.zhang, name="张伟", active=False, version=2)
    with pytest.raises(Conflict, match="owner_has_left"):
        office.prepare(office.claim(office.zhang, customer_id))


# 测试账号申请


def _tested(office: Office) -> tuple[Running, UUID]:
    customer_id = office.add(office.zhang, "云帆")
    return office.test_account(office.zhang, office.product(office.zhang, customer_id)), customer_id


def test_a_test_account_opens_accounts_and_lifts_the_customer_to_trial(office: Office) -> None:
    process, customer_id = _tested(office)
    prepared = office.prepare(process)
    assert prepared["form"]["product_id"] == process.subject_id
    office.prepare(process, "node", node="customer_care", account_identifiers=["yunfan01", " yunfan02 "])
    office.archive(process, account_identifiers=["yunfan01", " yunfan02 "])
    assert [account["identifier"] for account in office.said("account_opened")] == ["yunfan01", "yunfan02"]
    row = office.row(customer_id)
    assert (row.tier, row.has_account, row.test_account_archived) == ("trial", True, True)
    (changed,) = office.said("tier_changed")
    assert (changed["rule"], changed["process_id"], changed["to_tier"]) == ("test_account", str(process.id), "trial")


def test_an_identifier_in_use_or_being_entered_elsewhere_is_refused_by_its_place(office: Office) -> None:
    first, _ = _tested(office)
    office.prepare(first)
    office.prepare(first, "node", node="customer_care", account_identifiers=["a1", "a2"])
    second = replace(first, id=new_id())
    office.prepare(second)
    with pytest.raises(Conflict) as refused:
        office.prepare(second, "node", node="customer_care", account_identifiers=["b1", "a2"])
    assert (refused.value.code, refused.value.fields) == ("account_identifier_taken", {"account_identifiers.1": ["taken"]})
    office.turn(first, "rejected")
    office.prepare(second, "node", node="customer_care", account_identifiers=["b1", "a2"])


@pytest.mark.parametrize(
    ("entered", "wrong"),
    [
        ({}, {"account_identifiers": ["required"]}),
        ({"account_identifiers": []}, {"account_identifiers": ["length|1|100"]}),
        ({"account_identifiers": ["a", " a"]}, {"account_identifiers.1": ["repeated"]}),
        ({"account_identifiers": ["有空格 "]}, {"account_identifiers.0": ["format"]}),
    ],
    ids=["none", "an empty list", "one twice", "no identifier"],
)
def test_customer_care_must_enter_identifiers(office: Office, entered: dict[str, Any], wrong: dict[str, list[str]]) -> None:
    process, _ = _tested(office)
    office.prepare(process)
    with pytest.raises(InvalidInput) as refused:
        office.prepare(process, "node", node="customer_care", **entered)
    assert refused.value.fields == wrong


def test_a_form_that_lacks_what_the_account_needs_is_refused_by_field(office: Office) -> None:
    process, _ = _tested(office)
    with pytest.raises(InvalidInput) as refused:
        office.prepare(replace(process, form={"interface": "fax", "template": "…", "industry": "软件"}))
    assert refused.value.fields == {"signature": ["required"], "interface": ["one_of|http, cmpp, smpp, sgip, web"]}


def test_a_test_account_for_a_pool_customer_is_a_claim_too(office: Office) -> None:
    customer_id = office.add(office.zhao, "云帆")
    product_id = office.product(office.zhao, customer_id)
    release_customer(office.begin(office.zhao), customer_id, "转行")
    process = office.test_account(office.zhang, product_id)
    office.prepare(process)
    assert not _sees(office, office.li)
    with pytest.raises(Conflict, match="customer_already_claimed"):
        office.prepare(office.claim(office.li, customer_id))
    office.prepare(process, "node", node="customer_care", account_identifiers=["y1"])
    office.archive(process, account_identifiers=["y1"])
    row = office.row(customer_id)
    assert (row.tier, row.owner_name) == ("trial", "张伟")
    assert office.moves(customer_id)[-1] == ("pool", "trial", "test_account")


def test_a_test_account_for_anothers_product_is_for_nobody(office: Office) -> None:
    process, _ = _tested(office)
    with pytest.raises(NotFound, match="product_not_found"):
        office.prepare(replace(process, id=new_id(), initiator=office.li))
    finance = Caller(str(new_id()), "钱进", roles=frozenset({"finance"}))
    with pytest.raises(Forbidden, match="customer_not_yours"):
        office.prepare(replace(process, id=new_id(), initiator=finance))


# 合同评审


def test_an_archived_contract_lifts_any_customer_to_contract(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    process = office.contract(office.zhang, customer_id, *TERM, amount="480000.00", unit_price="0.033")
    assert office.prepare(process)["facts"] == {"is_unchanged_renewal": False}
    office.archive(process, stamped_scan=process.form["draft"])
    row = office.row(customer_id)
    assert (row.tier, row.contract_ends_on) == ("contract", TERM[1])
    (in_force,) = office.said("contract_in_force")
    assert (in_force["amount"], in_force["owner_id"]) == ("480000.00", office.zhang.user_id)
    assert in_force["number"].startswith("HT-20260310-")


def test_a_contract_that_is_over_when_archived_is_kept_and_lifts_nobody(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    process = office.contract(office.zhang, customer_id, date(2026, 3, 1), date(2026, 3, 20))
    office.prepare(process)
    office.today = date(2026, 3, 20)
    office.archive(process)
    assert office.row(customer_id).tier == "intent"
    assert len(office.said("contract_in_force")) == 1


@pytest.mark.parametrize(
    ("term", "wrong"),
    [
        ((date(2026, 3, 2), date(2026, 3, 1)), {"valid_to": ["before_start"]}),
        ((date(2026, 3, 1), date(2026, 3, 10)), {"valid_to": ["in_past"]}),
    ],
    ids=["ends before it begins", "does not end ahead"],
)
def test_a_contracts_end_must_lie_ahead(office: Office, term: tuple[date, date], wrong: dict[str, list[str]]) -> None:
    customer_id = office.add(office.zhang, "云帆")
    with pytest.raises(InvalidInput) as refused:
        office.prepare(office.contract(office.zhang, customer_id, *term))
    assert refused.value.fields == wrong


def test_a_contract_is_about_the_customers_own_products_and_contracts(office: Office) -> None:
    customer_id, other = office.add(office.zhang, "云帆"), office.add(office.zhang, "海鸥")
    foreign = str(office.product(office.zhang, other))
    process = office.contract(office.zhang, customer_id, *TERM, product_ids=[foreign], renews_contract_id=str(new_id()))
    with pytest.raises(InvalidInput) as refused:
        office.prepare(process)
    assert refused.value.fields == {"product_ids.0": ["not_of_customer"], "renews_contract_id": ["not_of_customer"]}


def test_whoever_reviews_a_contract_reads_its_products_names(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    product_id = office.product(office.zhang, customer_id, name="行业短信")
    process = office.contract(office.zhang, customer_id, *TERM, product_ids=[str(product_id)])
    assert office.prepare(process)["form"]["products"] == [{"product_id": str(product_id), "name": "行业短信"}]
    none = office.contract(office.zhang, customer_id, *TERM, products=[{"product_id": str(new_id()), "name": "旧"}])
    assert office.prepare(none)["form"]["products"] == [], "what an earlier form had is no longer so"


def test_a_contract_that_its_table_could_not_hold_is_refused_before_anybody_approves_it(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    process = office.contract(office.zhang, customer_id, *TERM, unit_price="999999999999999", amount="999999999999999.00")
    with pytest.raises(InvalidInput) as refused:
        office.prepare(process)
    assert refused.value.fields == {"unit_price": ["range||10000"], "amount": ["range||1000000000000"]}


def test_a_renewal_of_an_auto_renewing_contract_with_the_same_terms_is_a_fact(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    product_ids = [str(office.product(office.zhang, customer_id))]
    terms: dict[str, Any] = {
        "amount": "480000.00",
        "unit_price": "0.033000",
        "monthly_volume": 1_000_000,
        "product_ids": product_ids,
        "is_auto_renewing": True,
    }
    first = office.contract(office.zhang, customer_id, *TERM, **terms)
    office.prepare(first)
    office.archive(first)
    (contract,) = office.said("contract_in_force")
    renewal = office.contract(
        office.zhang, customer_id, date(2027, 3, 1), date(2028, 2, 29), renews_contract_id=contract["id"], **terms
    )
    prepared = office.prepare(renewal)
    assert prepared["facts"] == {"is_unchanged_renewal": True}
    assert [str(each) for each in prepared["product_ids"]] == product_ids
    changes: list[dict[str, Any]] = [
        {"unit_price": "0.034"},
        {"amount": "480000.01"},
        {"monthly_volume": 999_999},
        {"is_standard": False},
        {"is_auto_renewing": False},
        {"product_ids": []},
        {"valid_to": "2029-02-28"},
        {"valid_from": "2027-03-02"},
        {"renews_contract_id": None},
    ]
    for change in changes:
        changed = replace(renewal, id=new_id(), form={**renewal.form, **change})
        assert office.prepare(changed)["facts"] == {"is_unchanged_renewal": False}, change


def test_a_pool_customer_is_claimed_before_a_contract_is_made_with_it(office: Office) -> None:
    with pytest.raises(Conflict, match="customer_in_pool"):
        office.prepare(office.contract(office.zhang, office.pooled("云帆"), *TERM))


# What other services tell


def test_usage_days_are_noted_in_any_order(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    for day, quantity in (("2026-03-05", 10), ("2026-03-08", 10), ("2026-03-06", 10), ("2026-03-09", 0)):
        data = {"customer_id": str(customer_id), "last_day": day, "quantity": quantity}
        event = Event(new_id(), "billing", "usage_recorded", str(customer_id), noon(office.today), 1, 0, data)
        note_usage(office.begin(Caller.system("billing"), consumer="on_usage_recorded"), event)
    assert office.row(customer_id).last_usage_on == date(2026, 3, 8)


def test_an_owners_new_name_reaches_the_customers_and_an_older_one_does_not(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    _user_changed(office, office.zhang, name="张大伟", version=3)
    _user_changed(office, office.zhang, name="张小伟", version=2)
    row = office.row(customer_id)
    assert (row.owner_name, row.version) == ("张大伟", 2)
    assert [event["owner_name"] for event in office.said("customer_changed")] == ["张大伟"]


def _user_changed(office: Office, user: Caller, *, name: str, version: int, active: bool = True) -> None:
    data = {
        "id": user.user_id,
        "login": "z",
        "name": name,
        "department_id": user.department_id,
        "roles": ["sales"],
        "active": active,
    }
    event = Event(new_id(), "gateway", "user_changed", user.user_id, noon(office.today), 1, version, data)
    copy_user(office.begin(Caller.system("gateway"), consumer="on_user_changed"), event)
