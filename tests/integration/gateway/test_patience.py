"""The client that plays the stories of ``make chaos``: a run may outlast a session."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from deploy.api_client import ApiProblem
from tests.chaos.patience import PatientClient
from tests.integration.gateway.company import PASSWORD, RunningGateway


@pytest.fixture
def client(gateway: RunningGateway) -> Iterator[PatientClient]:
    with closing(PatientClient(gateway.url)) as client:
        client.sign_in("sales", PASSWORD)
        yield client


def test_whoever_finds_the_session_over_signs_in_again_and_asks_again(gateway: RunningGateway, client: PatientClient) -> None:
    with closing(client.same_session()) as other:
        _end_sessions(gateway)
        assert other.get("/departments")["items"], "by another session, with its own token against forged requests"
        _end_sessions(gateway)
        other.put("/list-views", {"list": "customers", "name": "我的", "search": "?tier=lead"})
        assert not other.is_in_doubt, "it was told that the session was over, and nothing was lost"
        assert [view["name"] for view in other.get("/list-views", list="customers")["items"]] == ["我的"]


def test_whoever_is_not_let_in_gives_up(gateway: RunningGateway, client: PatientClient) -> None:
    with pytest.raises(ApiProblem, match="401"):
        client.sign_in("sales", "wrong")
    _end_sessions(gateway)
    with pytest.raises(ApiProblem, match="401"):
        client.get("/departments")


def _end_sessions(gateway: RunningGateway) -> None:
    with psycopg.connect(gateway.database_url.format(service="gateway").replace("+psycopg", "")) as connection:
        assert connection.execute("DELETE FROM sessions").rowcount
