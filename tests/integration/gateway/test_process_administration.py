"""Definitions, statistics and prints of processes over real HTTP (spec, workflow.md, "Administration" and "Print")."""

import io
from typing import Any
from urllib.parse import quote

import pytest
from pypdf import PdfReader

from deploy.api_client import wait_until
from services.kit.ids import new_id
from tests.integration.gateway.company import Client, RunningGateway

ENGLISH = {"Accept-Language": "en"}
CODE = "/process-definitions/claim_customer"
DRAFT = "/process-definition-drafts/claim_customer"
CARE = {"code": "care", "name_zh": "客户维护", "name_en": "Care", "actors": {"kind": "role", "roles": ["customer_care"]}}


@pytest.fixture(scope="module")
def admin(approvals: RunningGateway) -> Client:
    return approvals.client("admin")


@pytest.fixture
def draft(admin: Client) -> dict[str, Any]:
    """A fresh copy of the version in force, in the one draft of the definition."""
    known = admin.get(DRAFT)
    if known.status_code == 200:
        assert admin.request("DELETE", DRAFT, headers={"If-Match": known.headers["ETag"]}).status_code == 204
    copied = admin.post(f"{CODE}/copy", {})
    assert (copied.status_code, copied.headers["ETag"]) == (201, '"1"'), copied.text
    content: dict[str, Any] = copied.json()
    return content


def newest(client: Client) -> int:
    number: int = client.get(f"{CODE}/versions").json()["items"][0]["version"]
    return number


@pytest.fixture(scope="module")
def process_id(approvals: RunningGateway, admin: Client) -> str:
    """A process of 张伟's that waits for his lead, by an edition whose nodes all find somebody."""
    shipped = admin.get(CODE).json()
    kept = ("code", "name_zh", "name_en", "owner_service", "owner_by", "subject_type", "starters", "fields", "facts")
    edition = {**{name: shipped[name] for name in kept}, "nodes": [*shipped["nodes"][:2], CARE]}
    published = admin.post("/process-definitions", {"definition": edition, "note": "由客户维护处理", "version": newest(admin)})
    assert published.status_code == 201, published.text

    def way() -> dict[str, Any] | None:
        # Until workflow has heard of the people.
        sample = {"code": "claim_customer", "initiator_id": str(approvals.users["sales"]), "form": {"reason": "老客户"}}
        answer = admin.post("/process-definitions/dry-run", sample)
        return answer.json() if answer.status_code == 200 and answer.json()["can_finish"] else None

    result = wait_until("workflow to know the people", way)
    assert [[person["name"] for person in node["people"]] for node in result["nodes"]] == [["张伟"], ["李领导"], ["沈悦"]]
    start = {"code": "claim_customer", "subject_id": str(new_id()), "form": {"reason": "老客户"}, "opinion": "请批准"}
    started = approvals.client("sales").post("/processes", start)
    assert started.status_code == 201, started.text
    started_id: str = started.json()["id"]
    return started_id


def test_everybody_reads_definitions_and_only_administrators_write_them(approvals: RunningGateway, draft: dict[str, Any]) -> None:
    writes = [
        ("POST", "/process-definitions", {"definition": draft["definition"], "note": "x", "version": 1}),
        ("POST", "/process-definitions/dry-run", {"code": "claim_customer", "initiator_id": str(new_id())}),
        ("POST", f"{CODE}/copy", {}),
        ("PUT", DRAFT, {"definition": {}, "version": 1}),
        ("DELETE", DRAFT, {"version": 1}),
        ("GET", DRAFT, None),
        ("GET", f"{DRAFT}.svg", None),
        ("GET", "/process-definition-drafts", None),
    ]
    for login in ("sales", "lead", "director", "care"):
        client = approvals.client(login)
        for path in ("/process-definitions", CODE, f"{CODE}.svg", f"{CODE}/versions"):
            assert client.get(path).status_code == 200, (login, path)
        for method, path, body in writes:
            answer = client.request(method, path, json=body)
            assert (answer.status_code, answer.headers["Content-Type"]) == (403, "application/problem+json"), (login, path)
            assert answer.json()["code"] == "permission_missing"


