"""The Helm chart: rendered by Helm itself, held against Kubernetes' own schemas and against the program itself."""

import json
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import pytest
import yaml
from click.testing import CliRunner

from deploy.cli import main
from services.kit.settings import HEALTH_PORTS, Settings

ROOT: Final = Path(__file__).parents[2]
CHART: Final = ROOT / "deploy" / "helm" / "l2c"
SCHEMAS: Final = "kubernetes_validate/kubernetes-json-schema"
KUBERNETES: Final = ("v1.27.0", "v1.37.0")
"""The oldest version that the chart is for, and the newest whose schemas are at hand."""

OPERATORS: Final = {"keda.sh", "postgresql.cnpg.io", "rabbitmq.com", "monitoring.coreos.com"}
"""Groups of kinds that operators bring: Kubernetes has no schemas of these, and theirs cannot be had here."""

VALUES: Final = {
    "defaults": {},
    "operators": {
        "postgresql": {"kind": "cloudnative-pg"},
        "rabbitmq": {"kind": "cluster-operator"},
        "autoscaling": {"kind": "queues"},
        "podMonitor": {"enabled": True},
        "backup": {"enabled": True},
        "networkPolicy": {"egressTo": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]},
    },
    "servers that are there": {
        "postgresql": {"host": "db.example.com", "options": "sslmode=verify-full&sslrootcert=/run/secrets/l2c/ca.crt"},
        "rabbitmq": {"host": "mq.example.com", "port": 5671, "tls": True, "options": "cacertfile=/run/secrets/l2c/ca.crt"},
        "files": {"url": "https://s3.example.com/l2c"},
        "settings": {"L2C_ROBOT_HOSTS": "open.feishu.cn"},
        "autoscaling": {"kind": "none"},
        "ingress": {"enabled": False},
        "networkPolicy": {"enabled": False},
        "imagePullSecrets": [{"name": "registry"}],
        "nodeSelector": {"disk": "fast"},
        "tolerations": [{"key": "l2c", "operator": "Exists"}],
        "workers": {"billing": {"services": ["billing"], "replicas": 1, "concurrency": 4, "resources": {}}},
    },
}

PASSWORD: Final = "correct horse battery staple"
SEALING_KEY: Final = "A" * 43 + "="

Object = dict[str, Any]


