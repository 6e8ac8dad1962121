"""What whoever comes for the first time may read: the pages, and the descriptions of the interface and of the events."""

import pytest
import requests

from gateway.asyncapi import asyncapi
from tests.integration.gateway.company import RunningGateway


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_pages_ask_nobody_else_for_anything(gateway: RunningGateway, path: str) -> None:
    page = requests.get(gateway.url + path, timeout=10)
    assert page.headers["Content-Type"].startswith("text/html")
    assert "http://" not in page.text
    assert "https://" not in page.text
    for reference in [part.split('"')[0] for part in page.text.replace('src="', 'href="').split('href="')[1:]]:
        assert requests.get(gateway.url + reference, timeout=10).status_code == 200, reference
    assert requests.get(f"{gateway.url}/page/..%2fhttp.py", timeout=10).status_code == 404


def test_the_descriptions_are_there_for_anybody(gateway: RunningGateway) -> None:
    said = {}
    for path in ("/openapi.json", "/docs/openapi-3.0.json", "/asyncapi.json"):
        answer = requests.get(gateway.url + path, timeout=10)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json"), path
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-cache"
        said[path] = answer.json()
    assert [said[path].get("openapi") for path in said] == ["3.1.0", "3.0.3", None]
    assert said["/openapi.json"]["paths"].keys() == said["/docs/openapi-3.0.json"]["paths"].keys() > {"/api/v1/customers"}
    assert said["/asyncapi.json"] == asyncapi()
