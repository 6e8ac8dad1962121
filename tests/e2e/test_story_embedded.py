"""The story in one process, and what that process promises: its data stays, nothing is lost by a kill, it idles at rest."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from pypdf import PdfReader

from deploy.api_client import wait_until
from deploy.office import Office
from deploy.postgresql import running_url
from deploy.story.facts import CUSTOMER
from services.kit.database import Database
from tests.e2e.agreement import asking, disagreements, effects_without_cause
from tests.e2e.systems import EmbeddedSystem
from tests.integration.payments.money import require_every_yuan_in_one_place
from tests.published_events import assert_of_the_shape_of_its_example, published

IDLE_SECONDS = 5.0
IDLE_SHARE_MAX = 0.05


def test_the_story_plays_in_one_process(embedded: EmbeddedSystem) -> None:
    said = embedded.start("--story")
    assert [line.split()[1] for line in said if line.startswith("第 ")] == [str(number) for number in range(1, 10)], said
    assert any("主线故事完成" in line for line in said)
    (statement,) = (embedded.var / "story").glob("*.pdf")
    assert CUSTOMER in "".join(page.extract_text() for page in PdfReader(statement).pages).replace("\n", "")


def test_what_the_story_published_is_what_the_description_of_events_shows(embedded: EmbeddedSystem) -> None:
    told = set()
    for event in published(embedded.connect):
        assert_of_the_shape_of_its_example(event)
        told.add(f"{event['source']}.{event['type']}")
    assert told > {
        "customer.customer_added",
        "workflow.process_archived",
        "billing.bills_reconciled",
        "payments.commission_earned",
        "notify.message_posted",
        "gateway.user_changed",
    }


def test_the_command_looks_after_a_running_system(embedded: EmbeddedSystem) -> None:
    assert embedded.command("health").returncode == 0
    assert embedded.command("dead-letters", "list", "billing").stdout == ""
    swept = embedded.command("job", "funnel_sweep", "--as-of", "2020-02-03")
    assert (swept.returncode, "funnel_sweep 2020-02-03 (customer): done" in swept.stdout) == (0, True), swept
    unknown = embedded.command("job", "no_such_job", "--as-of", "2020-02-03")
    assert (unknown.returncode, unknown.stdout) == (2, "no service knows a job 'no_such_job'\n")
    second = embedded.command("run", "--embedded")
    assert (second.returncode, "already" in second.stderr) == (1, True)


def test_it_rests_when_nobody_asks_for_anything(embedded: EmbeddedSystem) -> None:
    process = psutil.Process(embedded.process_id)
    before = process.cpu_times()
    time.sleep(IDLE_SECONDS)  # rest is what is measured
    after = process.cpu_times()
    assert (after.user + after.system) - (before.user + before.system) < IDLE_SECONDS * IDLE_SHARE_MAX


def test_it_ends_in_order_and_starts_again_with_its_data(embedded: EmbeddedSystem) -> None:
    assert embedded.stop() == 0
    assert running_url(embedded.var / "postgresql") is None
    said = embedded.start("--story")
    assert any("不再重演" in line for line in said), said
    office = Office(embedded.base_url)
    assert [row["tier"] for row in office.desk("zhang.wei").client.get("/customers", q=CUSTOMER)["items"]] == ["contract"]
    office.close()


def test_a_backup_of_it_is_a_system_elsewhere(embedded: EmbeddedSystem, restored: EmbeddedSystem) -> None:
    """In the one file that every way to run makes and takes; its money adds up, and it goes on."""
    file = restored.var.with_suffix(".tar")
    made = embedded.command("backup", str(file))
    assert made.returncode == 0, made.stderr
    used = embedded.command("restore", str(file), "--overwrite")
    assert (used.returncode, "already" in used.stderr) == (1, True), used
    back = restored.command("restore", str(file))
    assert back.returncode == 0, back.stderr
    assert running_url(restored.var / "postgresql") is None
    restored.start()
    ask, there = asking(restored.database_url), asking(embedded.database_url)
    assert effects_without_cause(ask) == set()
    wait_until("every copy to agree", lambda: not disagreements(ask))
    sums = _sums(restored)
    assert (sums, sums.received > 0) == (_sums(embedded), True)
    assert ask("customer", "SELECT id, name FROM customers") == there("customer", "SELECT id, name FROM customers")
    office = Office(restored.base_url)
    client = office.desk("zhang.wei").client
    (customer,) = client.get("/customers", q=CUSTOMER)["items"]
    (statement,) = client.get("/statements", customer_id=customer["id"])["items"]
    assert client.download(f"/statements/{statement['id']}.pdf").startswith(b"%PDF")
    office.close()
    assert restored.stop() == 0
    filled = restored.command("restore", str(file))
    assert (filled.returncode, "--overwrite gives it up" in filled.stderr) == (1, True), filled


def test_a_kill_loses_no_event_that_the_bus_held(embedded: EmbeddedSystem) -> None:
    office = Office(embedded.base_url)
    client = office.desk("zhang.wei").client
    with embedded.connect("billing") as billing:
        # Nothing of billing's can be written: what the bus brings it stays on the bus, in the process's memory.
        billing.execute("LOCK TABLE customers IN ACCESS EXCLUSIVE MODE")
        ids = [str(client.post("/customers", {"name": f"断电{number:02d}有限公司"})["id"]) for number in range(20)]
        wait_until("the relay to have published", lambda: _unpublished(embedded) == 0)
        embedded.kill()
    office.close()
    assert _handled(embedded, ids) == 0
    embedded.start()
    wait_until("billing to have handled all", lambda: _handled(embedded, ids) == len(ids))
    with embedded.connect("billing") as billing:
        (copies,) = billing.execute("SELECT count(*) FROM customers WHERE id = ANY(%s::uuid[])", [ids]).fetchall()
    assert copies == (len(ids),)


@pytest.fixture
def restored(run_folder: Path, worker_id: str) -> Iterator[EmbeddedSystem]:
    """A folder for another one, with nothing in it."""
    system = EmbeddedSystem(run_folder / f"restored-{worker_id}" / "var")
    system.var.parent.mkdir()
    yield system
    if system.is_running:
        system.stop()


@pytest.fixture(autouse=True)
def _is_up(request: pytest.FixtureRequest, embedded: EmbeddedSystem) -> None:
    # So that each test also runs by itself.
    if not embedded.is_running and request.node.name != "test_the_story_plays_in_one_process":
        embedded.start("--story")


def _sums(embedded: EmbeddedSystem) -> Any:
    payments = Database(embedded.database_url.format(service="payments"), pool_size=1)
    try:
        return require_every_yuan_in_one_place(payments)
    finally:
        payments.close()


def _unpublished(embedded: EmbeddedSystem) -> object:
    with embedded.connect("customer") as customer:
        (count,) = customer.execute("SELECT count(*) FROM outbox WHERE published_at IS NULL").fetchone() or (None,)
    return count


def _handled(embedded: EmbeddedSystem, ids: list[str]) -> object:
    with embedded.connect("customer") as customer:
        events = customer.execute("SELECT id FROM outbox WHERE type = 'customer_added' AND subject = ANY(%s)", [ids]).fetchall()
    with embedded.connect("billing") as billing:
        query = "SELECT count(*) FROM inbox WHERE consumer = 'on_customer_added' AND event_id = ANY(%s)"
        (count,) = billing.execute(query, [[event[0] for event in events]]).fetchone() or (None,)
    return count
