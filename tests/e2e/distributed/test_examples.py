"""The examples for other systems, run as their README says (deploy/examples): usage reported, bills heard of, each once.

issue 7: "a small, documented example client in deploy/examples/ that reports usage and listens to bill_made with plain kombu, run
as a test."
"""

import ast
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from kombu import Connection, Exchange
from sqlalchemy.engine import make_url

from deploy.api_client import wait_until
from deploy.local_cluster import LocalCluster
from deploy.office import Office
from tests.e2e.company import Company, Kept
from tests.servers.kept import KeptRabbitmq

EXAMPLES: Final = Path(__file__).resolve().parents[3] / "deploy" / "examples"
LINES_MAX: Final = 160
SCRIPTS: Final = sorted(EXAMPLES.glob("*.py"))


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", (EXAMPLES / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)


SETTINGS, LISTEN, REPORT, REPORT_OVER_BUS = _blocks("sh")
(CSV,) = _blocks("csv")


def test_they_use_kombu_and_the_standard_library_alone_and_are_short() -> None:
    assert [path.name for path in SCRIPTS] == ["listen_to_bills.py", "report_usage.py"]
    lines = 0
    for path in SCRIPTS:
        source = path.read_text("utf-8")
        lines += sum(1 for line in source.splitlines() if line.strip())
        imported = {
            name.partition(".")[0]
            for node in ast.walk(ast.parse(source))
            for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else _names(node))
        }
        assert imported <= sys.stdlib_module_names | {"kombu"}, path.name
    assert lines <= LINES_MAX


def _names(node: ast.AST) -> list[str]:
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


