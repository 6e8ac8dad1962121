"""The story and the bus's promises on a distributed system: every service a process of its own, real RabbitMQ and PostgreSQL."""

import re
import signal
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from pypdf import PdfReader
from sqlalchemy.engine import make_url

from deploy.api_client import ApiClient, ApiProblem, wait_until
from deploy.catalogue import CONTAINERS
from deploy.local_cluster import PROCESSES, LocalCluster
from deploy.office import Office
from deploy.people import DEMO_PASSWORD, PEOPLE
from deploy.story.facts import CUSTOMER
from deploy.story.play import play, was_played
from deploy.story.usage import SOURCE as MESSAGING_PLATFORM
from services.kit.database import Database
from services.kit.ids import new_id
from tests import observability
from tests.doctor import ask_doctor
from tests.e2e import watching
from tests.e2e.agreement import asking, disagreements, effects_without_cause
from tests.e2e.backups import elsewhere, l2c, work_going_on
from tests.e2e.company import Company, Kept
from tests.e2e.walks import settle
from tests.integration.payments.money import require_every_yuan_in_one_place
from tests.servers.fixtures import OwnPostgresql
from tests.servers.kept import KeptRabbitmq
from tests.servers.prometheus import PrivatePrometheus
from tests.servers.trace_collector import TraceCollector

CLAIMS = 200

FEW_PROCESSES = {"gateway": ("run",), "relay": ("relay",), "worker": ("worker", "--concurrency", "1")}
"""All services in one process start in a third of the time."""


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


def test_every_process_says_on_a_port_of_its_own_that_it_works(cluster: LocalCluster) -> None:
    for process in PROCESSES:
        assert watching.health(cluster, process, "/health/live")[0] == 200
        status, answer = watching.health(cluster, process, "/health/ready")
        assert (status, answer["ready"]) == (200, True), answer
        status, metrics = watching.ask(cluster.health_url(process, "/metrics"))
        assert status == 200
        assert "process_cpu_seconds_total" in metrics


@pytest.mark.parametrize("process", ["billing", "worker"])
def test_who_finds_its_health_port_taken_ends_and_says_by_whom(cluster: LocalCluster, process: str) -> None:
    ended = watching.start_again(cluster, process)
    assert ended.returncode == 1, ended
    assert f"is taken by process {cluster.process_id(process)} (" in ended.stderr
    assert "L2C_HEALTH_PORT_BASE" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_doctor_finds_nothing_wrong_but_what_makes_it_a_test(cluster: LocalCluster) -> None:
    told = ask_doctor(cluster.environment)
    of_tests = re.compile(
        r"L2C_ALLOW_AS_OF: is on|sign-in: \d+ users have the demo's|database \w+: has fsync|console: is not built"
    )
    assert [fault for fault in told.faults if not of_tests.match(fault)] == [], told.text


def test_a_click_and_the_message_it_leads_to_are_one_trace(
    cluster: LocalCluster, office: Office, collector: TraceCollector
) -> None:
    (pooled,) = add_customers(office, "一线贯通", 1)
    office.desk("zhang.wei").client.post(f"/customers/{pooled}/release", {"reason": "释放到公共池"})
    office.desk("wang.fang").start("claim_customer", pooled, {"reason": "客户有新需求"})
    click, message = "gateway POST /api/v1/processes", "notify publish message_posted"
    line = wait_until("its spans", lambda: watching.line_to(collector, click, message), seconds_max=30)
    assert line[:3] == [click, "gateway workflow.start_process", "workflow workflow.start_process"]
    assert line[3:] in (
        [f"workflow publish {said}", f"notify process {said}", message] for said in ("node_entered", "process_started")
    )


def test_a_job_belongs_to_the_trace_of_who_asked_for_it(cluster: LocalCluster, office: Office, collector: TraceCollector) -> None:
    office.desk("admin").client.post("/jobs/funnel_sweep", {"as_of": "2026-11-27"})
    click, run = "gateway POST /api/v1/jobs/<name>", "customer run funnel_sweep"
    line = wait_until("its spans", lambda: watching.line_to(collector, click, run), seconds_max=30)
    assert line[1:] == ["gateway customer.start_job", "customer customer.start_job", "customer send run_shard", run]


def test_a_real_prometheus_finds_all_that_rules_and_dashboards_name_and_fires_for_a_cause(
    cluster: LocalCluster, office: Office, run_folder: Path, worker_id: str
) -> None:
    with watching.watched_by(cluster, run_folder / f"prometheus-{worker_id}") as prometheus:
        cluster.stop("relay")
        add_customers(office, "滞留", 1)
        watching.publish_no_event(cluster, "customer", "customer_added")
        wait_until("all to be scraped", lambda: _scraped(prometheus, cluster))
        told = prometheus.metrics() | observability.RABBITMQS_OWN
        for place, expression in observability.expressions():
            prometheus.query(expression)
            named = observability.metrics_of(expression, told)
            assert named <= told, f"{place} names {named - told}"
        wait_until("the outbox to be late", lambda: watching.fires(prometheus, "OutboxLag", service="customer"))
        wait_until("dead letters", lambda: watching.fires(prometheus, "DeadLetters", service="billing"))
        assert watching.fires(prometheus, "ProcessDown", process="relay")
        assert not watching.fires(prometheus, "OutboxLag", service="billing")
        cluster.start("relay")
        wait_until("the outbox to be empty", lambda: not watching.fires(prometheus, "OutboxLag"), seconds_max=30)