def test_statistics_are_for_those_who_lead(approvals: RunningGateway, process_id: str) -> None:
    for login, status in (("sales", 403), ("care", 403), ("lead", 200), ("director", 200), ("admin", 200)):
        answer = approvals.client(login).get("/process-statistics?code=claim_customer")
        assert answer.status_code == status, login
    shown = approvals.client("lead").get("/process-statistics").json()
    assert ([item["code"] for item in shown["items"]], shown["people"][0]["name"]) == (["claim_customer"], "李领导")
    wrong = approvals.client("lead").get("/process-statistics?from=2026-03-02&to=2026-03-01")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "to")


def test_a_definition_is_copied_edited_and_published_by_tags(admin: Client, draft: dict[str, Any]) -> None:
    content = {**draft["definition"], "name_zh": "客户申领"}
    saved = admin.request("PUT", DRAFT, json={"definition": content}, headers={"If-Match": '"1"'})
    assert (saved.status_code, saved.headers["ETag"], saved.json()["faults"]) == (200, '"2"', []), saved.text
    late = admin.request("PUT", DRAFT, json={"definition": content}, headers={"If-Match": '"1"'})
    assert (late.status_code, late.json()["code"]) == (412, "definition_draft_changed_meanwhile")
    assert late.json()["detail"] == "管理员 已修改该草稿（第 2 次保存），请查看后重试。"
    assert [row["code"] for row in admin.get("/process-definition-drafts").json()["items"]] == ["claim_customer"]

    seen = draft["newest_version"]
    publication = {"definition": content, "note": "改名"}
    published = admin.post("/process-definitions", publication, headers={"If-Match": f'"{seen}"'})
    assert (published.status_code, published.headers["ETag"]) == (201, f'"{seen + 1}"'), published.text
    assert admin.get(DRAFT).status_code == 404
    again = admin.post("/process-definitions", {**publication, "version": seen}, headers=ENGLISH)
    assert (again.status_code, again.json()["code"]) == (409, "definition_published_meanwhile")
    assert again.json()["detail"] == f"管理员 published version {seen + 1} meanwhile; look at it and send yours again."
    row = admin.get(f"{CODE}/versions").json()["items"][0]
    assert (row["version"], row["published_by_name"], row["note"], row["is_in_force"]) == (seen + 1, "管理员", "改名", True)
    assert admin.get(f"{CODE}?version={seen}").json()["name_zh"] == draft["definition"]["name_zh"]


def test_faults_come_by_place_and_in_words(admin: Client, draft: dict[str, Any]) -> None:
    boss = {**CARE, "actors": {"kind": "role", "roles": ["boss"]}}
    faulty = {**draft["definition"], "nodes": [*draft["definition"]["nodes"][:2], boss]}
    answer = admin.post("/process-definitions", {"definition": faulty, "note": "x", "version": 1})
    assert (answer.status_code, answer.json()["code"]) == (422, "definition_faulty")
    assert answer.json()["errors"] == [
        {"field": "definition.nodes.2.actors.roles.0", "code": "unknown_role|boss", "message": "没有“boss”这个角色。"}
    ]
    saved = admin.request("PUT", DRAFT, json={"definition": faulty, "version": 1}, headers=ENGLISH).json()
    assert saved["faults"] == [
        {"place": "nodes.2.actors.roles.0", "code": "unknown_role|boss", "message": "There is no role “boss”."}
    ]
    assert admin.get(f"{DRAFT}.svg").json()["code"] == "definition_faulty"
    unexplained = admin.post("/process-definitions", {"definition": faulty, "note": " ", "version": 1})
    assert [(each["field"], each["code"]) for each in unexplained.json()["errors"]] == [("note", "required")]


def test_a_dry_run_words_what_is_wrong_with_a_form(approvals: RunningGateway, admin: Client, process_id: str) -> None:
    sample = {"code": "claim_customer", "initiator_id": str(approvals.users["sales"]), "form": {"colour": "red"}}
    result = admin.post("/process-definitions/dry-run", sample, headers=ENGLISH).json()
    assert [(error["field"], error["message"]) for error in result["errors"]] == [
        ("form.colour", "Unknown field."),
        ("form.reason", "Required."),
    ]
    assert (result["can_finish"], [node["state"] for node in result["nodes"]]) == (False, ["starts", "asks", "asks"])


