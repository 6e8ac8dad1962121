"""The system on one host, as its files say it: held against the program, the proxy's configuration and each other."""

import base64
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from click.testing import CliRunner

from deploy.cli import main
from services.kit.settings import HEALTH_PORTS, Settings

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "deploy" / "compose"
PASSWORD: Final = "correct horse battery staple"
SEALING_KEY: Final = base64.urlsafe_b64encode(bytes(32)).decode()
ENGINE: Final = """#!/bin/sh
case "$1 $2" in
    "compose version") exit 0 ;;
    "compose -p") shift; echo "$L2C_ADDRESS $L2C_COOKIE_SECURE $L2C_CONSOLE_URL:" "$@" ;;
esac
"""
"""Stands where the engine's command would, and says what it was asked to do and with what."""

File = dict[str, Any]


@pytest.fixture(scope="module")
def compose() -> File:
    loaded: File = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def tls() -> File:
    """What is added where there is a certificate."""
    loaded: File = yaml.safe_load((FOLDER / "tls.yaml").read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def proxy() -> str:
    return (FOLDER / "haproxy.cfg").read_text("utf-8")


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """The files of an installation, on a host where an engine seems to be."""
    (tmp_path / "bin").mkdir()
    engine = tmp_path / "bin" / "docker"
    engine.write_text(ENGINE)
    engine.chmod(0o755)
    (tmp_path / "deploy").mkdir()
    shutil.copy(ROOT / "deploy" / "compose.sh", tmp_path / "deploy")
    shutil.copytree(FOLDER, tmp_path / "deploy" / "compose", ignore=shutil.ignore_patterns("secrets", ".env"))
    (tmp_path / "deploy" / "compose" / "secrets").mkdir()
    return tmp_path


def test_every_process_runs_a_command_of_the_program_and_is_asked_where_it_answers(compose: File) -> None:
    for name, of in compose["services"].items():
        if not str(of["image"]).startswith("${L2C_IMAGE") or "entrypoint" in of or name == "operator":
            continue
        command = [argument.replace("${L2C_WORKER_PROCESSES:-2}", "2") for argument in of["command"]]
        asked = CliRunner().invoke(main, [*command, "--help"])
        assert asked.exit_code == 0, f"{name}: {asked.output}"
        if name != "migrate":
            port = 8000 if name == "gateway" else 8101 + HEALTH_PORTS.index(name)
            assert of["healthcheck"]["test"][-1] == f"http://127.0.0.1:{port}/health/live"


def test_every_process_is_given_settings_that_are_there_and_its_passwords(compose: File, tmp_path: Path) -> None:
    for name, of in compose["services"].items():
        if not str(of["image"]).startswith("${L2C_IMAGE"):
            continue
        for secret in of["secrets"]:
            (tmp_path / secret).write_text(SEALING_KEY if secret == "sealing-keys" else PASSWORD)
        variables = {key: _default(value) for key, value in of["environment"].items()}
        here = {key: value.replace("/run/secrets", str(tmp_path)) for key, value in variables.items()}
        settings = Settings.from_environment({"L2C_FILES_FOLDER": "/var/lib/l2c/files", **here})
        known = {each for known in settings.to_environment() for each in (known, f"{known}_FILE")}
        assert variables.keys() - {"L2C_VAR"} <= known, name
        assert {*of["secrets"]} <= compose["secrets"].keys()
        if name in {*HEALTH_PORTS[:5], "gateway"}:
            assert {*of["secrets"]} - {"sealing-keys"} == {f"database-{name}", f"amqp-{name}"}
            assert ("sealing-keys" in of["secrets"]) == (name == "notify")
            settings.require_passwords_of([name])


def test_the_proxy_listens_where_the_host_leads_and_is_given_what_it_reads(compose: File, tls: File, proxy: str) -> None:
    plain, secure = re.split(r"^\.if defined\((?:L2C_TLS)\)$", proxy, flags=re.MULTILINE)
    secure, _, after = secure.partition("\n.endif\n")
    own, added = compose["services"]["proxy"], tls["services"]["proxy"]
    assert tls["services"].keys() == {"proxy"}
    assert [_port(port) for port in own["ports"]] == re.findall(r"bind :(\d+)$", plain, re.MULTILINE) == ["8080"]
    assert [_port(port) for port in added["ports"]] == re.findall(r"bind :(\d+) ssl", secure) == ["8443"]
    assert re.findall(r"/run/secrets/(\S+)", proxy) == added["secrets"] == list(tls["secrets"])
    assert {*re.findall(r"\$\{(\w+)\}", proxy)} == {"L2C_CONSOLE_URL"} <= added["environment"].keys()
    assert added["environment"]["L2C_TLS"]
    assert "http-request deny deny_status 404 if { path,url_dec -m str /metrics }" in after


def test_the_gateway_believes_the_proxy_and_nobody_before_it(compose: File, proxy: str) -> None:
    assert "option forwardfor\n" in proxy
    assert compose["services"]["gateway"]["environment"]["L2C_TRUSTED_PROXIES"] == "1"


def test_a_stream_may_be_silent_for_longer_than_it_ever_is(proxy: str) -> None:
    silent = {name: int(value) for name, value in re.findall(r"timeout (client|server) (\d+)s", proxy)}
    heartbeat = Settings("postgresql+psycopg:///l2c", "amqp://", "amqp://", Path()).stream_heartbeat_seconds
    assert min(silent["client"], silent["server"]) >= 3 * heartbeat


def test_what_an_installation_keeps_holds_for_every_command_and_what_the_caller_says_goes_first(installation: Path) -> None:
    kept = installation / "deploy" / "compose" / ".env"
    kept.write_text("# where\nL2C_ADDRESS=0.0.0.0:80\nL2C_CONSOLE_URL=http://l2c.example.com/a?b=c d\nOTHER=1")
    assert _asked(installation, "down").startswith("0.0.0.0:80  http://l2c.example.com/a?b=c d: -p l2c -f ")
    assert _asked(installation, "down", L2C_ADDRESS="127.0.0.1:1").startswith("127.0.0.1:1 ")
    kept.write_text("L2C_A;touch broken=1\n")
    assert _refused(installation, "down") == "deploy/compose/.env: L2C_A;touch broken\n"


def test_a_certificate_makes_the_proxy_speak_tls_and_the_system_know_it(installation: Path) -> None:
    assert "tls.yaml" not in _asked(installation, "down")
    certificate = installation / "deploy" / "compose" / "secrets" / "tls.pem"
    certificate.write_text("a certificate and its key")
    assert "L2C_CONSOLE_URL" in _refused(installation, "down", L2C_CONSOLE_URL="http://l2c.example.com")
    asked = _asked(installation, "down", L2C_CONSOLE_URL="https://l2c.example.com/")
    assert asked.startswith(" true https://l2c.example.com: -p l2c -f ")
    assert "/deploy/compose/tls.yaml down" in asked
    assert certificate.stat().st_mode & 0o777 == 0o444  # nobody's user in the container reads it; the folder is closed to others


def test_what_is_piped_into_a_command_reaches_it(installation: Path) -> None:
    asked = _asked(installation, "l2c", "admin", "create", "--login", "root", "--name", "系统 管理员")
    assert asked.endswith("run --rm -T operator admin create --login root --name 系统 管理员\n")


def _port(published: str) -> str:
    return published.rpartition(":")[2]


def _default(value: str) -> str:
    """What a value is where nobody says anything."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def _asked(installation: Path, *arguments: str, **variables: str) -> str:
    """What the engine is asked to do."""
    ended = _run(installation, arguments, variables)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def _refused(installation: Path, *arguments: str, **variables: str) -> str:
    ended = _run(installation, arguments, variables)
    assert (ended.returncode, ended.stdout) == (2, "")
    return ended.stderr


def _run(installation: Path, arguments: tuple[str, ...], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("L2C_")}
    environment = {**inherited, "PATH": f"{installation / 'bin'}:{os.environ['PATH']}", **variables}
    command = ["sh", str(installation / "deploy" / "compose.sh"), *arguments]
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
