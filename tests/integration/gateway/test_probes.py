"""What a supervisor and Prometheus ask the gateway, answered however many requests are at work."""

import threading
import time

import requests

from deploy.api_client import wait_until
from tests.integration.gateway.company import RunningGateway, StartGateway

WORKERS = 2


def busy_workers(gateway: RunningGateway) -> float:
    """As its metrics tell."""
    lines = requests.get(f"{gateway.url}/metrics", timeout=10).text.splitlines()
    told = [line for line in lines if line.startswith('l2c_workers_busy{service="gateway"}')]
    return float(told[0].split()[-1]) if told else 0.0


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
