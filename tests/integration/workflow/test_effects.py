"""What workflow makes of what owners say of effects: in force, or failed with the reason until a retry (spec)."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from services.contracts import workflow_calls as calls
from services.contracts.workflow import EVENTS
from services.kit.envelope import Event
from services.kit.errors import NotYet
from services.kit.inbox import AlreadyConsumed
from services.kit.schema import dump, load
from services.workflow.store.tables import Process
from services.workflow.usecases.note_effect import note_effect, note_effect_failed
from tests.integration.workflow.conftest import Company, event_of

REASON = ("客户“云帆”已不在该申请名下。", "The claim is no longer held.")


@pytest.fixture
def archived(company: Company) -> UUID:
    process_id = company.start("claim_customer", {"reason": "老客户"})
    for handler in ("lead", "admin"):
        company.approve(process_id, handler)
    return process_id


def _failed(process_id: UUID, attempt: int) -> Event:
    data = {"process_id": str(process_id), "code": "claim_customer", "attempt": attempt}
    return event_of("customer", "process_apply_failed", {**data, "reason_zh": REASON[0], "reason_en": REASON[1]})


def _hear_failed(company: Company, event: Event) -> None:
    note_effect_failed(company.begin("sales", consumer="on_apply_failed_by_customer"), event)


def _hear_applied(company: Company, process_id: UUID) -> None:
    words = {"process_id": str(process_id), "code": "claim_customer", "summary_zh": "已归您", "summary_en": "Yours"}
    note_effect(company.begin("sales", consumer="on_applied_by_customer"), event_of("customer", "process_applied", words))


def _page(company: Company, process_id: UUID) -> dict[str, Any]:
    page: dict[str, Any] = dump(calls.Process, company.page(process_id))
    return page


def _attempted(company: Company, process_id: UUID, version: int) -> None:
    """As a retry leaves it."""
    with company.database.session() as session, session.begin():
        session.execute(update(Process).where(Process.id == process_id).values(effect="awaited", effect_attempt=version))


def test_a_process_whose_effect_failed_says_so_on_its_page_and_to_whom_it_concerns(company: Company, archived: UUID) -> None:
    event = _failed(archived, company.events(archived)[-1]["aggregateversion"])
    _hear_failed(company, event)
    with pytest.raises(AlreadyConsumed):
        _hear_failed(company, event)
    page = _page(company, archived)
    assert (page["state"], page["effect"]) == (
        "archived",
        {"state": "failed", "summary_zh": REASON[0], "summary_en": REASON[1]},
    )
    last = page["history"][-1]
    assert (last["action"], last["by_name"], last["opinion"], last["opinion_en"]) == ("effect_failed", None, *REASON)
    told = company.events(archived)[-1]
    assert (told["type"], told["aggregateversion"]) == ("process_effect_failed", page["version"])
    assert (told["data"]["reason_zh"], told["data"]["reason_en"]) == REASON
    load(EVENTS["process_effect_failed"].schema, told["data"])


def test_a_failure_of_an_attempt_before_the_last_retry_is_out_of_date(company: Company, archived: UUID) -> None:
    _attempted(company, archived, 9)
    _hear_failed(company, _failed(archived, 6))
    assert _page(company, archived)["effect"]["state"] == "awaited"
    _hear_failed(company, _failed(archived, 9))
    assert _page(company, archived)["effect"]["state"] == "failed"


def test_an_effect_in_force_stays_so_whatever_is_heard_of_failures_later(company: Company, archived: UUID) -> None:
    _hear_applied(company, archived)
    _hear_failed(company, _failed(archived, 99))
    page = _page(company, archived)
    assert (page["effect"]["state"], page["history"][-1]["action"]) == ("in_force", "applied")
    assert "process_effect_failed" not in company.event_types(archived)


def test_an_effect_that_comes_after_a_failure_is_in_force(company: Company, archived: UUID) -> None:
    _hear_failed(company, _failed(archived, 6))
    _hear_applied(company, archived)
    page = _page(company, archived)
    assert page["effect"] == {"state": "in_force", "summary_zh": "已归您", "summary_en": "Yours"}
    assert [entry["action"] for entry in page["history"]][-2:] == ["effect_failed", "applied"]


def test_a_failure_heard_before_the_process_is_known_as_archived_is_tried_again(company: Company) -> None:
    process_id = company.start("claim_customer", {"reason": "老客户"})
    with pytest.raises(NotYet, match="process_not_known_yet"):
        _hear_failed(company, _failed(process_id, 6))
