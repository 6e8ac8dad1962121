"""Pages that several services bring together, while one of them is dead and another hangs (spec, gateway.md: "503 when a service
behind is away (within its deadline, never a hang)"; decision 0030: what one cannot bring holds up nothing else)."""

import signal
import time
from typing import Any, Final

from deploy.api_client import ApiProblem, wait_until
from deploy.local_cluster import LocalCluster
from deploy.office import Office
from tests.e2e.company import SALES, Company

BY_SERVICE: Final = {
    "customer": {"funnel", "falls"},
    "workflow": {"to_dos"},
    "payments": {"profit_and_commission", "due_bills", "blocked_commission"},
    "notify": {"counters"},
}
"""Service → its parts of the first page."""
EVERYTHING: Final = set().union(*BY_SERVICE.values())


def test_a_dead_service_and_a_hanging_one_cost_their_parts_and_no_other(cluster: LocalCluster, office: Office) -> None:
    company = Company(office)
    client = office.desk(SALES).client
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
    parts_seconds = cluster.settings.page_part_seconds
    assert took < 2 * cluster.settings.rpc_timeout_seconds, f"two pages, of {parts_seconds} s each"

    cluster.start("payments")
    wait_until("everything to be there again", lambda: not client.get("/dashboard")["missing"], seconds_max=90)


def test_without_the_customer_service_a_customer_has_no_page(cluster: LocalCluster, office: Office) -> None:
    company = Company(office)
    client, kept = office.desk(SALES).client, company.customer()
    cluster.kill("customer")
    try:
        client.get(f"/customers/{kept.id}/overview")
        raise AssertionError("there is a page of what nobody knows whether it may be seen")
    except ApiProblem as problem:
        assert (problem.status, problem.code) == (503, "service_unavailable")
    finally:
        cluster.start("customer")
    assert set(_missing(client.get("/dashboard"))) <= BY_SERVICE["customer"]
    wait_until("the page again", lambda: client.get(f"/customers/{kept.id}/overview")["customer"], seconds_max=90)


def _missing(page: dict[str, Any]) -> dict[str, str]:
    return {each["part"]: each["code"] for each in page["missing"]}
