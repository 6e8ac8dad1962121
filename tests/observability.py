"""The files of ``deploy/observability`` as tests read them."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

FOLDER: Final = Path(__file__).resolve().parents[1] / "deploy" / "observability"
RULES: Final = sorted((FOLDER / "rules").glob("*.yml"))
DASHBOARDS: Final = sorted((FOLDER / "dashboards").glob("*.json"))

RABBITMQS_OWN: Final = {
    "rabbitmq_detailed_queue_consumers",
    "rabbitmq_detailed_queue_messages_ready",
    "rabbitmq_detailed_queue_messages_unacked",
}
"""What we use of what the plugin of RabbitMQ 3.10.8 tells, as read there: the tests' broker runs without, to start sooner."""

_METRIC: Final = re.compile(r"\b(?:l2c|rabbitmq|process)_[a-z0-9_]+\b")
_VARIABLE: Final = re.compile(r"\$__rate_interval")
_PART_OF_HISTOGRAM: Final = re.compile(r"_(?:bucket|sum|count)$")


@cache
def configuration() -> dict[str, Any]:
    """``prometheus.yml``."""
    read: dict[str, Any] = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    return read


def rules(path: Path) -> dict[str, Any]:
    """One file of rules."""
    read: dict[str, Any] = yaml.safe_load(path.read_text())
    return read


def alerts() -> Iterator[dict[str, Any]]:
    """Every alert of every file."""
    for path in RULES:
        for group in rules(path)["groups"]:
            yield from group["rules"]


def dashboard(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text())
    return read


def panels(path: Path) -> Iterator[dict[str, Any]]:
    """A dashboard's panels that show something."""
    for panel in dashboard(path)["panels"]:
        if panel["type"] != "row":
            yield panel


def expressions() -> Iterator[tuple[str, str]]:
    """Where each PromQL expression stands, and the expression, as Prometheus takes it."""
    for alert in alerts():
        yield alert["alert"], alert["expr"]
    for path in DASHBOARDS:
        for panel in panels(path):
            for target in panel["targets"]:
                yield f"{path.name}: {panel['title']}", _VARIABLE.sub("1m", target["expr"])


def metrics_of(expression: str, told: set[str]) -> set[str]:
    """The names of metrics in an expression.

    :param told: those that there are: ``_count`` may end a histogram's part, or a name.
    """
    # What stands between braces and quotes is labels; so is what follows "by".
    bare = re.sub(r"\{[^}]*\}|\"[^\"]*\"|\b(?:by|without|on|ignoring)\s*\([^)]*\)", " ", expression)
    found = set(_METRIC.findall(bare))
    return {name if name in told else _PART_OF_HISTOGRAM.sub("", name) for name in found}
