"""Prometheus' own tool on the rules: their form, and that each alert fires for its cause and for no other."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.observability import DASHBOARDS, FOLDER, RULES, alerts, dashboard, expressions, panels
from tests.servers.prometheus import installed

CASES = Path(__file__).with_name("rule_cases.yml")


def promtool(*arguments: str | Path) -> None:
    ended = subprocess.run([installed("promtool"), *arguments], capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_configuration_and_all_rules_are_prometheus_own() -> None:
    promtool("check", "config", FOLDER / "prometheus.yml")
    promtool("check", "rules", "--lint-fatal", *RULES)


def test_alerts_fire_for_their_cause_and_not_before() -> None:
    promtool("test", "rules", CASES)


def test_every_alert_of_ours_has_a_case() -> None:
    cases = CASES.read_text()
    assert [alert["alert"] for alert in alerts() if f"alertname: {alert['alert']}\n" not in cases] == []


@pytest.mark.parametrize("alert", list(alerts()), ids=lambda alert: alert["alert"])
def test_an_alert_says_what_is_wrong_and_what_to_do(alert: dict[str, Any]) -> None:
    assert alert["labels"]["severity"] in {"page", "ticket", "note"}
    assert alert["annotations"].keys() == {"summary", "what_to_do"}
    assert all(text.endswith((".", "?")) for text in alert["annotations"].values())


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_a_dashboard_can_be_imported(path: Path) -> None:
    read = dashboard(path)
    assert read["uid"] == path.stem
    ids = [panel["id"] for panel in read["panels"]]
    assert len(set(ids)) == len(ids)
    for panel in panels(path):
        assert panel["title"]
        assert panel["description"]
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert [target["refId"] for target in panel["targets"]] == [chr(65 + number) for number in range(len(panel["targets"]))]


def test_there_is_something_to_see() -> None:
    assert len(list(expressions())) > 40
