"""The story and the bus's promises on a distributed system: every service a process of its own, real RabbitMQ and PostgreSQL."""

import signal
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from pypdf import PdfReader
from sqlalchemy.engine import make_url

from deploy.api_client import ApiClient, ApiProblem, wait_until
from deploy.local_cluster import LocalCluster
from deploy.office import Office
from deploy.people import PEOPLE
from deploy.story.facts import CUSTOMER
from deploy.story.play import play
from deploy.story.usage import SOURCE as MESSAGING_PLATFORM
from services.kit.ids import new_id
from tests.servers.kept import KeptRabbitmq

CLAIMS = 200


def rows(cluster: LocalCluster, service: str, query: str, *values: object) -> list[tuple[object, ...]]:
    """What a service's database says."""
    url = make_url(cluster.settings.database_url_of(service)).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        return connection.execute(query.encode(), values).fetchall()


def add_customers(office: Office, prefix: str, count: int) -> list[str]:
    """Customers of one salesperson.

    :returns: their ids.
    """
    client = office.desk("zhang.wei").client
    return [str(client.post("/customers", {"name": f"{prefix}{number:03d}有限公司"})["id"]) for number in range(count)]


def copies(cluster: LocalCluster, service: str, ids: list[str]) -> int:
    """How many of these customers a consumer has a copy of."""
    (found,) = rows(cluster, service, "SELECT count(*) FROM customers WHERE id = ANY(%s::uuid[])", ids)
    return int(str(found[0]))


def wait_until_known(cluster: LocalCluster, service: str, ids: list[str]) -> None:
    """Until a consumer has a copy of each customer, each from one event handled once."""
    wait_until(f"copies in {service}", lambda: copies(cluster, service, ids) == len(ids), seconds_max=60)
    assert handled(cluster, service, "on_customer_added", ids) == len(ids)


def handled(cluster: LocalCluster, service: str, consumer: str, ids: list[str]) -> int:
    """How often a handler's inbox notes an addition of these customers; the events' ids come from customer's outbox."""
    events = rows(cluster, "customer", "SELECT id FROM outbox WHERE type = 'customer_added' AND subject = ANY(%s)", ids)
    event_ids = [event[0] for event in events]
    query = "SELECT count(*) FROM inbox WHERE consumer = %s AND event_id = ANY(%s)"
    (found,) = rows(cluster, service, query, consumer, event_ids)
    return int(str(found[0]))


def test_the_story_plays_through_processes_of_their_own(cluster: LocalCluster, tmp_path: Path) -> None:
    said: list[str] = []
    play(cluster.base_url, cluster.settings.amqp_url_of(MESSAGING_PLATFORM), tmp_path, said.append)
    assert len(said) == 9
    (statement,) = tmp_path.glob("*.pdf")
    assert CUSTOMER in "".join(page.extract_text() for page in PdfReader(statement).pages).replace("\n", "")


def test_a_relay_killed_between_commit_and_publish_loses_and_doubles_nothing(cluster: LocalCluster, office: Office) -> None:
    cluster.stop("relay")
    ids = add_customers(office, "断点", 40)
    cluster.kill("customer")
    assert [copies(cluster, service, ids) for service in ("billing", "payments")] == [0, 0]
    cluster.start("customer")
    for _ in range(3):  # each is killed at whatever it is doing: before, within or after a batch
        cluster.start("relay")
        cluster.kill("relay")
    cluster.start("relay")
    cluster.wait_until_ready("customer")
    for service in ("billing", "payments"):
        wait_until_known(cluster, service, ids)
    (waiting,) = rows(cluster, "customer", "SELECT count(*) FROM outbox WHERE published_at IS NULL")
    assert waiting == (0,)


def test_a_consumer_killed_at_work_handles_each_event_once(cluster: LocalCluster, office: Office) -> None:
    ids = add_customers(office, "半途", 20)
    cluster.kill("billing")
    ids += add_customers(office, "恢复之后", 20)
    cluster.start("billing")
    cluster.wait_until_ready("billing")
    wait_until_known(cluster, "billing", ids)


