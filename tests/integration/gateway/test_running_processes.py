"""A running process over real HTTP: what each person may do, what the others are told (spec, workflow.md, "The engine")."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import requests

from deploy.api_client import wait_until
from services.kit.clock import business_date, utc_now
from services.kit.ids import new_id
from tests.integration.gateway.company import PASSWORD, Client, RunningGateway

CLAIM = {"code": "claim_customer", "form": {"reason": "老客户"}}

Line = dict[str, tuple[str, list[tuple[str, str | None]]]]


@dataclass
class Office:
    """People who are signed in, by login."""

    gateway: RunningGateway
    clients: dict[str, Client] = field(default_factory=dict)

    def by(self, login: str) -> Client:
        if login not in self.clients:
            self.clients[login] = self.gateway.client(login)
        return self.clients[login]

    def id_of(self, login: str) -> str:
        return str(self.by(login).get("/session").json()["user"]["id"])

    def hired(self, login: str, name: str) -> Client:
        """A salesperson elsewhere, who has signed in for the first time."""
        person = {"login": login, "name": name, "roles": ["sales"], "password": PASSWORD}
        assert self.by("admin").post("/users", person).status_code == 201
        passwords = {"current_password": PASSWORD, "new_password": f"{PASSWORD} of mine"}
        changed = self.gateway.client(login).request("PUT", "/session/password", json=passwords)
        assert changed.status_code < 300, changed.text
        self.clients[login] = self.gateway.client().sign_in(login, f"{PASSWORD} of mine")
        return self.clients[login]

    def start(self) -> requests.Response:
        return self.by("sales").post("/processes", CLAIM | {"subject_id": str(new_id())})

    def page(self, process_id: str, login: str = "sales") -> dict[str, Any]:
        answer = self.by(login).get(f"/processes/{process_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def act(self, login: str, process_id: str, action: str, **body: Any) -> requests.Response:
        """At one's own task."""
        task = self.page(process_id, login)["task"]
        assert task is not None, f"{login} is not asked"
        return self.by(login).post(f"/tasks/{task['id']}/{action}", body)

    def line(self, process_id: str) -> Line:
        """The whole node line: how each node stands, and who did what, or may."""
        nodes = self.page(process_id)["nodes"]
        return {row["code"]: (row["state"], [(each["name"], each["decision"]) for each in row["people"]]) for row in nodes}


@pytest.fixture(scope="module")
def office(approvals: RunningGateway) -> Office:
    office = Office(approvals)
    wait_until("workflow to know everybody", lambda: office.start().status_code == 201)
    return office


@pytest.fixture
def process_id(office: Office) -> str:
    """A claim that waits for the salesperson's lead; sales administration is next."""
    started = office.start()
    assert started.status_code == 201, started.text
    return str(started.json()["id"])


def code_of(answer: requests.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.json()["code"])


