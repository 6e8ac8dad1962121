"""Whole systems for the end-to-end tests: embedded in one process here, distributed over many in the folder below."""

from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from deploy.api_client import ApiClient
from tests.documented_answers import assert_documented
from tests.e2e.systems import EmbeddedSystem


@pytest.fixture(scope="session", autouse=True)
def _answers_are_as_documented() -> Iterator[None]:
    """Whatever these tests get through the gateway must be as OpenAPI says."""
    send = ApiClient._send

    def send_and_look(client: ApiClient, method: str, target: str, content: bytes | None, headers: Any) -> HTTPResponse:
        answer = send(client, method, target, content, headers)
        body = answer.read()
        assert_documented(method, target, answer.status, answer.headers, body)
        answer.read = lambda *_: body  # type: ignore[method-assign]  # it can be read but once
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ApiClient, "_send", send_and_look)
        yield


@pytest.fixture(scope="module")
def embedded(run_folder: Path, worker_id: str, request: pytest.FixtureRequest) -> Iterator[EmbeddedSystem]:
    """An embedded system, not yet started."""
    # Not in pytest's own temporary folder: every run of pytest that begins closes it to the account that PostgreSQL runs under.
    folder = run_folder / f"embedded-{worker_id}-{request.path.stem}"
    folder.mkdir()
    system = EmbeddedSystem(folder / "var")
    yield system
    if not system.is_running and (system.var / "postgresql" / "postmaster.pid").exists():
        system.start()  # a test failed after a kill: what it left running ends with a start and a stop
    if system.is_running:
        system.stop()
