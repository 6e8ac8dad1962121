"""测试账号申请 for a customer without the product: of the pool it is the claim, too (spec, customer.md, "Upgrades at once")."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.contracts import customer_calls as calls
from services.contracts.workflow import Prepared
from services.customer.usecases.apply_process import apply_process
from services.customer.usecases.list_customers import list_customers
from services.customer.usecases.list_products import list_products
from services.customer.usecases.release_customer import release_customer
from services.kit.caller import Caller
from services.kit.errors import Conflict, Forbidden, InvalidInput, NotFound
from services.kit.ids import new_id
from services.kit.inbox import AlreadyConsumed
from services.kit.schema import load
from services.kit.tables import outbox
from tests.integration.customer.office import Office, Running, outcomes_of, person

PAGE: dict[str, Any] = {"page_size": 50, "sort": "", "cursor": ""}


def _trial(office: Office, caller: Caller, customer_id: UUID, **form: Any) -> Running:
    """测试账号申请 that names the customer, and what to make for it."""
    process = office.test_account(caller, customer_id)
    wanted = {"product_type": "industry_sms", "payment_mode": "postpaid", **form}
    return replace(process, form={**process.form, **wanted}, subject_type="customer")


def _archived(office: Office, process: Running, *identifiers: str) -> Running:
    office.prepare(process)
    office.prepare(process, "node", node="customer_care", account_identifiers=list(identifiers))
    office.archive(process, account_identifiers=list(identifiers))
    return process


def _products(office: Office, caller: Caller, customer_id: UUID) -> list[tuple[str, str, str, int]]:
    page = list_products(office.begin(caller), customer_id, **PAGE)
    return [(each["name"], each["type"], each["payment_mode"], each["account_count"]) for each in page.items]


def _sees_in_pool(office: Office, caller: Caller) -> bool:
    return bool(list_customers(office.begin(caller), **load(calls.CustomerQuery, {"tier": "pool"})).items)


def test_it_counts_as_the_claim_and_names_the_customer_as_its_subject(office: Office) -> None:
    customer_id = office.pooled("云帆")
    process = _trial(office, office.zhang, customer_id)
    prepared = Prepared().dump(office.prepare(process))
    assert prepared["subject"] == {"type": "customer", "id": str(customer_id), "name": "云帆"}
    assert (prepared["title"], prepared["customer_name"]) == ("测试账号申请：云帆 行业短信", "云帆")
    assert prepared["form"] == process.form, "there is no product to name yet"
    assert office.prepare(process) == office.prepare(process), "alike however often it is asked"
    row = office.row(customer_id)
    assert (row.tier, row.claim_process_id, row.claimant_name) == ("pool", process.id, "张伟")
    assert _sees_in_pool(office, office.zhang)
    assert not _sees_in_pool(office, office.li)
    assert office.said("product_added") == []


def test_archived_it_makes_the_customer_the_applicants_at_trial_with_product_and_accounts(office: Office) -> None:
    customer_id = office.pooled("云帆")
    process = _archived(office, _trial(office, office.zhang, customer_id, payment_mode="prepaid"), "y1", "y2")
    row = office.row(customer_id)
    assert (row.tier, row.owner_name, row.claim_process_id, row.has_account) == ("trial", "张伟", None, True)
    assert office.moves(customer_id)[-1] == ("pool", "trial", "test_account")
    assert _products(office, office.zhang, customer_id) == [("行业短信", "industry_sms", "prepaid", 2)]
    (added,), opened = office.said("product_added"), office.said("account_opened")
    assert added["customer_id"] == str(customer_id)
    assert [(each["identifier"], each["product_id"]) for each in opened] == [("y1", added["id"]), ("y2", added["id"])]
    (claimed,), (applied,) = office.said("customer_claimed"), office.said("process_applied")
    assert (claimed["process_id"], applied["process_id"]) == (str(process.id), str(process.id))


def test_it_is_said_whose_the_customer_is_before_its_accounts_are(office: Office) -> None:
    _archived(office, _trial(office, office.zhang, office.pooled("云帆")), "y1")
    with office.database.session() as session:
        said = list(session.scalars(select(outbox.c.type).order_by(outbox.c.position)))
    assert said.index("product_added") < said.index("customer_claimed") < said.index("account_opened")


def test_the_product_is_made_once_however_often_it_is_told(office: Office) -> None:
    process = _trial(office, office.zhang, office.pooled("云帆"))
    _archived(office, process, "y1")
    office.archive(process, account_identifiers=["y1"])  # another event of the same process: the row knows
    event = office.event(process, "process_archived", account_identifiers=["y1"])
    archived = office.begin(Caller.system("workflow"), consumer="on_process_archived")
    apply_process(archived, event)
    with pytest.raises(AlreadyConsumed):
        apply_process(archived, event)
    assert len(office.said("product_added")) == len(office.said("account_opened")) == 1
    assert len(office.said("process_applied")) == len(office.said("customer_claimed")) == 1


@pytest.mark.parametrize("how", ["rejected", "withdrawn"])
def test_rejected_or_withdrawn_the_customer_is_back_in_the_pool(office: Office, how: str) -> None:
    customer_id = office.pooled("云帆")
    process = _trial(office, office.zhang, customer_id)
    office.prepare(process)
    office.prepare(process, "node", node="customer_care", account_identifiers=["y1"])
    office.turn(process, how)
    row = office.row(customer_id)
    assert (row.tier, row.claim_process_id, row.claimant_id) == ("pool", None, None)
    assert _sees_in_pool(office, office.li)
    assert office.said("product_added") == []
    _archived(office, _trial(office, office.li, customer_id), "y1")
    assert office.row(customer_id).owner_name == "李娜", "customer and identifier were free again"


def test_resubmitted_after_a_rejection_it_claims_anew_or_comes_too_late(office: Office) -> None:
    customer_id = office.pooled("云帆")
    process = _trial(office, office.zhang, customer_id)
    office.prepare(process)
    office.turn(process, "rejected")
    office.prepare(process, "resubmit", version=3)
    assert office.row(customer_id).claim_process_id == process.id
    office.turn(process, "rejected", version=4)
    office.prepare(office.claim(office.li, customer_id))
    with pytest.raises(Conflict, match="customer_already_claimed"):
        office.prepare(process, "resubmit", version=5)


def test_of_many_who_start_at_once_one_wins_and_the_others_get_a_clear_conflict(office: Office) -> None:
    customer_id = office.pooled("云帆")
    people = [person(f"销售{number}") for number in range(20)]
    processes = [
        _trial(office, each, customer_id) if number % 2 else office.claim(each, customer_id) for number, each in enumerate(people)
    ]
    outcomes = outcomes_of(office.prepare, processes)
    assert sorted(outcomes) == ["customer_already_claimed"] * 19 + ["ok"]
    assert office.row(customer_id).claim_process_id == processes[outcomes.index("ok")].id


def test_whoever_comes_later_is_told_who_was_faster_by_product_and_by_customer_alike(office: Office) -> None:
    customer_id = office.add(office.zhao, "云帆")
    product_id = office.product(office.zhao, customer_id)
    release_customer(office.begin(office.zhao), customer_id, "转行")
    office.prepare(office.test_account(office.zhang, product_id))
    for late in (office.test_account(office.li, product_id), _trial(office, office.li, customer_id, product_type="voice")):
        with pytest.raises(Conflict, match="customer_already_claimed") as refused:
            office.prepare(late)
        assert refused.value.params == {"name": "云帆", "claimant": "张伟"}


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({"product_type": None}, {"product_type": ["null"]}),
        ({"product_type": "software"}, {"product_type": ["one_of|industry_sms, marketing_sms, international_sms, mms, voice"]}),
        ({"payment_mode": "later"}, {"payment_mode": ["one_of|postpaid, prepaid"]}),
        ({"product_id": "01890000-0000-7000-8000-000000000000"}, {"product_id": ["invalid"]}),
    ],
    ids=["no type", "software", "no such mode", "a product besides"],
)
def test_what_to_make_is_refused_by_field_and_leaves_the_customer_in_the_pool(
    office: Office, form: dict[str, Any], wrong: dict[str, list[str]]
) -> None:
    customer_id = office.pooled("云帆")
    with pytest.raises(InvalidInput) as refused:
        office.prepare(_trial(office, office.zhang, customer_id, **form))
    assert refused.value.fields == wrong
    assert office.row(customer_id).claim_process_id is None


def test_without_type_and_mode_the_customer_is_no_subject(office: Office) -> None:
    with pytest.raises(InvalidInput) as refused:
        office.prepare(office.test_account(office.zhang, office.pooled("云帆")))
    assert refused.value.fields == {"product_type": ["required"], "payment_mode": ["required"]}


def test_a_product_of_that_kind_which_is_there_is_the_one_to_apply_for(office: Office) -> None:
    customer_id = office.add(office.zhao, "云帆")
    office.product(office.zhao, customer_id, name="验证码")
    release_customer(office.begin(office.zhao), customer_id, "转行")
    with pytest.raises(Conflict, match="product_there_already") as refused:
        office.prepare(_trial(office, office.zhang, customer_id))
    assert refused.value.params == {"name": "验证码"}
    assert office.row(customer_id).claim_process_id is None
    _archived(office, _trial(office, office.zhang, customer_id, payment_mode="prepaid"), "y1")
    assert _products(office, office.zhang, customer_id) == [
        ("行业短信", "industry_sms", "prepaid", 1),
        ("验证码", "industry_sms", "postpaid", 0),
    ]


def test_the_product_made_has_a_name_that_the_customer_has_not(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    office.product(office.zhang, customer_id)
    _archived(office, _trial(office, office.zhang, customer_id, payment_mode="prepaid"), "y1")
    assert [name for name, *_ in _products(office, office.zhang, customer_id)] == ["行业短信", "行业短信 2"]


def test_ones_own_customer_without_the_product_is_lifted_without_a_claim(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    process = _trial(office, office.zhang, customer_id)
    assert office.prepare(process)["subject"]["type"] == "customer"
    _archived(office, process, "y1")
    assert office.moves(customer_id)[-1] == ("intent", "trial", "test_account")
    assert office.said("customer_claimed") == []


def test_two_processes_for_one_own_customer_make_one_product(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    first, second = _trial(office, office.zhang, customer_id), _trial(office, office.zhang, customer_id)
    for process, identifier in ((first, "y1"), (second, "y2")):
        office.prepare(process)
        office.prepare(process, "node", node="customer_care", account_identifiers=[identifier])

    def archive(process: Running) -> None:
        office.archive(process, account_identifiers=["y1" if process is first else "y2"])

    assert outcomes_of(archive, [first, second]) == ["ok", "ok"]
    assert _products(office, office.zhang, customer_id) == [("行业短信", "industry_sms", "postpaid", 2)]
    assert len(office.said("product_added")) == 1


def test_anothers_customer_is_like_none_and_one_seen_only_is_not_ones_own(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    for nothing in (customer_id, new_id()):
        with pytest.raises(NotFound, match="product_not_found"):
            office.prepare(_trial(office, office.li, nothing))
    finance = Caller(str(new_id()), "钱进", roles=frozenset({"finance"}))
    with pytest.raises(Forbidden, match="customer_not_yours"):
        office.prepare(_trial(office, finance, customer_id))