@pytest.fixture(scope="session")
def helm() -> str:
    """Helm; and beside it, at the first call, the schemas."""
    found = subprocess.run(["sh", ROOT / "deploy" / "helm.sh"], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


@pytest.fixture(scope="module", params=VALUES)
def values(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("values") / "values.yaml"
    path.write_text(json.dumps(VALUES[request.param]))
    return path


@pytest.fixture(scope="module")
def objects(helm: str, values: Path) -> list[Object]:
    """What an installation with these values makes."""
    rendered = subprocess.run([helm, "template", "blue", CHART, "--values", values], capture_output=True, text=True, check=False)
    assert rendered.returncode == 0, rendered.stderr
    return [found for found in yaml.safe_load_all(rendered.stdout) if found]


def test_helm_finds_nothing_to_complain_of(helm: str, values: Path) -> None:
    lint = subprocess.run([helm, "lint", "--strict", CHART, "--values", values], capture_output=True, text=True, check=False)
    assert lint.returncode == 0, lint.stdout


@pytest.mark.parametrize("version", KUBERNETES)
def test_every_object_is_as_kubernetes_describes_it(helm: str, objects: list[Object], version: str) -> None:
    (wheel,) = (ROOT / ".venv" / "helm").glob("kubernetes_validate-*.whl")
    with zipfile.ZipFile(wheel) as schemas:

        def schema_of(uri: str) -> Any:
            return json.loads(schemas.read(f"{SCHEMAS}/{version}-local-strict/{uri.rpartition('/')[2]}"))

        for found in objects:
            group, _, kind_version = found["apiVersion"].rpartition("/")
            if group in OPERATORS:
                continue
            parts = [found["kind"].lower(), *([group.partition(".")[0]] if group else []), kind_version]
            validator = jsonschema_rs.validator_for(schema_of("-".join(parts) + ".json"), retriever=schema_of)
            problems = [f"{list(error.instance_path)}: {error.message}" for error in validator.iter_errors(found)]
            assert not problems, f"{found['kind']} {found['metadata']['name']}: {problems}"


def test_names_are_used_once_and_what_is_pointed_at_is_there(objects: list[Object]) -> None:
    names = [(found["kind"], found["metadata"]["name"]) for found in objects]
    assert len(names) == len(set(names))
    deployments = {name for kind, name in names if kind == "Deployment"}
    claims = {name for kind, name in names if kind == "PersistentVolumeClaim"}
    for found in objects:
        if found["kind"] in {"HorizontalPodAutoscaler", "ScaledObject"}:
            assert found["spec"]["scaleTargetRef"]["name"] in deployments
        for pod in pods_of(found):
            volumes = {volume["name"]: volume for volume in pod["volumes"]}
            assert {
                volume["persistentVolumeClaim"]["claimName"] for volume in volumes.values() if "persistentVolumeClaim" in volume
            } <= claims
            for container in containers_of(pod):
                assert {mount["name"] for mount in container["volumeMounts"]} <= volumes.keys()
    budgets = [found["spec"]["selector"]["matchLabels"] for found in objects if found["kind"] == "PodDisruptionBudget"]
    components = {
        found["metadata"]["labels"]["app.kubernetes.io/component"] for found in objects if found["kind"] == "Deployment"
    }
    assert {labels["app.kubernetes.io/component"] for labels in budgets} == components - {"beat"}


def test_commands_are_the_programs_own_and_probes_ask_where_it_answers(objects: list[Object]) -> None:
    for found in (each for each in objects if each["kind"] == "Deployment"):
        (pod,) = pods_of(found)
        (container,) = containers_of(pod)
        asked = CliRunner().invoke(main, [*container["args"], "--help"])
        assert asked.exit_code == 0, f"{container['args']}: {asked.output}"
        process = container["args"][1] if container["args"][0] == "run" else container["args"][0]
        port = 8000 if process == "gateway" else 8101 + HEALTH_PORTS.index(process)
        assert [declared["containerPort"] for declared in container["ports"]] == [port]
        probes = [container[name]["httpGet"] for name in ("livenessProbe", "readinessProbe", "startupProbe")]
        assert {probe["port"] for probe in probes} == {port}
        assert {probe["path"] for probe in probes} <= {"/health/live", "/health/ready"}


def test_settings_are_the_programs_own_and_no_password_is_among_them(objects: list[Object], tmp_path: Path) -> None:
    for found in objects:
        for pod in pods_of(found):
            (secrets,) = (volume["secret"] for volume in pod["volumes"] if volume["name"] == "secrets")
            for item in secrets["items"]:
                (tmp_path / item["path"]).write_text(SEALING_KEY if item["key"] == "sealing-keys" else PASSWORD)
            for container in containers_of(pod):
                variables = {variable["name"]: variable["value"] for variable in container["env"]}
                variables.pop("L2C_BROKER_ADMIN_FOLDER", None)
                here = {name: value.replace("/run/secrets/l2c", str(tmp_path)) for name, value in variables.items()}
                settings = Settings.from_environment({"L2C_FILES_FOLDER": "/var/lib/l2c/files", **here})
                known = {name for each in settings.to_environment() for name in (each, f"{each}_FILE")}
                assert variables.keys() <= known
                assert PASSWORD not in json.dumps(variables)
                assert bool(settings.sealing_keys) == ("L2C_SEALING_KEYS_FILE" in variables)
                assert "{password}" in settings.database_url


def test_a_service_is_given_its_own_passwords_and_nobody_elses(objects: list[Object]) -> None:
    given = {
        found["metadata"]["labels"]["app.kubernetes.io/component"]: {
            item["key"]
            for (pod,) in [pods_of(found)]
            for volume in pod["volumes"]
            if volume["name"] == "secrets"
            for item in volume["secret"]["items"]
        }
        for found in objects
        if found["kind"] == "Deployment"
    }
    for service in (*HEALTH_PORTS[:5], "gateway"):
        assert {key for key in given[service] if re.match("(database|amqp)-", key)} == {f"database-{service}", f"amqp-{service}"}
    assert given["beat"] == {"amqp-beat"} | ({"ca.crt"} if "ca.crt" in given["beat"] else set())
    assert not any("database-owner" in keys for keys in given.values())
    has_robots = any("L2C_ROBOT_HOSTS" in json.dumps(found) for found in objects)
    its_own = {name for name, keys in given.items() if name != "relay" and "database-notify" in keys}
    assert len(its_own) > 1, "notify and a worker"
    assert {name for name, keys in given.items() if "sealing-keys" in keys} == (its_own if has_robots else set())


def pods_of(found: Object) -> list[Object]:
    """The pods that an object makes."""
    match found["kind"]:
        case "Deployment" | "Job":
            return [found["spec"]["template"]["spec"]]
        case "CronJob":
            return [found["spec"]["jobTemplate"]["spec"]["template"]["spec"]]
    return []


def containers_of(pod: Object) -> Iterator[Object]:
    yield from pod.get("initContainers", [])
    yield from pod["containers"]
