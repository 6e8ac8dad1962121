"""What whoever comes for the first time may read: the pages, and the descriptions of the interface and of the events."""

import pytest
import requests
from werkzeug.wrappers import Request

from gateway.asyncapi import asyncapi
from gateway.console import console
from tests.integration.gateway.company import RunningGateway


def test_the_reference_asks_nobody_else_for_anything(gateway: RunningGateway) -> None:
    page = requests.get(f"{gateway.url}/docs", timeout=10)
    assert page.headers["Content-Type"].startswith("text/html")
    assert "http://" not in page.text
    assert "https://" not in page.text
    for reference in [part.split('"')[0] for part in page.text.replace('src="', 'href="').split('href="')[1:]]:
        assert requests.get(gateway.url + reference, timeout=10).status_code == 200, reference
    assert requests.get(f"{gateway.url}/docs/..%2fhttp.py", timeout=10).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "accept", "is_page"),
    [
        ("GET", "/", "text/html", True),
        ("GET", "/customers/0195e0a5", "text/html,*/*;q=0.8", True),
        ("GET", "/customers/0195e0a5", "application/json", False),
        ("GET", "/api/v1/nothing", "text/html", False),
        ("GET", "/assets/nothing.js", "text/html", False),
        ("POST", "/customers", "text/html", False),
    ],
)
def test_any_other_address_is_the_consoles(gateway: RunningGateway, method: str, path: str, accept: str, is_page: bool) -> None:
    answer = requests.request(method, gateway.url + path, headers={"Accept": accept}, timeout=10)
    if is_page:
        built = console().show_page(Request.from_values(path))
        assert (answer.status_code, answer.content) == (built.status_code, built.data)
    else:
        assert (answer.status_code, answer.json()["code"]) == (404, "route_not_found")


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
