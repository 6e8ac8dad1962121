"""Papers of processes through HTTP, in a folder and in an S3-compatible store: uploads, downloads, previews, drafts; and lists
from which many are approved at once."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
import requests
from sqlalchemy import func, select

from deploy.api_client import wait_until
from services.kit.database import Database
from services.workflow.store import tables
from tests.integration.gateway.company import PASSWORD, Client, RunningGateway, StartGateway
from tests.integration.gateway.conftest import WORKFLOW_PROGRAM
from tests.servers.s3 import ACCESS_KEY, SECRET_KEY, s3_server

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"0123456789" * 1_000
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


@dataclass
class Office:
    """People who are signed in, before a running gateway."""

    gateway: RunningGateway
    sales: Client
    lead: Client
    admin: Client

    def start(self, **form: Any) -> Any:
        body = {"code": "claim_customer", "subject_id": str(uuid4()), "form": {"reason": "老客户", **form}}
        answer = self.sales.post("/processes", body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def task_of(self, process_id: str) -> str:
        task_id: str = self.lead.get(f"/processes/{process_id}").json()["task"]["id"]
        return task_id


@pytest.fixture(scope="module", params=["folder", "s3"])
def office(request: pytest.FixtureRequest, start_gateway: StartGateway) -> Iterator[Office]:
    if request.param == "folder":
        yield _open_office(start_gateway, {})
        return
    with s3_server() as server:
        keys = {"L2C_FILES_ACCESS_KEY": ACCESS_KEY, "L2C_FILES_SECRET_KEY": SECRET_KEY}
        yield _open_office(start_gateway, {"L2C_FILES_URL": server.make_bucket("files"), **keys})
        assert server.unfinished("files") == []


def _open_office(start_gateway: StartGateway, environment: dict[str, str]) -> Office:
    running = start_gateway(WORKFLOW_PROGRAM, L2C_RPC_TIMEOUT_SECONDS="10", L2C_HEALTH_PORT_BASE="0", **environment)
    office = Office(running, *(running.client(login) for login in ("sales", "lead", "admin")))
    wait_until("workflow to know everybody", lambda: _try_start(office))
    return office


def _try_start(office: Office) -> bool:
    body = {"code": "claim_customer", "subject_id": str(uuid4()), "form": {"reason": "老客户"}}
    answer = office.sales.post("/processes", body)
    assert answer.status_code == 201 or answer.json()["code"] == "nobody_holds_role", answer.text
    return answer.status_code == 201


def upload(client: Client, content: Any, name: str = "合同 v1.pdf") -> requests.Response:
    headers = {"Content-Type": "application/octet-stream", "X-Filename": quote(name)}
    return client.request("POST", "/attachments", data=content, headers=headers)


def uploaded(client: Client, content: bytes = PDF, name: str = "合同 v1.pdf") -> dict[str, Any]:
    answer = upload(client, content, name)
    assert answer.status_code == 201, answer.text
    stored: dict[str, Any] = answer.json()
    return stored


# Attachments


def test_a_file_is_downloaded_as_it_was_uploaded_by_those_alone_who_see_its_process(office: Office) -> None:
    stored = uploaded(office.sales)
    assert (stored["name"], stored["content_type"], stored["size_bytes"]) == ("合同 v1.pdf", "application/pdf", len(PDF))
    assert "key" not in stored
    path = f"/attachments/{stored['id']}"
    assert office.lead.get(path).status_code == 404, "it is its uploader's until a process names it"

    office.start(attachments=[{"id": stored["id"], "name": stored["name"]}])

    for client in (office.sales, office.lead):
        answer = client.get(path)
        assert (answer.status_code, answer.content) == (200, PDF)
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Length"] == str(len(PDF))
        assert answer.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{quote('合同 v1.pdf')}"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert _colleague(office).get(path).status_code == 404


def test_a_file_that_is_unchanged_is_not_sent_again(office: Office) -> None:
    path = f"/attachments/{uploaded(office.sales)['id']}"
    tag = office.sales.get(path).headers["ETag"]
    assert tag == f'"{hashlib.sha256(PDF).hexdigest()}"'
    again = office.sales.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-9", 0, 9), ("bytes=5000-5004", 5000, 5004), ("bytes=-7", len(PDF) - 7, len(PDF) - 1), ("bytes=9000-", 9000, None)],
)
def test_a_range_of_a_file_is_sent_alone(office: Office, asked: str, first: int, last: int | None) -> None:
    path = f"/attachments/{uploaded(office.sales)['id']}"
    last = len(PDF) - 1 if last is None else last
    answer = office.sales.get(path, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, PDF[first : last + 1])
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(PDF)}"
    assert answer.headers["Content-Length"] == str(last + 1 - first)


def test_a_range_that_the_file_has_not_is_refused_as_such(office: Office) -> None:
    path = f"/attachments/{uploaded(office.sales)['id']}"
    answer = office.sales.get(path, headers={"Range": f"bytes={len(PDF) + 10}-"})
    assert (answer.status_code, answer.json()["code"]) == (416, "range_not_satisfiable")


@pytest.mark.parametrize(("content", "name"), [(PDF, "合同.pdf"), (PNG, "扫描件.png")])
def test_images_and_pdf_are_previewed_in_the_page_and_run_nothing(office: Office, content: bytes, name: str) -> None:
    path = f"/attachments/{uploaded(office.sales, content, name)['id']}?preview=true"
    answer = office.sales.get(path)
    assert answer.content == content
    assert answer.headers["Content-Disposition"].startswith("inline;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "frame-ancestors 'self'" in policy
    assert ("sandbox" in policy) is (name != "合同.pdf")


def test_anything_else_is_a_download_however_it_is_asked_for(office: Office) -> None:
    path = f"/attachments/{uploaded(office.sales, '说明'.encode(), '说明.txt')['id']}?preview=true"
    answer = office.sales.get(path)
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert office.sales.get(path.replace("true", "perhaps")).status_code == 422


def test_what_is_no_document_is_refused_with_words_and_leaves_nothing(office: Office) -> None:
    before = _attachments(office)
    answer = upload(office.sales, b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0" + bytes(100), "合同.pdf")
    assert (answer.status_code, answer.json()["code"]) == (422, "file_kind_not_allowed")
    assert answer.json()["detail"] == "不接受这类文件：合同.pdf（application/x-msdownload）。"
    assert _attachments(office) == before


def test_a_file_of_many_megabytes_streams_through(office: Office) -> None:
    """Chunked, as a stream whose length nobody knows."""
    size, piece = 20 * 1024 * 1024, b"\n" * (1024 * 1024)
    answer = upload(office.sales, (PDF if first else piece for first in [True, *[False] * 20]), "大.pdf")
    assert answer.status_code == 201, answer.text
    assert answer.json()["size_bytes"] == size + len(PDF)
    digest, read = hashlib.sha256(), 0
    with office.sales.get(f"/attachments/{answer.json()['id']}", stream=True) as download:
        for part in download.iter_content(256 * 1024):
            digest.update(part)
            read += len(part)
    assert read == size + len(PDF)
    assert download.headers["ETag"] == f'"{digest.hexdigest()}"'


def _attachments(office: Office) -> int:
    database = Database(office.gateway.database_url.format(service="workflow"), pool_size=1)
    with database.session() as session:
        count = session.scalar(select(func.count()).select_from(tables.Attachment))
    database.close()
    return count or 0


def _colleague(office: Office) -> Client:
    """Another salesperson, who has nothing to do with any of it."""
    login = f"sales{uuid4().int % 10**9}"
    person = {"login": login, "name": "王芳", "roles": ["sales"], "password": PASSWORD}
    assert office.admin.post("/users", person).status_code == 201
    client = office.gateway.client(login)
    passwords = {"current_password": PASSWORD, "new_password": f"{PASSWORD} two"}
    assert client.request("PUT", "/session/password", json=passwords).status_code == 204
    return client


# Drafts


def test_a_draft_is_saved_listed_shown_and_deleted(office: Office) -> None:
    key = f"claim_customer:{uuid4()}"
    draft = {"code": "claim_customer", "title": "申请客户", "form": {"reason": ""}}
    saved = office.sales.request("PUT", f"/drafts/{quote(key)}", json=draft)
    assert (saved.status_code, saved.headers["ETag"]) == (200, '"1"')
    assert (saved.json()["key"], saved.json()["form"]) == (key, {"reason": ""})
    assert office.sales.get(f"/drafts/{quote(key)}").json() == saved.json()
    row = next(row for row in office.sales.get("/drafts").json()["items"] if row["key"] == key)
    assert (row["name_zh"], row["title"]) == ("申请客户", "申请客户")
    assert office.lead.get(f"/drafts/{quote(key)}").status_code == 404
    assert office.lead.get("/drafts").json() == {"items": []}

    if_any = {"if_any": "true"}
    assert office.sales.get(f"/drafts/{quote(key)}", params=if_any).json() == saved.json()
    for _ in range(2):
        assert office.sales.request("DELETE", f"/drafts/{quote(key)}").status_code == 204
    assert office.sales.get(f"/drafts/{quote(key)}").status_code == 404
    none = office.sales.get(f"/drafts/{quote(key)}", params=if_any)
    assert (none.status_code, none.content) == (204, b""), "whoever opens a form does not know whether it was begun"
    assert office.lead.get(f"/drafts/{quote(key)}", params=if_any).status_code == 204


def test_if_match_keeps_two_tabs_from_overwriting_each_other(office: Office) -> None:
    path = f"/drafts/{uuid4()}"

    def save(reason: str, seen: str | None) -> requests.Response:
        headers = {} if seen is None else {"If-Match": seen}
        return office.sales.request("PUT", path, json={"form": {"reason": reason}}, headers=headers)

    seen = save("一", None).headers["ETag"]
    assert save("一号标签页", seen).headers["ETag"] == '"2"'
    for stale, status in ((seen, 412), (None, 409)):
        lost = save("二号标签页", stale)
        assert (lost.status_code, lost.json()["code"]) == (status, "draft_changed")
    assert save("二号标签页", '"2"').status_code == 200


def test_starting_with_a_drafts_key_deletes_it_with_the_start(office: Office) -> None:
    path = f"/drafts/{(key := str(uuid4()))}"
    office.sales.request("PUT", path, json={"form": {"reason": "老客户"}})
    body = {"code": "claim_customer", "subject_id": str(uuid4()), "draft_key": key}
    assert office.sales.post("/processes", {**body, "form": {}}).status_code == 422
    assert office.sales.get(path).status_code == 200, "a refused start keeps it"
    assert office.sales.post("/processes", {**body, "form": {"reason": "老客户"}}).status_code == 201
    assert office.sales.get(path).status_code == 404


def test_a_draft_that_is_too_large_is_refused_by_field(office: Office) -> None:
    answer = office.sales.request("PUT", "/drafts/large", json={"form": {"text": "x" * (1024 * 1024)}})
    assert answer.status_code == 422
    (problem,) = answer.json()["errors"]
    assert (problem["field"], problem["message"]) == ("form", "内容过大，最多 1048576 字节。")


@pytest.mark.parametrize("depth", [10, 300, 900])
def test_a_draft_however_deep_is_saved_or_refused(office: Office, depth: int) -> None:
    form = "[" * depth + "]" * depth
    content = f'{{"form": {{"deep": {form}}}}}'.encode()
    answer = office.sales.request("PUT", f"/drafts/{uuid4()}", data=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in (200, 400, 422), answer.text


# The job that cleans up


def test_the_cleaning_is_asked_for_like_every_job_and_leaves_what_is_new(office: Office) -> None:
    kept = uploaded(office.sales)

    def is_done() -> bool:
        answer = office.admin.post("/jobs/workflow_paper_cleaning", {"as_of": "2026-03-02"})
        assert answer.status_code == 202, answer.text
        assert answer.json()["state"] != "failed", answer.text
        return bool(answer.json()["state"] == "done")

    wait_until("the cleaning to end", is_done)
    assert office.sales.get(f"/attachments/{kept['id']}").content == PDF


# Bulk approval


def test_many_are_approved_at_once_and_each_says_in_words_what_happened(office: Office) -> None:
    processes = [office.start() for _ in range(12)]
    tasks = [office.task_of(process["id"]) for process in processes]
    assert office.lead.post(f"/tasks/{tasks[3]}/approve", {"opinion": "已同意"}).status_code == 200
    answer = office.lead.post("/tasks/approve", {"task_ids": [*tasks, str(uuid4())], "opinion": "同意"})
    assert answer.status_code == 200, answer.text
    outcomes = answer.json()
    assert outcomes["approved"] == 11
    assert [each["task_id"] for each in outcomes["items"][:-1]] == tasks
    refused = [(each["code"], each["message"]) for each in outcomes["items"] if not each["is_approved"]]
    assert refused == [
        ("task_already_decided", "该待办已处理：李领导 同意。"),
        ("task_not_found", "没有找到该待办，或您无权查看。"),
    ]
    for process in processes:
        assert office.lead.get(f"/processes/{process['id']}").json()["node"]["code"] == "sales_admin"


def test_what_no_bulk_approval_takes_is_refused_by_field(office: Office) -> None:
    for task_ids, message in (
        ([], "长度须在 1 到 100 之间。"),
        ([str(uuid4())] * 101, "长度须在 1 到 100 之间。"),
        (["1"], "格式不正确。"),
    ):
        answer = office.lead.post("/tasks/approve", {"task_ids": task_ids})
        assert answer.status_code == 422
        assert message in [problem["message"] for problem in answer.json()["errors"]]


# Lists


def test_lists_are_asked_for_by_box_filter_and_order(office: Office) -> None:
    process = office.start()
    (row,) = office.lead.get(f"/processes?box=todo&customer_id={process['customer_id']}&code=claim_customer,test_account").json()[
        "items"
    ]
    assert row["link"] == f"/processes/{process['id']}?task={office.task_of(process['id'])}"
    assert (row["bulk_approve"], row["for_user"], row["is_overdue"]) == (True, None, False)
    done = "/processes?box=done&decided_from=2020-01-01&sort=-decided_at"
    assert process["id"] not in [each["id"] for each in office.lead.get(done).json()["items"]]
    assert office.lead.get("/processes?box=todo&sort=decided_at").status_code == 422
    counts = office.lead.get("/processes/counts?box=todo").json()
    assert counts["total"] == sum(item["count"] for item in counts["items"])
    assert office.lead.get("/processes/counts?box=copied").json()["total_unread"] == 0
