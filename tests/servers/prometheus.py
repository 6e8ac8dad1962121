"""A private Prometheus: Debian's package, on loopback, on a port nobody else uses."""

import json
import shutil
import signal
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any, Final, Self

import yaml

from tests.servers.account import make_folder
from tests.servers.process import ServerFailed, ServerProcess
from tests.servers.rabbitmq import free_ports

_CHECKOUT: Final = Path(__file__).resolve().parents[2]


def installed(program: str) -> str:
    """The path of ``prometheus`` or ``promtool``; the package is installed if it is missing.

    :raises ServerFailed: if it cannot be had.
    """
    path = shutil.which(program)
    if path is None:
        script = _CHECKOUT / "deploy" / "debian.sh"
        installation = subprocess.run(["sh", script, "prometheus"], capture_output=True, text=True, check=False)
        path = shutil.which(program)
        if path is None:
            raise ServerFailed(f"{program} is not installed:\n{installation.stderr}")
    return path


class PrivatePrometheus:
    """Scrapes from its making until it is closed.

    :param folder: where it shall live; must not be there yet.
    :param configuration: as ``prometheus.yml`` has it.
    :param rules: what its rule files hold, by their names; ``configuration`` refers to them as ``rules/*.yml``.
    """

    def __init__(self, folder: Path, configuration: dict[str, Any], rules: dict[str, Any]) -> None:
        (port,) = free_ports(1)
        self._url = f"http://127.0.0.1:{port}"
        self._folder = make_folder(folder)
        for name, content in {"prometheus.yml": configuration, **{f"rules/{file}": held for file, held in rules.items()}}.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True, mode=0o755)
            path.write_text(yaml.safe_dump(content, allow_unicode=True))
        data = make_folder(folder / "data")
        command = [
            installed("prometheus"), f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={data}",
            f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn",
        ]  # fmt: skip  # options side by side
        self._server = ServerProcess(command, folder=folder, environment={})
        self._server.start(self._is_ready, seconds_max=60)

    def query(self, expression: str) -> list[dict[str, Any]]:
        """What an expression gives now: labels in ``metric``, time and text in ``value``.

        :raises AssertionError: if it is no expression.
        """
        answer = self._get("/api/v1/query", query=expression)
        result: list[dict[str, Any]] = answer["result"]
        return result

    def metrics(self) -> set[str]:
        """The names of all metrics that the targets tell, those without a value yet included."""
        series = self._get("/api/v1/label/__name__/values")
        return {*series, *self._get("/api/v1/metadata")}

    def targets(self) -> dict[str, str]:
        """Address → what it is (``up``, ``down``, ``unknown``)."""
        return {each["labels"]["instance"]: each["health"] for each in self._get("/api/v1/targets")["activeTargets"]}

    def firing(self) -> list[dict[str, Any]]:
        """The alerts that fire."""
        return [alert for alert in self._get("/api/v1/alerts")["alerts"] if alert["state"] == "firing"]

    def close(self) -> None:
        self._server.stop(signal.SIGTERM, seconds_max=20)
        shutil.rmtree(self._folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self._url}/-/ready", timeout=5) as answer:  # noqa: S310  # it is ours
                return bool(answer.status == 200)
        except OSError:
            return False

    def _get(self, path: str, **query: str) -> Any:
        try:
            with urllib.request.urlopen(f"{self._url}{path}?{urllib.parse.urlencode(query)}", timeout=20) as answer:  # noqa: S310  # it is ours
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            with error:
                raise AssertionError(f"{query or path}: {error.read().decode()}") from error
