"""The print of real processes, read back (spec, workflow.md, "Print": "any process as a PDF with its form and history")."""

import io
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader

from gateway.prints.process_pdf import process_pdf
from services.contracts import workflow_calls as calls
from services.kit.errors import NotFound
from services.kit.schema import dump
from services.workflow.usecases.comment_process import comment_process
from services.workflow.usecases.reject_task import reject_task
from services.workflow.usecases.resubmit_process import resubmit_process
from services.workflow.usecases.return_task import return_task
from services.workflow.usecases.transfer_task import transfer_task
from tests.integration.workflow.conftest import Company

CLAIM = {"reason": "老客户"}


def printed(company: Company, process_id: UUID, name: str = "sales", language: str = "zh") -> bytes:
    return process_pdf(dump(calls.Process, company.page(process_id, name)), language)


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_a_price_adjustment_shows_its_grid_its_choice_by_name_and_what_passed_by_itself(company: Company) -> None:
    company.owner.facts = {"below_floor": False}
    tiers = [{"up_to": 100_000, "unit_price": "0.035"}, {"unit_price": "0.03"}]
    form: dict[str, Any] = {"valid_from": "2026-03-01", "kind": "tiered", "prices": [{"segment": "cmcc", "tiers": tiers}]}
    process_id = company.start("price_adjustment", {**form, "reason": "量大价优"})
    company.approve(process_id, "lead", opinion="同意调价")
    company.approve(process_id, "admin")

    text = text_of(printed(company, process_id))

    for words in (
        "开始日期 2026-03-01",
        "价格类型 阶梯价",
        "cmcc 至(条) 100,000，单价 0.035；单价 0.03",
        "调价理由 量大价优",
        "满足条件: 低于底价 等于 否 系统自动通过",
        "李娜（销售部门领导） 同意",
        "同意调价",
        "已归档",
        "等待执行",
        "第 1 页，共 1 页",
    ):
        assert words in text, words
    assert "tiered" not in text


def test_amounts_stand_in_groups_references_by_name_and_completions_beside_their_row(company: Company) -> None:
    pair = {"receipt_id": "r1", "bill_id": "b1", "amount": "1234567.5"}
    company.owner.facts = {"automatic": 0}
    company.owner.completions = {"pairs": [{**pair, "bill_number": "B2026-7", "note": "首笔"}], "total": "1234567.50"}
    text = text_of(printed(company, company.start("write_off", {"pairs": [pair]})))
    assert "r1 B2026-7 1,234,567.50 首笔" in text


def test_the_history_is_there_in_full_whatever_happened(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    begin = company.begin
    comment_process(begin("lead"), process_id, opinion="请问何时签约")
    reject_task(begin("lead"), company.task_of(process_id, "lead"), opinion="理由不足")
    resubmit_process(begin("sales"), company.owners, process_id, opinion="已补充", form={"reason": "下月签约"})
    colleague = UUID(company.people["colleague"].user_id)
    transfer_task(begin("lead"), company.task_of(process_id, "lead"), opinion="出差", user_id=colleague)
    company.approve(process_id, "colleague")
    return_task(begin("admin"), company.task_of(process_id, "admin"), opinion="请改写", to_node="start")

    text = text_of(printed(company, process_id))

    for words in (
        "请问何时签约",
        "理由不足",
        "已补充",
        "理由：老客户 → 下月签约",
        "出差",
        "→ 王芳",
        "请改写",
        "→ 发起",
        "已退回",
    ):
        assert words in text.replace("\n", ""), words
    english = text_of(printed(company, process_id, language="en"))
    for words in ("Commented", "Rejected", "Resubmitted", "Transferred", "Returned", "Sales lead"):
        assert words in english, words


def test_one_state_gives_one_file_and_the_next_another(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    first = printed(company, process_id)
    assert printed(company, process_id) == first
    company.approve(process_id, "lead")
    assert printed(company, process_id) != first


def test_nobody_prints_what_he_or_she_does_not_see(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    with pytest.raises(NotFound, match="process_not_found"):
        printed(company, process_id, "colleague")
