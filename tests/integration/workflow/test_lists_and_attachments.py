"""To do, done, started; counts for the menus; files that belong to processes."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.kit.errors import InvalidInput, NotFound
from services.kit.ids import new_id
from services.workflow.store.definition_files import read_files
from services.workflow.usecases.add_attachment import add_attachment
from services.workflow.usecases.count_processes import count_processes
from services.workflow.usecases.list_processes import list_processes
from services.workflow.usecases.reject_task import reject_task
from services.workflow.usecases.show_attachment import show_attachment
from tests.integration.workflow.conftest import Company

CLAIM = {"reason": "老客户"}
CONTRACT = {"valid_from": "2026-03-01", "valid_to": "2027-02-28", "is_standard": True, "remarks": "首签"}


def listed(company: Company, name: str, box: str, **wanted: Any) -> list[dict[str, Any]]:
    everything = {"customer_id": company.owner.customer_id} | wanted
    return list_processes(company.begin(name), box=box, page_size=50, sort="", cursor="", **everything).items


def ids(rows: list[dict[str, Any]]) -> set[UUID]:
    return {row["id"] for row in rows}


def upload(company: Company, name: str, *, size_bytes: int = 10) -> dict[str, str]:
    attachment = add_attachment(
        company.begin(name),
        key=new_id().hex,
        name="合同.pdf",
        content_type="application/pdf",
        size_bytes=size_bytes,
        sha256="0" * 64,
    )
    return {"id": str(attachment.id), "name": "合同.pdf"}


def test_a_to_do_has_its_task_and_goes_when_somebody_has_dealt_with_it(company: Company) -> None:
    process_id = company.start("reconciliation", {"bill_ids": ["b1"]})
    (row,) = listed(company, "risk", "todo")
    assert (row["id"], row["task_id"]) == (process_id, company.task_of(process_id, "risk"))
    assert (row["node"]["name_zh"], row["waiting_for"]) == ("运营核对", ["audit 员", "care 员", "risk 员", "vp 员"])

    company.approve(process_id, "audit")

    assert listed(company, "risk", "todo") == []
    assert ids(listed(company, "audit", "done")) == {process_id}
    assert listed(company, "risk", "done") == [], "what another decided is not done by oneself"
    assert ids(listed(company, "finance", "todo")) == {process_id}
    assert ids(listed(company, "sales", "started")) == {process_id}


def test_lists_show_only_what_one_may_see(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    assert ids(listed(company, "lead", "visible")) == {process_id}
    assert listed(company, "colleague", "visible") == []
    assert listed(company, "legal", "visible") == []


@pytest.mark.parametrize(
    ("wanted", "is_found"),
    [
        ({"code": "claim_customer"}, True),
        ({"code": "write_off"}, False),
        ({"state": "running"}, True),
        ({"state": "archived"}, False),
        ({"customer_id": UUID(int=1)}, False),
        ({"text": "云帆"}, True),
        ({"text": "张伟"}, True),
        ({"text": "100%"}, False),
        ({"started_from": date(2026, 3, 2), "started_to": date(2026, 3, 2)}, True),
        ({"started_from": date(2026, 3, 3)}, False),
        ({"started_to": date(2026, 3, 1)}, False),
        ({"started_from": date.min, "started_to": date.max}, True),
    ],
)
def test_lists_filter(company: Company, wanted: dict[str, Any], is_found: bool) -> None:
    company.start("claim_customer", CLAIM)
    assert bool(listed(company, "sales", "started", **wanted)) is is_found
    assert bool(listed(company, "lead", "todo", **wanted)) is is_found


def test_counts_name_every_definition(company: Company) -> None:
    company.start("claim_customer", CLAIM)
    company.start("claim_customer", CLAIM)
    counts = count_processes(company.begin("lead"), box="todo")
    assert {item["code"]: item["count"] for item in counts["items"]} == {**dict.fromkeys(read_files(), 0), "claim_customer": 2}
    assert counts["total"] == 2
    assert count_processes(company.begin("lead"), box="done")["total"] == 0


def test_a_returned_task_is_done_by_whoever_returned_it(company: Company) -> None:
    process_id = company.start("claim_customer", CLAIM)
    reject_task(company.begin("lead"), company.task_of(process_id, "lead"), opinion="理由不足")
    assert ids(listed(company, "lead", "done")) == {process_id}


def test_a_file_is_its_uploaders_until_a_process_names_it_and_then_its_readers(company: Company) -> None:
    draft = upload(company, "sales")
    attachment_id = UUID(draft["id"])
    assert show_attachment(company.begin("sales"), attachment_id).name == "合同.pdf"
    with pytest.raises(NotFound):
        show_attachment(company.begin("finance"), attachment_id)

    company.start("contract_review", {**CONTRACT, "draft": [draft]})

    for name in ("sales", "lead", "finance"):
        assert show_attachment(company.begin(name), attachment_id).id == attachment_id
    for name in ("colleague", "legal"):
        with pytest.raises(NotFound, match="attachment_not_found"):
            show_attachment(company.begin(name), attachment_id)


def test_nobody_puts_anothers_file_or_another_processs_into_a_form(company: Company) -> None:
    theirs = upload(company, "colleague")
    with pytest.raises(InvalidInput) as refused:
        company.start("contract_review", {**CONTRACT, "draft": [upload(company, "sales"), theirs]})
    assert refused.value.fields == {"form.draft.1": ["attachment_unknown"]}
    used = upload(company, "sales")
    company.start("contract_review", {**CONTRACT, "draft": [used]})
    with pytest.raises(InvalidInput):
        company.start("contract_review", {**CONTRACT, "draft": [used]})


def test_a_refused_start_gives_its_files_back(company: Company) -> None:
    draft = upload(company, "sales")
    company.owner.error = InvalidInput(fields={"valid_to": ["in_past"]})
    with pytest.raises(InvalidInput):
        company.start("contract_review", {**CONTRACT, "draft": [draft]})
    company.owner.error = None
    company.start("contract_review", {**CONTRACT, "draft": [draft]})


def test_all_files_of_a_process_have_one_limit(company: Company) -> None:
    half = 60 * 1024 * 1024
    drafts = [upload(company, "sales", size_bytes=half), upload(company, "sales", size_bytes=half)]
    with pytest.raises(InvalidInput, match="attachments_too_large"):
        company.start("contract_review", {**CONTRACT, "draft": drafts})


def test_the_initiator_ends_a_contract_review_by_the_stamped_scan(company: Company) -> None:
    company.owner.facts = {"is_unchanged_renewal": False}
    process_id = company.start("contract_review", {**CONTRACT, "draft": [upload(company, "sales")]})
    for name in ("lead", "legal", "finance", "vp", "director"):
        company.approve(process_id, name)
    with pytest.raises(InvalidInput) as missing:
        company.approve(process_id, "sales")
    assert missing.value.fields == {"form.stamped_scan": ["required"]}
    scan = upload(company, "sales")
    company.approve(process_id, "sales", {"stamped_scan": [scan]})
    page = company.page(process_id)
    assert (page["state"], page["form"]["stamped_scan"]) == ("archived", [scan])


def test_an_unchanged_renewal_skips_three_reviewers(company: Company) -> None:
    company.owner.facts = {"is_unchanged_renewal": True}
    process_id = company.start("contract_review", {**CONTRACT, "draft": [upload(company, "sales")]})
    company.approve(process_id, "lead")
    states = {node["code"]: node["state"] for node in company.page(process_id)["nodes"]}
    assert states == {
        "start": "done",
        "lead": "done",
        "legal": "passed",
        "finance": "passed",
        "operations_vp": "passed",
        "sales_director": "current",
        "scan": "future",
    }
