"""What bad input to workflow gets (spec, gateway.md, "HTTP conventions"): an answer that says what is wrong, and never a fault.

Of every route of the context and every field that OpenAPI documents: one that is added is tried here, too.
"""

import pytest

from deploy.api_client import wait_until
from services.kit.ids import new_id
from tests.integration.gateway.bad_input import assert_told, bad_requests
from tests.integration.gateway.company import Client, RunningGateway
from tests.integration.gateway.documented_routes import API, DocumentedRoute, described, process_routes

CLAIM = {"code": "claim_customer", "form": {"reason": "老客户"}}
DEFINITION = "/process-definitions/claim_customer"


@pytest.fixture(scope="module")
def clients(approvals: RunningGateway) -> dict[str, Client]:
    return {login: approvals.client(login) for login in ("sales", "lead", "admin")}


@pytest.fixture(scope="module")
def ids(approvals: RunningGateway, clients: dict[str, Client]) -> dict[str, str]:
    """A process that waits for its lead, and a draft of its definition."""
    admin, sales, lead = clients["admin"], clients["sales"], clients["lead"]
    assert admin.post(f"{DEFINITION}/copy", {}).status_code == 201

    def start() -> str | None:
        # Until workflow has heard of the people.
        answer = sales.post("/processes", {**CLAIM, "subject_id": str(new_id())})
        return str(answer.json()["id"]) if answer.status_code == 201 else None

    process_id = wait_until("workflow to know everybody", start)
    assert process_id is not None
    return {
        "process_id": process_id,
        "task_id": lead.get(f"/processes/{process_id}").json()["task"]["id"],
        "code": "claim_customer",
        "key": "claim:1",
        "deputy_id": str(new_id()),
        "attachment_id": str(new_id()),
    }


@pytest.mark.parametrize("route", process_routes(), ids=str)
def test_bad_input_is_told_by_its_field_and_nothing_is_a_fault(
    clients: dict[str, Client], ids: dict[str, str], route: DocumentedRoute
) -> None:
    documented = described()["paths"][f"{API}{route.path}"][route.method.lower()]["responses"]
    for why, answer in bad_requests(clients[_who_may(route)], route, ids):
        assert_told(why, answer)
        if answer.status_code == 414:
            continue  # the HTTP server's own, before any route
        if answer.status_code >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json", (why, answer.status_code)
        else:
            assert str(answer.status_code) in documented, (why, answer.status_code)


def _who_may(route: DocumentedRoute) -> str:
    """The initiator and the handler of what is theirs; an administrator of everything else."""
    if route.path.startswith("/tasks") and not route.path.endswith("/reassign"):
        return "lead"
    return "sales" if route.path.startswith("/processes") and route.method == "POST" else "admin"
