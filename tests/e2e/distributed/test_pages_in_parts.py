"""Pages that several services bring together, while one of them is dead and another hangs (spec, gateway.md: "503 when a service
behind is away (within its deadline, never a hang)"; decision 0030: what one cannot bring holds up nothing else)."""

import signal
import time
from collections.abc import Iterator
from typing import Any, Final

import pytest

from deploy.api_client import ApiProblem, wait_until
from deploy.local_cluster import LocalCluster
from deploy.office import Office
from tests.e2e.company import Company

BY_SERVICE: Final = {
    "customer": {"funnel", "falls"},
    "workflow": {"to_dos"},
    "payments": {"profit_and_commission", "due_bills", "blocked_commission"},
    "notify": {"counters"},
}
"""Service → its parts of the first page."""
EVERYTHING: Final = set().union(*BY_SERVICE.values())


@pytest.fixture(scope="module")
def company(cluster: LocalCluster) -> Iterator[Company]:
    office = Office(cluster.base_url)
    yield Company(office, "p")
    office.close()


def test_a_dead_service_and_a_hanging_one_cost_their_parts_and_no_other(cluster: LocalCluster, company: Company) -> None:
    client = company.sales.client
    kept = company.customer()
    overview = f"/customers/{kept.id}/overview"
    wait_until("everything to be there", lambda: not client.get("/dashboard")["missing"] + client.get(overview)["missing"])

    cluster.kill("payments")
    cluster.signal("workflow", signal.SIGSTOP)
    try:
        began = time.monotonic()
        dashboard, page = client.get("/dashboard"), client.get(overview)
        took = time.monotonic() - began
    finally:
        cluster.signal("workflow", signal.SIGCONT)
    lost = BY_SERVICE["payments"] | BY_SERVICE["workflow"]
    assert _missing(dashboard) == dict.fromkeys(lost, "service_unavailable")
    assert {part for part in EVERYTHING if dashboard[part] is None} == lost
    assert _missing(page) == dict.fromkeys(("processes", "receivables", "receipts"), "service_unavailable")
    assert (page["customer"]["name"], page["accounts"]["total"], page["bills"]["total"]) == (kept.name, 1, 0)
    # Each page waits once, for all of its parts, and not for one after the other.
    assert took < 2 * cluster.settings.rpc_timeout_seconds

    cluster.start("payments")
    wait_until("everything to be there again", lambda: not client.get("/dashboard")["missing"], seconds_max=90)


def test_without_the_customer_service_a_customer_has_no_page(cluster: LocalCluster, company: Company) -> None:
    client, kept = company.sales.client, company.customer()
    cluster.kill("customer")
    with pytest.raises(ApiProblem) as refused:
        client.get(f"/customers/{kept.id}/overview")
    assert (refused.value.status, refused.value.code) == (503, "service_unavailable")
    assert set(_missing(client.get("/dashboard"))) == BY_SERVICE["customer"]
    cluster.start("customer")
    cluster.wait_until_ready("customer")
    assert client.get(f"/customers/{kept.id}/overview")["customer"]["name"] == kept.name


def _missing(page: dict[str, Any]) -> dict[str, str]:
    return {each["part"]: each["code"] for each in page["missing"]}
