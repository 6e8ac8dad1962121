"""The start protocol: the owner asked first, repeated starts, starts that die half-way."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update

from services.kit.errors import Conflict, Forbidden, InvalidInput, NotFound, Unavailable
from services.workflow.store import tables
from services.workflow.store.definition_files import read_files
from services.workflow.usecases.list_processes import list_processes
from services.workflow.usecases.recover_starts import recover_starts
from services.workflow.usecases.reject_task import reject_task
from services.workflow.usecases.resubmit_process import resubmit_process
from tests.integration.workflow.conftest import Company

CLAIM = {"reason": "老客户"}


class KilledError(Exception):
    """Stands for a death of the process: nothing after it runs."""


def asked_process(company: Company) -> UUID:
    return UUID(company.owner.requests[-1]["process_id"])


def is_visible(company: Company, process_id: UUID) -> bool:
    try:
        company.page(process_id, "finance")
    except NotFound:
        return False
    return True


def let_a_minute_pass(company: Company) -> None:
    with company.database.session() as session, session.begin():
        earlier = tables.Process.asked_at - text("interval '61 seconds'")
        session.execute(update(tables.Process).where(tables.Process.asked_at.is_not(None)).values(asked_at=earlier))


def die_while_asking(company: Company, monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    """The owner has answered; whoever asked is gone before it could note that, or undo anything."""
    company.owner.error = KilledError()

    def nothing(*_: Any, **__: Any) -> None:
        return

    name = "abandon_start" if module == "start_process" else "abandon_resubmission"
    monkeypatch.setattr(f"services.workflow.usecases.{module}.{name}", nothing)


def test_the_form_is_refused_field_by_field_before_anybody_is_asked(company: Company) -> None:
    with pytest.raises(InvalidInput) as refused:
        company.start("test_account", {"interface": "telex", "quantity": -1, "colour": "red", "signature": "云帆"})
    assert refused.value.fields == {
        "form.colour": ["unknown"],
        "form.interface": ["one_of|http, cmpp, smpp, sgip, web"],
        "form.template": ["required"],
        "form.industry": ["required"],
        "form.quantity": ["range|0|"],
    }
    assert company.owner.requests == []


def test_a_test_account_may_name_a_customer_and_the_product_to_make(company: Company) -> None:
    form = {"signature": "云帆", "interface": "http", "template": "您的验证码是{code}", "industry": "互联网"}
    with pytest.raises(InvalidInput) as refused:
        company.start("test_account", {**form, "product_type": "software", "payment_mode": "later"})
    assert refused.value.fields == {
        "form.product_type": ["one_of|industry_sms, marketing_sms, international_sms, mms, voice"],
        "form.payment_mode": ["one_of|postpaid, prepaid"],
    }
    process_id = company.start("test_account", {**form, "product_type": "voice", "payment_mode": "prepaid"})
    (asked,) = company.owner.requests
    assert (asked["subject_id"], asked["form"]["product_type"]) == (str(company.owner.customer_id), "voice")
    assert company.page(process_id)["subject"]["type"] == "customer", "as its owner says, whatever the definition expects"


def test_a_start_that_the_owner_refuses_is_nobodys_to_see_and_says_nothing(company: Company) -> None:
    company.owner.error = InvalidInput(fields={"reason": ["format"], "subject_id": ["customer_not_found"]})
    with pytest.raises(InvalidInput) as refused:
        company.start("claim_customer", CLAIM, key="first")
    assert refused.value.fields == {"form.reason": ["format"], "subject_id": ["customer_not_found"]}
    process_id = asked_process(company)
    assert not is_visible(company, process_id)
    assert company.events(process_id) == []

    company.owner.error = None
    assert is_visible(company, company.start("claim_customer", CLAIM, key="first"))


@pytest.mark.parametrize("error", [Unavailable("service_unavailable", service="customer"), RuntimeError("a bug there")])
def test_a_start_whose_owner_may_hold_something_tells_it_to_release_that(company: Company, error: Exception) -> None:
    company.owner.error = error
    with pytest.raises(type(error)):
        company.start("claim_customer", CLAIM)
    process_id = asked_process(company)
    assert not is_visible(company, process_id)
    assert company.event_types(process_id) == ["process_withdrawn"]


def test_a_start_that_died_is_found_after_a_minute_and_undone(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    die_while_asking(company, monkeypatch, "start_process")
    with pytest.raises(KilledError):
        company.start("claim_customer", CLAIM)
    process_id = asked_process(company)
    assert recover_starts(company.begin("sales")) == 0
    let_a_minute_pass(company)
    assert recover_starts(company.begin("sales")) == 1
    assert recover_starts(company.begin("sales")) == 0
    assert company.event_types(process_id) == ["process_withdrawn"]
    assert not is_visible(company, process_id)


def test_a_start_that_is_undone_while_its_owner_answers_does_not_run(company: Company) -> None:
    def recover(_request: dict[str, Any]) -> None:
        let_a_minute_pass(company)
        recover_starts(company.begin("sales"))

    company.owner.before_answer = recover
    with pytest.raises(Conflict, match="start_took_too_long"):
        company.start("claim_customer", CLAIM)
    assert company.event_types(asked_process(company)) == ["process_withdrawn"]


def test_a_resubmission_that_died_leaves_the_process_rejected_and_the_owner_releases(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    process_id = company.start("claim_customer", CLAIM)
    reject_task(company.begin("lead"), company.task_of(process_id, "lead"), opinion="理由不足")
    die_while_asking(company, monkeypatch, "resubmit_process")
    with pytest.raises(KilledError):
        resubmit_process(company.begin("sales"), company.owners, process_id, opinion="", form=None)
    let_a_minute_pass(company)
    assert recover_starts(company.begin("sales")) == 1

    assert company.page(process_id)["state"] == "rejected"
    first, second = [event for event in company.events(process_id) if event["type"] == "process_rejected"]
    assert second["aggregateversion"] > first["aggregateversion"]
    monkeypatch.undo()
    company.owner.error = None
    resubmit_process(company.begin("sales"), company.owners, process_id, opinion="", form=None)
    assert company.page(process_id)["state"] == "running"


def test_a_repeated_start_returns_the_process_it_made(company: Company) -> None:
    first = company.start("claim_customer", CLAIM, key="once")
    assert company.start("claim_customer", CLAIM, key="once") == first
    assert company.start("claim_customer", CLAIM, key="twice") != first
    with pytest.raises(Conflict, match="start_key_reused"):
        company.start("reconciliation", {"bill_ids": ["b1"]}, key="once")


def test_a_repetition_during_the_first_start_makes_one_process(company: Company) -> None:
    repeated: list[UUID] = []

    def repeat(_request: dict[str, Any]) -> None:
        company.owner.before_answer = None
        repeated.append(company.start("claim_customer", CLAIM, key="at once"))

    company.owner.before_answer = repeat
    assert company.start("claim_customer", CLAIM, key="at once") == repeated[0]
    assert company.event_types(repeated[0]) == ["process_started", "node_entered"]


def test_a_role_that_nobody_holds_is_named_at_the_start(company: Company) -> None:
    company.hear_user("admin", (), version=2)
    with pytest.raises(Conflict) as refused:
        company.start("claim_customer", CLAIM)
    assert (refused.value.code, refused.value.params["role"]) == ("nobody_holds_role", "销管")
    assert company.owner.requests == []


def test_someone_who_left_is_no_handler_and_news_that_come_late_change_nothing(company: Company) -> None:
    company.hear_user("admin", ("sales_admin",), version=3, active=False)
    company.hear_user("admin", ("sales_admin",), version=2)
    with pytest.raises(Conflict, match="nobody_holds_role"):
        company.start("claim_customer", CLAIM)


def test_a_node_that_would_pass_by_itself_needs_nobody(company: Company) -> None:
    company.hear_user("director", (), version=2)
    prices = {"valid_from": "2026-03-01", "kind": "unified", "prices": [{"tiers": [{"unit_price": "0.03"}]}]}
    company.owner.facts = {"below_floor": False}
    company.start("price_adjustment", prices)


def test_a_node_that_is_needed_as_the_facts_turn_out_and_has_nobody_undoes_the_start(company: Company) -> None:
    company.hear_user("director", (), version=2)
    prices = {"valid_from": "2026-03-01", "kind": "unified", "prices": [{"tiers": [{"unit_price": "0.03"}]}]}
    company.owner.facts = {"below_floor": True}
    with pytest.raises(Conflict, match="nobody_holds_role"):
        company.start("price_adjustment", prices)
    assert company.event_types(asked_process(company)) == ["process_withdrawn"]


def test_the_lead_of_the_nearest_department_above_is_asked(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM, by="colleague")
    lead = company.page(process_id, "colleague")["nodes"][1]
    assert [person["name"] for person in lead["people"]] == ["李娜"]


def test_only_the_roles_that_the_definition_names_may_start(company: Company) -> None:
    with pytest.raises(Forbidden, match="may_not_start"):
        company.start("claim_customer", CLAIM, by="finance")
    with pytest.raises(NotFound, match="definition_not_found"):
        company.start("holiday", CLAIM)


def test_a_start_under_way_is_in_no_list(company: Company) -> None:
    def look(request: dict[str, Any]) -> None:
        wanted = {"code": None, "state": None, "customer_id": None, "text": "", "started_from": None, "started_to": None}
        for box in ("started", "visible"):
            page = list_processes(company.begin("sales"), box=box, page_size=200, sort="", cursor="", **wanted)
            assert request["process_id"] not in {str(row["id"]) for row in page.items}

    company.owner.before_answer = look
    company.start("claim_customer", CLAIM)


def test_definitions_are_published_once_however_often_they_are_asked_for(company: Company) -> None:
    company.start("claim_customer", CLAIM)
    with company.database.session() as session:
        counts = session.execute(select(tables.Definition.code, func.count()).group_by(tables.Definition.code)).all()
    assert {tuple(row) for row in counts} == {(code, 1) for code in read_files()}