def test_a_definition_is_a_picture_in_the_readers_language(admin: Client, draft: dict[str, Any]) -> None:
    for path in (f"{CODE}.svg", f"{CODE}.svg?version=1", f"{DRAFT}.svg"):
        chinese, english = admin.get(path), admin.get(path, headers=ENGLISH)
        assert (chinese.status_code, chinese.headers["Content-Type"]) == (200, "image/svg+xml"), path
        assert "发起人" in chinese.content.decode()
        assert "The initiator" in english.content.decode()
    for path in ("/process-definitions/holiday.svg", f"{CODE}.svg?version=99"):
        missing = admin.get(path)
        assert (missing.status_code, missing.json()["code"]) == (404, "definition_not_found")


def test_each_reader_is_told_what_he_or_she_may_start(approvals: RunningGateway) -> None:
    for login, role in (("sales", "sales"), ("care", "customer_care")):
        client = approvals.client(login)
        startable = client.get("/process-definitions?startable=true").json()["items"]
        named = [each["code"] for each in client.get("/process-definitions").json()["items"] if role in each["starters"]]
        assert [definition["code"] for definition in startable] == named


def test_who_may_start_a_process_is_the_definitions_to_say(
    approvals: RunningGateway, admin: Client, draft: dict[str, Any], process_id: str
) -> None:
    start = {"code": "claim_customer", "subject_id": str(new_id()), "form": {"reason": "老客户"}}
    care = approvals.client("care")
    refused = care.post("/processes", start)
    assert (refused.status_code, refused.json()["code"]) == (403, "may_not_start")
    wider = {**draft["definition"], "starters": [*draft["definition"]["starters"], "customer_care"]}
    wider["nodes"] = [draft["definition"]["nodes"][0], CARE]
    publication = {"definition": wider, "note": "客户维护也可发起", "version": draft["newest_version"]}
    assert admin.post("/process-definitions", publication).status_code == 201
    started = care.post("/processes", start)
    assert (started.status_code, started.json()["node"]["name_zh"]) == (201, "客户维护"), started.text


def test_whoever_sees_a_process_prints_it_with_form_nodes_and_history(approvals: RunningGateway, process_id: str) -> None:
    for login in ("sales", "lead", "admin"):
        printed = approvals.client(login).get(f"/processes/{process_id}.pdf")
        assert (printed.status_code, printed.headers["Content-Type"]) == (200, "application/pdf"), login
        assert quote("申请客户：上海云帆网络科技有限公司.pdf") in printed.headers["Content-Disposition"]
        text = PdfReader(io.BytesIO(printed.content)).pages[0].extract_text()
        for words in (
            "老客户",
            "张伟（发起人） 发起",
            "李领导（销售部门领导）",
            "沈悦（客户维护专员）",
            "请批准",
            "第 1 页，共 1 页",
        ):
            assert words in text, words
    path = f"/processes/{process_id}.pdf"
    assert approvals.client("admin").get(path).content == approvals.client("admin").get(path).content, "one state, one file"
    english = approvals.client("sales").get(f"/processes/{process_id}.pdf", headers=ENGLISH)
    assert "Page 1 of 1" in PdfReader(io.BytesIO(english.content)).pages[0].extract_text()


def test_whoever_does_not_see_a_process_prints_nothing(approvals: RunningGateway, process_id: str) -> None:
    start = {"code": "claim_customer", "subject_id": str(new_id()), "form": {"reason": "老客户"}}
    leads = approvals.client("lead").post("/processes", start).json()["id"]
    hidden = [approvals.client("sales").get(f"/processes/{each}.pdf") for each in (leads, new_id())]
    assert [(answer.status_code, answer.json()["code"]) for answer in hidden] == [(404, "process_not_found")] * 2
    assert approvals.client().get(f"/processes/{process_id}.pdf").status_code == 401
    assert approvals.client("sales").get("/processes/nothing.pdf").status_code == 404
