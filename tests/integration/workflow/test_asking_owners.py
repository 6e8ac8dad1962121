"""What the owner holds is what the process runs with, whoever else acts, asks or dies while it is being asked."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from services.kit.errors import Conflict, InvalidInput, Unavailable
from services.workflow.usecases.approve_task import approve_task
from services.workflow.usecases.comment_process import comment_process
from services.workflow.usecases.reject_task import reject_task
from services.workflow.usecases.resubmit_process import resubmit_process
from services.workflow.usecases.return_task import return_task
from services.workflow.usecases.transfer_task import transfer_task
from tests.integration.workflow.conftest import Company
from tests.integration.workflow.test_running_processes import TEST_ACCOUNT

BILLS = {"bill_ids": ["b1"]}
INVOICE = {"bills": [{"bill_id": "b1", "amount": "10.00"}], "invoice_type": "ordinary"}
NUMBER = {"invoice_number": "first", "issued_on": "2026-03-02"}


def rejected_process(company: Company) -> UUID:
    process_id = company.start("reconciliation", BILLS)
    reject_task(company.begin("audit"), company.task_of(process_id, "audit"), opinion="金额不符")
    return process_id


def resubmit(company: Company, process_id: UUID, form: dict[str, Any] | None = None) -> None:
    resubmit_process(company.begin("sales"), company.owners, process_id, opinion="", form=form)


def while_asked(company: Company, action: Callable[[], object]) -> None:
    """The next time the owner is asked, this happens before it answers."""

    def act(_request: dict[str, Any]) -> None:
        company.owner.before_answer = None
        action()

    company.owner.before_answer = act


def test_a_comment_while_the_owner_is_asked_does_not_keep_it_from_releasing(company: Company) -> None:
    process_id = rejected_process(company)
    while_asked(company, lambda: comment_process(company.begin("audit"), process_id, opinion="请附明细"))
    company.owner.error = Unavailable("service_unavailable", service="billing")
    with pytest.raises(Unavailable):
        resubmit(company, process_id)
    assert company.event_types(process_id).count("process_rejected") == 2


def test_of_two_resubmissions_at_once_the_one_that_the_owner_heard_last_runs(company: Company) -> None:
    process_id = rejected_process(company)
    while_asked(company, lambda: resubmit(company, process_id, {"bill_ids": ["b2"]}))
    # The outer one is answered last; what it asked for is the older.
    with pytest.raises(Conflict, match="process_changed"):
        resubmit(company, process_id, {"bill_ids": ["b3"]})
    older, newer = company.owner.requests[-2:]
    assert older["process_version"] < newer["process_version"]
    page = company.page(process_id)
    assert (page["state"], page["form"]) == ("running", newer["form"])
    assert company.event_types(process_id).count("process_rejected") == 1


def test_a_resubmission_that_another_one_overtook_is_undone_though_that_one_was_refused(company: Company) -> None:
    process_id = rejected_process(company)

    def ask_and_be_refused() -> None:
        company.owner.error = InvalidInput(fields={"bill_ids.0": ["bill_not_found"]})
        with pytest.raises(InvalidInput):
            resubmit(company, process_id, {"bill_ids": ["b2"]})
        company.owner.error = None

    while_asked(company, ask_and_be_refused)
    with pytest.raises(Conflict, match="process_changed"):
        resubmit(company, process_id, {"bill_ids": ["b3"]})
    assert company.page(process_id)["state"] == "rejected"
    assert company.event_types(process_id).count("process_rejected") == 2
    resubmit(company, process_id, {"bill_ids": ["b4"]})
    assert company.page(process_id)["state"] == "running"


def test_of_two_who_enter_a_nodes_fields_at_once_the_one_the_owner_heard_last_counts(company: Company) -> None:
    process_id = company.start("bill_invoice", INVOICE)
    company.approve(process_id, "lead")
    task_id = company.task_of(process_id, "finance")

    def enter(number: str) -> None:
        approve_task(company.begin("finance"), company.owners, task_id, opinion="", form={**NUMBER, "invoice_number": number})

    while_asked(company, lambda: enter("second"))
    with pytest.raises(Conflict, match="task_already_decided"):
        enter("first")
    assert company.page(process_id)["form"]["invoice_number"] == company.owner.requests[-1]["form"]["invoice_number"] == "second"


def test_an_approval_whose_question_another_ones_overtook_is_to_be_repeated(company: Company) -> None:
    process_id = company.start("bill_invoice", INVOICE)
    company.approve(process_id, "lead")
    task_id = company.task_of(process_id, "finance")

    def enter(number: str) -> None:
        approve_task(company.begin("finance"), company.owners, task_id, opinion="", form={**NUMBER, "invoice_number": number})

    def ask_and_die() -> None:
        company.owner.error = Unavailable("service_unavailable", service="billing")
        with pytest.raises(Unavailable):
            enter("second")
        company.owner.error = None

    while_asked(company, ask_and_die)
    with pytest.raises(Conflict, match="process_changed"):
        enter("first")
    enter("third")
    assert company.page(process_id)["form"]["invoice_number"] == "third"


def test_a_repeated_start_that_the_owner_holds_though_it_refused_the_first_is_released(company: Company) -> None:
    def refuse_the_first_and_answer_the_second(_request: dict[str, Any]) -> None:
        company.owner.before_answer = None
        company.owner.error = InvalidInput(fields={"bill_ids.0": ["bill_in_process|1"]})
        with pytest.raises(InvalidInput):
            company.start("reconciliation", BILLS, key="repeated")
        company.owner.error = None

    company.owner.before_answer = refuse_the_first_and_answer_the_second
    with pytest.raises(Conflict, match="start_took_too_long"):
        company.start("reconciliation", BILLS, key="repeated")
    assert company.event_types(UUID(company.owner.requests[-1]["process_id"])) == ["process_withdrawn"]


def test_the_owner_is_not_asked_about_an_approval_that_cannot_be(company: Company) -> None:
    process_id = company.start("test_account", TEST_ACCOUNT)
    return_task(company.begin("lead"), company.task_of(process_id, "lead"), opinion="补充", to_node="start")
    asked = len(company.owner.requests)
    with pytest.raises(Conflict, match="resubmit_instead"):
        company.approve(process_id, "sales", {**TEST_ACCOUNT, "signature": "改了"})
    assert len(company.owner.requests) == asked


def test_a_task_transferred_while_the_owner_is_asked_is_the_takers(company: Company) -> None:
    process_id = company.start("bill_invoice", INVOICE)
    company.approve(process_id, "lead")
    task_id = company.task_of(process_id, "finance")
    taker = UUID(company.people["director"].user_id)
    while_asked(company, lambda: transfer_task(company.begin("finance"), task_id, user_id=taker, opinion="出差"))
    with pytest.raises(Conflict, match="task_already_decided"):
        company.approve(process_id, "finance", NUMBER)
    company.approve(process_id, "director", {**NUMBER, "invoice_number": "taker"})
    older, newer = company.owner.requests[-2:]
    assert older["process_version"] < newer["process_version"]
