"""Every change to a process leaves an audit entry: who, when, what, why (spec, README.md, "Settled once for every context")."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.kit.tables import audit_entries
from services.workflow.usecases.add_approver import add_approver
from services.workflow.usecases.advise_task import advise_task
from services.workflow.usecases.comment_process import comment_process
from services.workflow.usecases.copy_process import copy_process
from services.workflow.usecases.delegate_task import delegate_task
from services.workflow.usecases.note_effect import note_effect
from services.workflow.usecases.reassign_task import reassign_task
from services.workflow.usecases.recall_task import recall_task
from services.workflow.usecases.reject_task import reject_task
from services.workflow.usecases.resubmit_process import resubmit_process
from services.workflow.usecases.return_task import return_task
from services.workflow.usecases.transfer_task import transfer_task
from services.workflow.usecases.urge_process import urge_process
from services.workflow.usecases.withdraw_process import withdraw_process
from tests.integration.workflow.conftest import NOW, Company, event_of

WHY = "按制度办理"


def _transfer(company: Company, at: UUID) -> None:
    task = company.task_of(at, "lead")
    transfer_task(company.begin("lead"), task, user_id=company.id_of("vp"), opinion=WHY)


def _delegate(company: Company, at: UUID) -> None:
    task = company.task_of(at, "lead")
    delegate_task(company.begin("lead"), task, user_id=company.id_of("vp"), opinion=WHY)


def _advise(company: Company, at: UUID) -> None:
    _delegate(company, at)
    advise_task(company.begin("vp"), company.task_of(at, "vp"), opinion=WHY)


def _recall(company: Company, at: UUID) -> None:
    _delegate(company, at)
    recall_task(company.begin("lead"), at, opinion=WHY)


def _add_approver(company: Company, at: UUID) -> None:
    task = company.task_of(at, "lead")
    add_approver(company.begin("lead"), task, user_id=company.id_of("vp"), position="after", opinion=WHY)


def _reject(company: Company, at: UUID) -> None:
    reject_task(company.begin("lead"), company.task_of(at, "lead"), opinion=WHY)


def _return(company: Company, at: UUID) -> None:
    return_task(company.begin("lead"), company.task_of(at, "lead"), opinion=WHY, to_node="start")


def _resubmit(company: Company, at: UUID) -> None:
    _reject(company, at)
    resubmit_process(company.begin("sales"), company.owners, at, opinion=WHY, form={"reason": "补充后"})


def _reassign(company: Company, at: UUID) -> None:
    reassign_task(company.begin("boss"), company.task_of(at, "lead"), user_id=company.id_of("vp"), opinion=WHY)


def _apply(company: Company, at: UUID) -> None:
    company.approve(at, "lead")
    company.approve(at, "admin")
    words = {"process_id": str(at), "code": "claim_customer", "summary_zh": WHY, "summary_en": "Yours"}
    note_effect(company.begin("sales", consumer="on_applied_by_customer"), event_of("customer", "process_applied", words))


@pytest.mark.parametrize(
    ("act", "by", "action"),
    [
        (lambda company, at: company.approve(at, "lead", opinion=WHY), "lead", "process_approved"),
        (_reject, "lead", "process_rejected"),
        (_return, "lead", "process_returned"),
        (_resubmit, "sales", "process_resubmitted"),
        (lambda company, at: withdraw_process(company.begin("sales"), at, opinion=WHY), "sales", "process_withdrawn"),
        (_transfer, "lead", "process_transferred"),
        (_delegate, "lead", "process_delegated"),
        (_advise, "vp", "process_advised"),
        (_recall, "lead", "process_recalled"),
        (_add_approver, "lead", "process_approver_added"),
        (_reassign, "boss", "process_reassigned"),
        (lambda company, at: urge_process(company.begin("sales"), at, opinion=WHY), "sales", "process_urged"),
        (lambda company, at: comment_process(company.begin("sales"), at, opinion=WHY), "sales", "process_commented"),
        (
            lambda company, at: copy_process(company.begin("sales"), at, user_ids=[company.id_of("vp")], opinion=WHY),
            "sales",
            "process_copied",
        ),
        (_apply, "sales", "process_applied"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("process_") else "",
)
def test_every_change_to_a_process_is_audited_with_who_when_and_why(
    company: Company, act: Callable[[Company, UUID], Any], by: str, action: str
) -> None:
    process_id = company.start("claim_customer", {"reason": "老客户"})
    act(company, process_id)
    with company.database.session() as session:
        query = select(audit_entries).where(audit_entries.c.subject_id == str(process_id)).order_by(audit_entries.c.id)
        first, *_, last = session.execute(query).all()
    assert (first.action, first.user_id, first.at) == ("process_started", company.people["sales"].user_id, NOW)
    assert (last.action, last.user_id, last.at, last.why) == (action, company.people[by].user_id, NOW, WHY)
