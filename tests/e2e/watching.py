"""What the distributed system tells of itself; the tests of it stand where a cluster is up anyway."""

import json
import subprocess
import urllib.error
import urllib.request

from deploy.local_cluster import LocalCluster


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