def test_a_start_that_repeats_returns_the_process_it_made(office: Office) -> None:
    body = {**CLAIM, "subject_id": str(new_id())}
    key = {"Idempotency-Key": str(new_id())}
    first, again = (office.by("sales").post("/processes", body, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code, again.json()["id"]) == (201, 201, first.json()["id"])
    other = office.by("sales").post("/processes", {**body, "form": {"reason": "另一理由"}}, headers=key)
    assert code_of(other, 409) == "idempotency_key_reused"


def test_a_start_names_its_subject_as_a_page_shows_it_or_by_its_id(office: Office) -> None:
    shown = office.start().json()["subject"]
    again = office.by("sales").post("/processes", {**CLAIM, "subject": shown})
    assert (again.status_code, again.json()["subject"]) == (201, shown)
    both = office.by("sales").post("/processes", {**CLAIM, "subject": shown, "subject_id": str(new_id())})
    assert [each["field"] for each in both.json()["errors"]] == ["subject_id"]
    nameless = office.by("sales").post("/processes", {**CLAIM, "subject": {"type": "customer"}})
    assert [each["field"] for each in nameless.json()["errors"]] == ["subject.id"]


def test_whoever_sees_no_process_is_answered_as_if_there_were_none(office: Office, process_id: str) -> None:
    task_id = office.page(process_id, "lead")["task"]["id"]
    care, stranger = office.by("care"), office.hired("xiaoli", "小李")
    for path in (f"/processes/{process_id}", f"/processes/{process_id}.pdf"):
        assert code_of(stranger.get(path), 404) == "process_not_found"
    bodies: dict[str, Any] = {"comment": {"opinion": "x"}, "copy": {"user_ids": [office.id_of("lead")]}}
    for action in ("withdraw", "resubmit", "comment", "urge", "copy", "recall", "retry-effect"):
        assert code_of(stranger.post(f"/processes/{process_id}/{action}", bodies.get(action, {})), 404) == "process_not_found"
    someone = {"user_id": office.id_of("care")}
    bodies = {"approve": {}, "reject": {"opinion": "x"}, "return": {"opinion": "x"}, "transfer": someone, "delegate": someone}
    bodies |= {"advise": {"opinion": "x"}, "add-approver": {**someone, "position": "after"}}
    for action, body in bodies.items():
        assert code_of(stranger.post(f"/tasks/{task_id}/{action}", body), 404) == "task_not_found"
        assert code_of(care.post(f"/tasks/{task_id}/{action}", body), 403) == "not_your_task", "who sees it and is not asked"


def test_it_is_urged_and_not_again_before_the_hours_that_the_answer_names(office: Office, process_id: str) -> None:
    urged = office.by("sales").post(f"/processes/{process_id}/urge", {"opinion": "客户在等"})
    assert urged.status_code == 200, urged.text
    assert urged.json()["history"][-1]["action"] == "urged"
    again = office.by("sales").post(f"/processes/{process_id}/urge", {})
    assert code_of(again, 429) == "urged_already"
    assert 0 < int(again.headers["Retry-After"]) <= 4 * 3600
    assert "分钟后" in again.json()["detail"]


def test_the_line_stays_true_through_transfer_a_further_approver_return_and_resubmission(office: Office, process_id: str) -> None:
    care, director = office.id_of("care"), office.id_of("director")
    assert office.act("lead", process_id, "transfer", user_id=director).status_code == 200
    assert office.act("director", process_id, "add-approver", user_id=care, position="before").status_code == 200
    assert office.line(process_id)["lead"] == ("current", [("沈悦", None), ("邓总", None)])
    assert office.act("care", process_id, "approve", opinion="可以").status_code == 200
    returned = office.act("director", process_id, "return", opinion="补充材料")
    assert (returned.json()["state"], returned.json()["node"]["code"]) == ("returned", "start")
    resubmitted = office.by("sales").post(f"/processes/{process_id}/resubmit", {"form": {"reason": "补充后"}})
    assert resubmitted.status_code == 200, resubmitted.text
    # A transfer was for the task; what somebody asked for besides lasts.
    assert office.line(process_id) == {
        "start": ("done", [("张伟", "resubmitted")]),
        "lead": ("current", [("李领导", None), ("沈悦", None)]),
        "sales_admin": ("future", [("赵敏", None)]),
    }
    assert office.page(process_id)["history"][-2]["changes"] == {"reason": ["老客户", "补充后"]}


def test_advice_is_asked_for_given_and_recalled(office: Office, process_id: str) -> None:
    care = office.id_of("care")
    assert office.act("lead", process_id, "delegate", user_id=care, opinion="请看").status_code == 200
    assert code_of(office.act("care", process_id, "approve"), 409) == "advice_only"
    assert office.act("care", process_id, "advise", opinion="没有问题").status_code == 200
    assert office.act("lead", process_id, "delegate", user_id=care).status_code == 200
    assert office.by("lead").post(f"/processes/{process_id}/recall", {}).status_code == 200
    assert code_of(office.by("lead").post(f"/processes/{process_id}/recall", {}), 409) == "nothing_to_recall"
    assert office.act("lead", process_id, "approve").json()["node"]["code"] == "sales_admin"


def test_whoever_comes_second_is_told_what_happened(office: Office, process_id: str) -> None:
    task_id = office.page(process_id, "lead")["task"]["id"]
    assert office.act("lead", process_id, "reject", opinion="资料不全").json()["state"] == "rejected"
    late = office.by("lead").post(f"/tasks/{task_id}/approve", {}, headers={"Accept-Language": "en"})
    assert code_of(late, 409) == "task_already_decided"
    assert late.json()["detail"].endswith("李领导 rejected it.")


def test_its_initiator_withdraws_it_and_nobody_else(office: Office, process_id: str) -> None:
    assert code_of(office.by("lead").post(f"/processes/{process_id}/withdraw", {}), 403) == "not_the_initiator"
    withdrawn = office.by("sales").post(f"/processes/{process_id}/withdraw", {"opinion": "不需要了"}).json()
    assert (withdrawn["state"], withdrawn["task"], withdrawn["can"]) == ("withdrawn", None, ["comment", "copy"])
    assert office.line(process_id)["lead"] == ("done", [("张伟", "withdrawn")])
    assert code_of(office.by("sales").post(f"/processes/{process_id}/withdraw", {}), 409) == "process_ended"


def test_a_copy_is_in_a_box_of_its_own_and_shows_the_process(office: Office, process_id: str) -> None:
    sales, reader = office.by("sales"), office.hired("xiaochao", "小超")
    assert reader.get(f"/processes/{process_id}").status_code == 404

    def is_copied() -> bool:
        # Until workflow has heard of the new colleague.
        answer = sales.post(f"/processes/{process_id}/copy", {"user_ids": [office.id_of("xiaochao")], "opinion": "请知悉"})
        assert answer.status_code == 200 or answer.json()["errors"][0]["code"] == "cannot_be_chosen", answer.text
        return answer.status_code == 200

    wait_until("workflow to know the new colleague", is_copied)
    (row,) = reader.get("/processes?box=copied").json()["items"]
    assert (row["id"], row["copied_by"], row["is_unread"]) == (process_id, "张伟", True)
    assert reader.get("/processes/counts?box=copied").json()["total_unread"] == 1
    assert office.page(process_id, "xiaochao")["task"] is None
    assert reader.get("/processes/counts?box=copied").json()["total_unread"] == 0


def test_a_deputy_finds_the_task_acts_for_the_absent_and_ends_with_the_days(office: Office, process_id: str) -> None:
    today = business_date(utc_now())
    days = {"first_day": today.isoformat(), "last_day": (today + timedelta(days=1)).isoformat()}
    lead, care = office.by("lead"), office.by("care")
    named = lead.post("/deputies", {"deputy_id": office.id_of("care"), **days})
    assert named.status_code == 201, named.text
    (row,) = [each for each in care.get("/processes?box=todo").json()["items"] if each["id"] == process_id]
    assert row["for_user"]["name"] == "李领导"
    assert code_of(care.post("/deputies", {"user_id": office.id_of("lead"), "deputy_id": office.id_of("admin"), **days}), 403)
    assert care.request("DELETE", f"/deputies/{named.json()['id']}").status_code == 404, "it is the absent one's to take back"
    assert office.act("care", process_id, "approve", opinion="同意").status_code == 200
    entry = next(each for each in office.page(process_id)["history"] if each["action"] == "approved")
    assert (entry["by_name"], entry["for_name"]) == ("沈悦", "李领导")
    assert lead.request("DELETE", f"/deputies/{named.json()['id']}").status_code == 204
    assert lead.get("/deputies").json()["items"] == []


def test_an_administrator_gives_what_is_stuck_to_somebody_else(office: Office, process_id: str) -> None:
    task_id = office.page(process_id, "lead")["task"]["id"]
    taker = {"user_id": office.id_of("director"), "opinion": "李领导休假"}
    assert code_of(office.by("sales").post(f"/tasks/{task_id}/reassign", taker), 403) == "permission_missing"
    assert office.by("admin").post(f"/tasks/{task_id}/reassign", taker).status_code == 200
    assert office.line(process_id)["lead"] == ("current", [("邓总", None)])
    assert office.act("director", process_id, "approve").status_code == 200