class Terminal:
    """Where the README's commands are typed, with the settings that it asks for."""

    def __init__(self, folder: Path, cluster: LocalCluster, bus_url: str, token: str) -> None:
        self.folder = folder
        self.started: list[Listener] = []
        given = {"L2C_URL": cluster.base_url, "L2C_TOKEN": token, "L2C_AMQP_URL": bus_url}
        asked = re.findall(r"^export (\w+)=", SETTINGS, re.MULTILINE)
        assert sorted(asked) == sorted(given), "the README names every setting"
        bare = {name: value for name, value in os.environ.items() if name != "PYTHONPATH" and not name.startswith("L2C_")}
        self.environment = {**bare, **given, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        for script in SCRIPTS:
            (folder / script.name).write_text(script.read_text("utf-8"), "utf-8")  # copied, as the README says

    def run(self, command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            shlex.split(command),
            cwd=self.folder,
            env={**self.environment, **environment},
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def listen(self) -> "Listener":
        """Start ``listen_to_bills.py``; it ends with the terminal at the latest."""
        heard = self.folder / "heard.txt"
        with heard.open("a") as output:
            process = subprocess.Popen(shlex.split(LISTEN), cwd=self.folder, env=self.environment, stdout=output, stderr=output)
        self.started.append(Listener(process, heard))
        return self.started[-1]

    def close(self) -> None:
        for listener in self.started:
            listener.kill()


class Listener:
    """A running ``listen_to_bills.py``, and all that it and those before it have said."""

    def __init__(self, process: subprocess.Popen[bytes], heard: Path) -> None:
        self._process = process
        self._heard = heard
        before = self.lines().count("listening")
        wait_until("the listener to listen", lambda: self.lines().count("listening") > before)

    def lines(self) -> list[str]:
        return self._heard.read_text("utf-8").splitlines()

    def told(self, number: str) -> int:
        """How often they have told of a bill."""
        return sum(line.startswith(f"{number}:") for line in self.lines())

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture(scope="module")
def company(cluster: LocalCluster) -> Iterator[Company]:
    office = Office(cluster.base_url)
    yield Company(office, "x")
    office.close()


@pytest.fixture(scope="module")
def terminal(
    cluster: LocalCluster, company: Company, broker: KeptRabbitmq, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Terminal]:
    """With a token as the README has an administrator issue it."""
    admin = company.desk("admin").client
    user = admin.post("/users", {"login": "example", "name": "示例系统", "is_service": True})
    token = admin.post("/tokens", {"name": "example", "user_id": user["id"], "scopes": ["usage.report"]})
    terminal = Terminal(tmp_path_factory.mktemp("terminal"), cluster, broker.url, token["token"])
    yield terminal
    terminal.close()


def _usage_file(terminal: Terminal, command: str, company: Company, kept: Kept) -> int:
    """The README's file under the name of the command, of this customer's account and the month to be billed.

    :returns: how many messages it reports.
    """
    rows = CSV.replace("example-001", kept.account).replace("2026-03", company.month)
    (terminal.folder / shlex.split(command)[-1]).write_text(rows, "utf-8")
    return sum(int(row.rpartition(",")[2]) for row in rows.splitlines()[1:])


def _priced(company: Company) -> Kept:
    kept = company.customer()
    company.archive("price_adjustment", kept.product_id, company.prices(), ("lead", {}), ("sales_admin", {}))
    return kept


def _bill_event(cluster: LocalCluster, bill: dict[str, Any]) -> dict[str, Any]:
    url = make_url(cluster.settings.database_url_of("billing")).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        query = "SELECT envelope FROM outbox WHERE type = 'bill_made' AND envelope -> 'data' ->> 'bill_id' = %s"
        (row,) = connection.execute(query, [bill["id"]]).fetchall()
    envelope: dict[str, Any] = row[0]
    return envelope


def _publish(bus_url: str, body: Any, exchange: str = "billing.events", routing_key: str = "bill_made") -> None:
    with Connection(bus_url, transport_options={"confirm_publish": True}) as connection:
        connection.Producer(serializer="json").publish(
            body, exchange=Exchange(exchange, passive=True) if exchange else "", routing_key=routing_key, delivery_mode=2
        )


def _dead_letters(bus_url: str) -> int:
    with Connection(bus_url) as connection:
        return int(connection.default_channel.queue_declare("example.bills.dead-letters", passive=True).message_count)


def test_as_the_readme_says_usage_is_reported_and_its_bill_is_heard_of_once(
    cluster: LocalCluster, company: Company, terminal: Terminal, broker: KeptRabbitmq
) -> None:
    kept = _priced(company)
    listener = terminal.listen()

    messages = _usage_file(terminal, REPORT, company, kept)
    for _ in range(2):
        reported = terminal.run(REPORT)
        assert (reported.returncode, reported.stderr) == (0, ""), reported
        assert reported.stdout == f"usage-2026-03/1: counted {messages} messages; of nobody known: []\n"
    messages += _usage_file(terminal, REPORT_OVER_BUS, company, kept)
    for _ in range(2):
        assert terminal.run(REPORT_OVER_BUS).stdout == "usage-2026-03-late/1: published\n"
    reports = company.desk("billing_expert").client
    wait_until(
        "the report over the bus",
        lambda: len(reports.get("/usage-reports", source="example-platform", counted="true")["items"]) == 2,
    )

    # Made while nobody listens, and said three times in all.
    listener.kill()
    bill = company.run_billing(kept)
    assert bill["quantity"] == messages
    event = wait_until("the bill's event", lambda: _bill_event(cluster, bill))
    for _ in range(2):
        _publish(broker.url, event)
    listener = terminal.listen()
    wait_until("the bill to be heard of", lambda: listener.told(bill["number"]))
    assert f"{bill['number']}: {kept.name}, {company.month}, {bill['amount']} CNY" in listener.lines()

    # No event: tried five times, then put aside, and what follows comes all the same. So it does after the broker was away.
    _publish(broker.url, {"no": "event"}, exchange="", routing_key="example.bills")
    wait_until("the dead letter", lambda: _dead_letters(broker.url) == 1)
    broker.restart()
    cluster.wait_until_ready()
    _publish(broker.url, event)
    second = company.bill(company.customer())
    wait_until("the second bill to be heard of", lambda: listener.told(second["number"]), seconds_max=90)
    # Taken one after the other: whatever came of the first has come by now.
    assert (listener.told(bill["number"]), listener.told(second["number"])) == (1, 1)
    listener.kill()


def test_what_is_refused_for_good_says_why_and_what_is_away_is_tried_again(
    cluster: LocalCluster, company: Company, terminal: Terminal
) -> None:
    (terminal.folder / "wrong.csv").write_text("account,day,operator,quantity\nx,yesterday,CMCC,1\n", "utf-8")
    refused = terminal.run("python3 report_usage.py wrong.csv")
    assert refused.returncode == 1
    assert "lines.0.day" in refused.stderr
    unknown = terminal.run("python3 report_usage.py wrong.csv", L2C_TOKEN="l2c_nobody")
    assert (unknown.returncode, "refused: " in unknown.stderr) == (1, True)

    messages = _usage_file(terminal, REPORT, company, _priced(company))
    (terminal.folder / shlex.split(REPORT)[-1]).rename(terminal.folder / "patient.csv")
    cluster.kill("billing")
    with subprocess.Popen(
        shlex.split("python3 -u report_usage.py patient.csv"),
        cwd=terminal.folder,
        env=terminal.environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as patient:
        assert patient.stdout is not None
        assert patient.stdout.readline() == "trying again in 5 s\n"
        cluster.start("billing")
        *_, said = patient.stdout.read().splitlines()
        assert said.startswith(f"patient/1: counted {messages} messages")
