"""Requests that nobody sends by mistake."""

import pytest
import requests

from tests.integration.gateway.company import RunningGateway


def test_a_doubled_slash_leads_nowhere(gateway: RunningGateway) -> None:
    """Least of all to the host that a request may name."""
    answer = requests.get(f"{gateway.url}/api//v1/session", headers={"Host": "elsewhere"}, allow_redirects=False, timeout=20)
    assert (answer.status_code, answer.json()["code"]) == (404, "route_not_found")


@pytest.mark.parametrize("header", ["User-Agent", "Idempotency-Key", "Accept-Language"])
def test_a_header_that_no_text_can_hold_is_refused(gateway: RunningGateway, header: str) -> None:
    answer = requests.post(f"{gateway.url}/api/v1/session", json={}, headers={header: "a\0b"}, timeout=20)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize("tag", ["nothing", '"1x"', '"' + "9" * 5000 + '"'])
def test_a_tag_that_was_never_answered_is_refused(gateway: RunningGateway, tag: str) -> None:
    answer = gateway.client("sales").get("/context", headers={"If-Match": tag})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_if_match")
