"""Who may see and who may edit each field at which node (spec, "The engine")."""

from uuid import UUID

import pytest

from services.kit.errors import InvalidInput, NotFound
from services.workflow.usecases.add_attachment import add_attachment
from services.workflow.usecases.approve_task import approve_task
from services.workflow.usecases.show_attachment import show_attachment
from tests.integration.workflow.conftest import Company
from tests.unit.workflow.examples import content, form_field, node

SECRET = form_field("cost", "money", entered_at="finance", seen_at=["finance", "director"], required=True)
PAPERS = form_field("papers", "attachments", entered_at="finance", seen_at=["finance", "director"])
DRAFT = form_field("draft", edited_at=["legal"])


@pytest.fixture
def process_id(company: Company) -> UUID:
    nodes = [node("start"), node("finance", "finance"), node("legal", "legal"), node("director", "sales_director")]
    company.publish(content(code="stamp", nodes=nodes, fields=[form_field("reason", required=True), SECRET, PAPERS, DRAFT]))
    return company.start("stamp", {"reason": "盖章", "draft": "第一稿"})


def upload(company: Company, name: str) -> dict[str, str]:
    file = add_attachment(
        company.begin(name),
        key=f"{name}-key-{company.owner.customer_id}",
        name="成本.pdf",
        content_type="application/pdf",
        size_bytes=10,
        sha256="0" * 64,
    )
    return {"id": str(file.id), "name": file.name}


def test_a_field_is_shown_to_the_handlers_of_its_nodes_alone_with_its_changes_and_files(
    company: Company, process_id: UUID
) -> None:
    paper = upload(company, "finance")
    company.approve(process_id, "finance", {"cost": "12.30", "papers": [paper]})
    for name, sees in (("finance", True), ("sales", False), ("legal", False), ("boss", False)):
        page = company.page(process_id, name)
        assert ("cost" in page["form"]) is sees, name
        assert ("cost" in [field["code"] for field in page["form_fields"]]) is sees
        assert any("cost" in entry["changes"] for entry in page["history"]) is sees
        if sees:
            assert show_attachment(company.begin(name), UUID(paper["id"])).name == "成本.pdf"
        else:
            with pytest.raises(NotFound, match="attachment_not_found"):
                show_attachment(company.begin(name), UUID(paper["id"]))
    company.approve(process_id, "legal")
    assert company.page(process_id, "director")["form"]["cost"] == "12.30"


def test_a_field_may_be_changed_at_the_nodes_that_say_so(company: Company, process_id: UUID) -> None:
    with pytest.raises(InvalidInput) as refused:
        company.approve(process_id, "finance", {"cost": "1.00", "draft": "第二稿"})
    assert refused.value.fields == {"form.draft": ["unknown"]}
    company.approve(process_id, "finance", {"cost": "1.00"})
    page = company.page(process_id, "legal")
    assert [field["code"] for field in page["task"]["enters"]] == ["draft"]
    asked = len(company.owner.requests)
    company.approve(process_id, "legal", {"draft": "第二稿"})
    assert len(company.owner.requests) == asked + 1, "the owner checks what was changed"
    page = company.page(process_id)
    changes = [entry["changes"] for entry in page["history"] if entry["by_name"] == company.people["legal"].name]
    assert (page["form"]["draft"], changes) == ("第二稿", [{"draft": ["第一稿", "第二稿"]}])


def test_who_may_change_a_field_need_not(company: Company, process_id: UUID) -> None:
    company.approve(process_id, "finance", {"cost": "1.00"})
    asked = len(company.owner.requests)
    company.approve(process_id, "legal")
    assert len(company.owner.requests) == asked
    assert company.page(process_id)["form"]["draft"] == "第一稿"


def test_an_opinion_brings_its_files(company: Company, process_id: UUID) -> None:
    paper = upload(company, "finance")
    task_id = company.task_of(process_id, "finance")
    approve_task(
        company.begin("finance"),
        company.owners,
        task_id,
        opinion="见附件",
        form={"cost": "1.00"},
        attachments=[UUID(paper["id"])],
    )
    entry = next(entry for entry in company.page(process_id)["history"] if entry["action"] == "approved")
    assert entry["attachments"] == [paper]
    assert show_attachment(company.begin("sales"), UUID(paper["id"])).name == "成本.pdf", "whoever sees the process"
    with pytest.raises(NotFound):
        show_attachment(company.begin("colleague"), UUID(paper["id"]))