def _scraped(prometheus: PrivatePrometheus, cluster: LocalCluster) -> bool:
    """All but the relay, which is down."""
    down = {address for address, health in prometheus.targets().items() if health != "up"}
    return down == {":".join(map(str, cluster.settings.address_of("relay")))} and bool(prometheus.query("l2c_tasks_total"))


def test_no_process_logs_a_secret(cluster: LocalCluster, office: Office) -> None:
    """Passwords of servers and of people, typed rightly and wrongly; sessions. Others: tests/integration/servers."""
    with closing(ApiClient(cluster.base_url)) as stranger, pytest.raises(ApiProblem, match="wrong_credentials"):
        stranger.sign_in("zhang.wei", "typed-wrongly-7")
    settings, session = cluster.settings, office.desk("zhang.wei").client.cookie.partition("=")[2]
    passwords = [of(service) for service in CONTAINERS for of in (settings.database_password.of, settings.amqp_password.of)]
    secrets = {DEMO_PASSWORD, "typed-wrongly-7", session, *passwords, *(quote(password, safe="") for password in passwords)}
    assert all(len(secret) > 8 for secret in secrets)
    for name in PROCESSES:
        log = cluster.log_of(name).read_text(errors="replace")
        assert not [secret for secret in secrets if secret in log], name


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


def test_a_restart_of_the_broker_heals_by_itself(cluster: LocalCluster, office: Office, broker: KeptRabbitmq) -> None:
    before = {name: cluster.process_id(name) for name in ("customer", "billing", "gateway", "relay")}
    ids = add_customers(office, "停机以前", 10)
    broker.stop()
    with pytest.raises(ApiProblem) as caught:
        office.desk("zhang.wei").client.get("/customers")
    assert caught.value.status == 503
    broker.start()
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


def owing(company: Company) -> Kept:
    """A customer who owes 420.00."""
    kept = company.customer()
    company.reconcile(kept, company.bill(kept))
    return kept


def test_a_backup_of_a_system_at_work_is_a_system(
    cluster: LocalCluster, office: Office, postgresql: OwnPostgresql, fresh_amqp_url: str, celery_broker_url: str, tmp_path: Path
) -> None:
    """Restored elsewhere it knows no effect without its cause, goes on with what was under way, and its money adds up."""
    if not was_played(cluster.base_url):
        play(cluster.base_url, cluster.settings.amqp_url_of(MESSAGING_PLATFORM), tmp_path, lambda _: None)
    company, folder = Company(office), tmp_path / "backup"
    paying, waiting = owing(company), owing(company)
    with work_going_on(cluster.base_url, paying.name) as receipts:
        wait_until("some work", lambda: len(receipts) > 3, seconds_max=60)
        acknowledged = list(receipts)
        made = l2c(cluster.settings, "backup", str(folder))
        assert len(receipts) > len(acknowledged), "nobody worked while it was made"
    assert made.returncode == 0, made.stderr

    settings = elsewhere(cluster.settings, postgresql.url, fresh_amqp_url, celery_broker_url, tmp_path)
    restored = l2c(settings, "restore", str(folder))
    assert restored.returncode == 0, restored.stderr
    ask, payments = asking(settings.database_owner_url), Database(settings.database_url_of("payments"), pool_size=1)
    assert effects_without_cause(ask) == set()
    assert {(receipt,) for receipt in acknowledged} <= ask("payments", "SELECT id::text FROM receipts")
    sums = require_every_yuan_in_one_place(payments)
    with LocalCluster(settings, tmp_path, processes=FEW_PROCESSES) as running:
        running.start_all()
        wait_until("every copy to agree", lambda: not disagreements(ask), seconds_max=60)
        company.office = Office(running.base_url)
        company.receipt(waiting, "420.00")
        settle(company, waiting)
        (customer,) = company.sales.client.get("/customers", q=CUSTOMER)["items"]
        (statement,) = company.sales.client.get("/statements", customer_id=customer["id"])["items"]
        assert company.sales.client.download(f"/statements/{statement['id']}.pdf").startswith(b"%PDF")
        company.office.close()
        wait_until("every copy to agree again", lambda: not disagreements(ask))
    after = require_every_yuan_in_one_place(payments)
    payments.close()
    assert (after.received - sums.received, after.owed - sums.owed, after.written_off >= 420) == (420, 0, True)

    filled = l2c(settings, "restore", str(folder))
    assert (filled.returncode, "--overwrite gives it up" in filled.stderr) == (1, True), filled.stderr
    (folder / "billing.dump").write_bytes(b"not what was written")
    damaged = l2c(settings, "restore", str(folder), "--overwrite")
    assert (damaged.returncode, "billing.dump" in damaged.stderr) == (1, True), damaged.stderr
    assert ask("payments", "SELECT sum(amount) FROM receipts") == {(after.received,)}
