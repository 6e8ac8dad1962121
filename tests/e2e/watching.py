"""What the distributed system tells of itself; the tests of it stand where a cluster is up anyway."""

import json
import subprocess
import urllib.error
import urllib.request
from copy import deepcopy
from pathlib import Path
from typing import Any

from kombu import Connection

from deploy.local_cluster import LocalCluster
from tests import observability
from tests.servers.prometheus import PrivatePrometheus
from tests.servers.trace_collector import TraceCollector, line_of


def ask(url: str) -> tuple[int, str]:
    """Status and body."""
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310  # a health port of ours
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def health(cluster: LocalCluster, process: str, path: str) -> tuple[int, dict[str, object]]:
    """What a process answers on its health port."""
    status, body = ask(cluster.health_url(process, path))
    answer: dict[str, object] = json.loads(body)
    return status, answer


def start_again(cluster: LocalCluster, process: str) -> subprocess.CompletedProcess[str]:
    """The same process once more, which has to find its port taken."""
    return subprocess.run(
        cluster.command_of(process), env=cluster.environment, capture_output=True, text=True, check=False, timeout=60
    )


def watched_by(cluster: LocalCluster, folder: Path, broker: str | None = None) -> PrivatePrometheus:
    """A Prometheus with our example of a configuration and our rules, on this cluster, and in a hurry.

    :param broker: the address of RabbitMQ's own metrics.
    """
    configuration = deepcopy(observability.configuration())
    configuration["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    processes, rabbitmq = configuration["scrape_configs"]
    for target in processes["static_configs"]:
        host, port = cluster.settings.address_of(target["labels"]["process"])
        target["targets"] = [f"{host}:{port}"]
    rabbitmq["static_configs"] = [{"targets": [broker] if broker else []}]
    rules = {path.name: _in_a_hurry(observability.rules(path)) for path in observability.RULES}
    return PrivatePrometheus(folder, configuration, rules)


def _in_a_hurry(rules: dict[str, Any]) -> dict[str, Any]:
    """No alert waits, and an event is late after two seconds."""
    for group in rules["groups"]:
        for rule in group["rules"]:
            rule.pop("for", None)
            rule["expr"] = rule["expr"].replace("l2c_outbox_oldest_seconds) > 60", "l2c_outbox_oldest_seconds) > 2")
    return rules


def fires(prometheus: PrivatePrometheus, alert: str, **labels: str) -> bool:
    """Whether an alert fires that has these labels."""
    wanted = {"alertname": alert, **labels}
    return any(wanted.items() <= each["labels"].items() for each in prometheus.firing())


def line_to(collector: TraceCollector, top: str, bottom: str) -> list[str]:
    """How the last span of a kind came about, from the top of its trace; empty as long as there is none below that top.

    :param top, bottom: ``service name`` of the first and the last.
    """
    spans = list(collector.spans)
    for span in reversed(spans):
        if f"{span.service} {span.name}" == bottom:
            line = line_of(span, spans)
            if line[0] == top:
                return line
    return []


def publish_no_event(cluster: LocalCluster, source: str, event_type: str) -> None:
    """Something that its handlers can only park."""
    with Connection(cluster.settings.amqp_url) as connection:
        connection.Producer().publish(b"no event", exchange=f"{source}.events", routing_key=event_type)