@pytest.mark.parametrize("how", ["stopped", "hanging"])
def test_a_call_to_a_service_that_is_away_answers_503_within_its_deadline(
    cluster: LocalCluster, office: Office, how: str
) -> None:
    client = office.desk("zhang.wei").client
    client.get("/receivables")
    if how == "stopped":
        cluster.stop("payments")
    else:
        cluster.signal("payments", signal.SIGSTOP)
    began = time.monotonic()
    with pytest.raises(ApiProblem) as caught:
        client.get("/receivables")
    seconds = time.monotonic() - began
    if how == "stopped":
        cluster.start("payments")
    else:
        cluster.signal("payments", signal.SIGCONT)
    cluster.wait_until_ready("payments")
    assert (caught.value.status, caught.value.code) == (503, "service_unavailable")
    assert seconds < cluster.settings.rpc_timeout_seconds + 1
    wait_until("payments answers again", lambda: _answers(client), seconds_max=30)


def _answers(client: ApiClient) -> bool:
    try:
        client.get("/receivables")
    except ApiProblem as problem:
        if problem.status == 503:
            return False
        raise
    return True


def test_a_restart_of_the_broker_heals_by_itself(cluster: LocalCluster, office: Office, rabbitmq: KeptRabbitmq) -> None:
    before = {name: cluster.process_id(name) for name in ("customer", "billing", "gateway", "relay")}
    ids = add_customers(office, "停机以前", 10)
    rabbitmq.stop()
    with pytest.raises(ApiProblem) as caught:
        office.desk("zhang.wei").client.get("/customers")
    assert caught.value.status == 503
    rabbitmq.start()
    wait_until("the customer service answers", lambda: _adds_again(office, ids), seconds_max=60)
    ids += add_customers(office, "开机之后", 10)
    wait_until_known(cluster, "billing", ids)
    cluster.wait_until_ready()
    assert before == {name: cluster.process_id(name) for name in before}, "no process had to be started again"


def _adds_again(office: Office, ids: list[str]) -> bool:
    try:
        ids += add_customers(office, f"重启中{new_id().hex[-6:]}", 1)
    except ApiProblem as problem:
        if problem.status == 503:
            return False
        raise
    return True


def claim_until_answered(client: ApiClient, customer_id: str) -> str:
    """Claim a customer, and as long as the answer is that nobody knows (503, on a busy machine), ask again under the same key.

    :returns: the refusal's code, or ``won``.
    """
    body = {"code": "claim_customer", "subject_id": customer_id, "form": {"reason": "客户有新需求"}}
    key = str(new_id())
    for _ in range(20):
        try:
            client.post("/processes", body, key=key)
        except ApiProblem as problem:
            if problem.status != 503:
                return problem.code
        else:
            return "won"
    return "unanswered"


def test_of_two_hundred_who_claim_a_customer_at_the_same_time_one_wins(cluster: LocalCluster, office: Office) -> None:
    (pooled,) = add_customers(office, "人人想要", 1)
    office.desk("zhang.wei").client.post(f"/customers/{pooled}/release", {"reason": "释放到公共池"})
    sellers = [person.login for person in PEOPLE if person.roles == ("sales",)]
    office.sign_in(sellers)
    outcomes: list[str] = []
    barrier = threading.Barrier(CLAIMS)

    def claim(client: ApiClient) -> None:
        with closing(client):
            barrier.wait()
            outcomes.append(claim_until_answered(client, pooled))

    clients = [office.desk(sellers[number % len(sellers)]).client.same_session() for number in range(CLAIMS)]
    threads = [threading.Thread(target=claim, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counted = Counter(outcomes)
    assert counted.pop("won") == 1, counted
    assert set(counted) == {"customer_already_claimed"}, counted
    (holder,) = rows(cluster, "customer", "SELECT tier, claim_process_id IS NOT NULL FROM customers WHERE id = %s", pooled)
    assert holder == ("pool", True)
