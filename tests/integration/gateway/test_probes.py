"""What a supervisor and Prometheus ask the gateway, answered however many requests are at work."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from deploy.api_client import wait_until
from gateway.routes.health import KEPT_SECONDS, Answer, KeptAnswer
from tests.integration.gateway.company import RunningGateway, StartGateway

WORKERS = 2


def busy_workers(gateway: RunningGateway) -> float:
    """As its metrics tell."""
    lines = requests.get(f"{gateway.url}/metrics", timeout=10).text.splitlines()
    told = [line for line in lines if line.startswith('l2c_workers_busy{service="gateway"}')]
    return float(told[0].split()[-1]) if told else 0.0


def _asked(gateway: RunningGateway, service: str) -> float:
    """How many calls of a service it has made."""
    lines = requests.get(f"{gateway.url}/metrics", timeout=10).text.splitlines()
    return sum(
        float(line.split()[-1]) for line in lines if line.startswith('l2c_calls_asked_total{outcome="') and service in line
    )


def test_many_who_ask_whether_it_is_ready_are_told_what_one_asking_found(start_gateway: StartGateway) -> None:
    gateway = start_gateway()
    asked, began = _asked(gateway, "customer"), time.monotonic()
    with ThreadPoolExecutor(10) as askers:
        answers = list(askers.map(lambda _: requests.get(f"{gateway.url}/health/ready", timeout=20), range(40)))
    took = time.monotonic() - began
    assert {(each.status_code, each.json()["services"]["customer"]["error"]) for each in answers} == {
        (200, "service_unavailable")
    }
    assert 1 <= _asked(gateway, "customer") - asked <= 1 + took / KEPT_SECONDS


def test_an_answer_is_told_for_its_time_and_then_found_anew() -> None:
    found: list[int] = []

    def find() -> Answer:
        found.append(len(found))
        return {"number": len(found)}, 200

    always_new, kept = KeptAnswer(-1.0), KeptAnswer(3600.0)
    assert [always_new.get(find)[0]["number"] for _ in range(2)] == [1, 2]
    assert [kept.get(find)[0]["number"] for _ in range(2)] == [3, 3]


def test_a_gateway_with_too_much_to_do_lives_and_tells_its_metrics(start_gateway: StartGateway) -> None:
    gateway = start_gateway(L2C_MAX_WORKERS=str(WORKERS), L2C_RPC_TIMEOUT_SECONDS="10")
    clients = [gateway.client("sales") for _ in range(WORKERS)]
    began = time.monotonic()
    threads = [
        threading.Thread(target=client.post, args=("/things", {"name": "slow", "size": 4}), daemon=True) for client in clients
    ]
    for thread in threads:
        thread.start()
    wait_until("all workers to be busy", lambda: busy_workers(gateway) == WORKERS)
    live = requests.get(f"{gateway.url}/health/live", timeout=10)
    assert busy_workers(gateway) == WORKERS, f"they ended meanwhile, after {time.monotonic() - began:.1f} s"
    assert (live.status_code, live.json()["status"]) == (200, "ok")
    assert live.json()["loops"]["consumer"]["alive"]
    for thread in threads:
        thread.join()
