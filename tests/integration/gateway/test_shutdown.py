"""How a gateway ends: what it was asked is answered, and nobody is let in any more."""

import os
import signal
import socket
import threading
from urllib.parse import urlsplit

import pytest
import requests

from tests.integration.gateway.company import RunningGateway, StartGateway
from tests.integration.kit.bus import eventually


@pytest.fixture
def ending(start_gateway: StartGateway) -> RunningGateway:
    return start_gateway(L2C_RPC_TIMEOUT_SECONDS="10")


def is_open(gateway: RunningGateway) -> bool:
    parts = urlsplit(gateway.url)
    try:
        socket.create_connection((parts.hostname, parts.port), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True


def test_what_is_under_way_is_answered_and_the_door_is_closed(ending: RunningGateway) -> None:
    client, looker = ending.client("sales"), ending.client("sales")
    answers: list[requests.Response] = []
    slow = threading.Thread(target=lambda: answers.append(client.post("/things", {"name": "slow", "size": 2})))
    slow.start()
    eventually(lambda: looker.get("/busy-with").json()["slow"] == 1)
    os.kill(ending.process_id, signal.SIGTERM)
    eventually(lambda: not is_open(ending))
    assert slow.is_alive()
    slow.join(timeout=30)
    assert answers[0].status_code == 201
    assert answers[0].headers["Connection"] == "close"
