"""The Helm chart: rendered by Helm itself, held against Kubernetes' own schemas and against the program itself."""

import json
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

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
        "settings": {"L2C_MAIL_FROM": "l2c@example.com", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"},
        "secretSettings": {
            "L2C_SMTP_URL": "smtp-url",
            "L2C_SEALING_KEYS": "sealing-keys",
            "L2C_OIDC_CLIENT_SECRET": "oidc-secret",
        },
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
SECRETS: Final = {"smtp-url": f"smtp://l2c:{quote(PASSWORD)}@mail.example.com", "sealing-keys": "A" * 43 + "="}
"""What keys of the Secret say that are no password alone."""

NOT_TO_BE_SET: Final = {
    "the chart says them by other values": {
        *("L2C_DATABASE_URL", "L2C_DATABASE_OWNER_URL", "L2C_AMQP_URL", "L2C_CELERY_BROKER_URL", "L2C_CONSOLE_URL"),
        *("L2C_FILES_URL", "L2C_FILES_ACCESS_KEY", "L2C_FILES_SECRET_KEY", "L2C_SEALING_KEYS"),
    },
    "the image or the chart's own objects need them as they are": {
        *("L2C_HTTP_ADDRESS", "L2C_FILES_FOLDER", "L2C_HEALTH_HOST", "L2C_HEALTH_PORT_BASE", "L2C_QUORUM_QUEUES"),
    },
    "the ingress speaks TLS": {"L2C_TLS_CERTIFICATE_FILE", "L2C_TLS_KEY_FILE"},
}

WRONG: Final = {
    "a name that is none": ({"gatway": {"replicas": 3}}, "'gatway' not allowed"),
    "a name that is none, further below": ({"services": {"sales": {"replicas": 1}}}, "/services': additional properties 'sales'"),
    "none of the choices": (
        {"autoscaling": {"kind": "keda"}},
        "/autoscaling/kind': value must be one of 'cpu', 'queues', 'none'",
    ),
    "another type": ({"rabbitmq": {"port": "5672"}}, "/rabbitmq/port': got string, want integer"),
    "nobody at work": ({"gateway": {"replicas": 0}}, "/gateway/replicas': minimum: got 0, want 1"),
    "a server that is nowhere": ({"postgresql": {"host": ""}}, "/postgresql/host': minLength"),
    "one database for all": ({"postgresql": {"name": "l2c"}}, "/postgresql/name': 'l2c' does not match"),
    "an unknown unit": (
        {"relay": {"resources": {"limits": {"memory": "2GB"}}}},
        "/relay/resources/limits/memory': '2GB' does not",
    ),
    "a process's impossible name": ({"workers": {"Billing": {}}}, "'Billing' does not match"),
    "a worker for nobody": ({"workers": {"all": {"services": []}}}, "/workers/all/services': minItems"),
    "an unknown setting": ({"settings": {"L2C_TRUSTED_PROXY": "1"}}, "'L2C_TRUSTED_PROXY' does not match"),
    "a setting that is no text": (
        {"settings": {"L2C_TRUSTED_PROXIES": 1}},
        "/settings/L2C_TRUSTED_PROXIES': got number, want string",
    ),
    "a secret in plain sight": ({"settings": {"L2C_SMTP_URL": "smtp://l2c:secret@mail"}}, "'L2C_SMTP_URL' does not match"),
}

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
                (tmp_path / item["path"]).write_text(SECRETS.get(item["key"], PASSWORD))
            for container in containers_of(pod):
                variables = {variable["name"]: variable["value"] for variable in container["env"]}
                variables.pop("L2C_BROKER_ADMIN_FOLDER", None)
                here = {name: value.replace("/run/secrets/l2c", str(tmp_path)) for name, value in variables.items()}
                settings = Settings.from_environment({"L2C_FILES_FOLDER": "/var/lib/l2c/files", **here})
                known = {name for each in settings.to_environment() for name in (each, f"{each}_FILE")}
                assert {name for name in variables if not name.startswith("OTEL_")} <= known
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


def test_a_secret_setting_is_given_to_who_needs_it_alone(objects: list[Object], values: Path) -> None:
    given: dict[str, set[str]] = {}
    for found in objects:
        for pod in pods_of(found):
            for variable in next(containers_of(pod))["env"]:
                given.setdefault(variable["name"], set()).add(found["metadata"]["name"].removeprefix("blue-"))
    workers = {name for name in given["L2C_AMQP_URL"] if name.startswith("worker-")}
    notifys = {"notify", *workers - {"worker-billing"}}
    expected = {
        "L2C_SMTP_URL_FILE": notifys,
        "L2C_SEALING_KEYS_FILE": notifys,
        "L2C_OIDC_CLIENT_SECRET_FILE": {"gateway"},
    }
    secret = {f"{name}_FILE" for name in json.loads(values.read_text()).get("secretSettings", {})}
    assert {name: given[name] for name in expected.keys() & given.keys()} == {name: expected[name] for name in secret}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_value_is_refused_by_its_name(helm: str, wrong: str, tmp_path: Path) -> None:
    given, said = WRONG[wrong]
    (tmp_path / "values.yaml").write_text(json.dumps(given))
    rendered = subprocess.run(
        [helm, "template", "blue", CHART, "--values", tmp_path / "values.yaml"], capture_output=True, text=True, check=False
    )
    assert (rendered.returncode, rendered.stdout, said in rendered.stderr) == (1, "", True), rendered.stderr


def test_every_setting_can_be_set_in_one_place() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text())["properties"]
    plain = set(schema["settings"]["propertyNames"]["anyOf"][0]["enum"])
    secret = set(schema["secretSettings"]["propertyNames"]["enum"])
    others = [name for names in NOT_TO_BE_SET.values() for name in names]
    settings = Settings("postgresql+psycopg:///l2c", "amqp://", "amqp://", Path())
    assert sorted([*plain, *secret, *others]) == sorted(settings.to_environment())


def test_whoever_installs_it_is_told_how_to_begin(helm: str) -> None:
    told = subprocess.run([helm, "install", "blue", CHART, "--dry-run=client"], capture_output=True, text=True, check=True).stdout
    (command,) = re.findall(r"deployment/blue-gateway -- l2c (.*)", told)
    arguments = command.split()
    assert CliRunner().invoke(main, [*arguments[:2], "--help"]).exit_code == 0
    assert {"--login", "--name"} == {argument for argument in arguments if argument.startswith("--")}


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
