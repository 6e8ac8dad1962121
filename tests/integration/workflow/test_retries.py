"""A failed effect asked for again, exactly once whatever happens at once (issue 4, "Exactly once")."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from services.kit.errors import Conflict, Forbidden
from services.kit.tables import audit_entries
from services.workflow.usecases.note_effect import note_effect, note_effect_failed
from services.workflow.usecases.retry_effect import retry_effect
from tests.integration.workflow.conftest import NOW, Company, event_of
from tests.integration.workflow.test_two_at_once import at_once


@pytest.fixture
def archived(company: Company) -> UUID:
    process_id = company.start("claim_customer", {"reason": "老客户"})
    for handler in ("lead", "admin"):
        company.approve(process_id, handler)
    return process_id


def hear_failed(company: Company, process_id: UUID, attempt: int) -> None:
    data = {"process_id": str(process_id), "code": "claim_customer", "attempt": attempt}
    event = event_of("customer", "process_apply_failed", {**data, "reason_zh": "申请已失效", "reason_en": "The claim is gone"})
    note_effect_failed(company.begin("sales", consumer="on_apply_failed_by_customer"), event)


def attempts(company: Company, process_id: UUID) -> list[int]:
    """The versions of the events that ask for the effect."""
    return [event["aggregateversion"] for event in company.events(process_id) if event["type"] == "process_archived"]


def test_a_failed_effect_is_asked_for_again_and_its_page_says_so(company: Company, archived: UUID) -> None:
    (first,) = attempts(company, archived)
    with pytest.raises(Conflict, match="effect_not_failed"):
        retry_effect(company.begin("sales"), archived, opinion="")
    hear_failed(company, archived, first)
    assert company.page(archived)["effect"]["state"] == "failed"
    assert "retry_effect" in company.page(archived)["can"]
    retry_effect(company.begin("sales"), archived, opinion="客户已放回公共池")
    page = company.page(archived)
    assert (page["effect"]["state"], page["history"][-1]["action"]) == ("awaited", "effect_retried")
    assert len(attempts(company, archived)) == 2
    hear_failed(company, archived, first)
    assert company.page(archived)["effect"]["state"] == "awaited", "what tells of the first attempt comes late"
    words = {"process_id": str(archived), "code": "claim_customer", "summary_zh": "已归您", "summary_en": "Yours"}
    note_effect(company.begin("sales", consumer="on_applied_by_customer"), event_of("customer", "process_applied", words))
    assert company.page(archived)["effect"]["state"] == "in_force"
    with company.database.session() as session:
        about = select(audit_entries.c.action).where(audit_entries.c.subject_id == str(archived))
        audited = list(session.scalars(about.order_by(audit_entries.c.id)))
    assert audited[-3:] == ["process_effect_failed", "process_effect_retried", "process_applied"]


def test_of_many_who_retry_at_once_one_does(company: Company, archived: UUID) -> None:
    hear_failed(company, archived, attempts(company, archived)[0])
    outcomes = at_once(*[lambda: retry_effect(company.begin("sales"), archived, opinion="") for _ in range(4)])
    assert [outcome.code for outcome in outcomes if isinstance(outcome, Conflict)] == ["effect_not_failed"] * 3
    assert len(attempts(company, archived)) == 2


@pytest.mark.parametrize(("name", "may"), [("sales", True), ("boss", True), ("admin", True), ("lead", False)])
def test_its_initiator_and_administrators_may_retry(company: Company, archived: UUID, name: str, *, may: bool) -> None:
    hear_failed(company, archived, attempts(company, archived)[0])
    if may:
        retry_effect(company.begin(name), archived, opinion="")
        return
    with pytest.raises(Forbidden):
        retry_effect(company.begin(name), archived, opinion="")


def test_an_effect_of_which_nothing_is_heard_may_be_asked_for_again(company: Company, archived: UUID) -> None:
    with pytest.raises(Conflict):
        retry_effect(company.begin("sales", NOW + timedelta(minutes=15)), archived, opinion="")
    retry_effect(company.begin("sales", NOW + timedelta(minutes=16)), archived, opinion="")
    assert len(attempts(company, archived)) == 2
