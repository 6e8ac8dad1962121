"""The system on one host, as its files say it: held against the program, the proxy's configuration and each other."""

import base64
import os
import re
import shutil
import subprocess
from dataclasses import replace
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
    "compose version") ;;
    "compose -p") shift; echo "$L2C_ADDRESS $L2C_COOKIE_SECURE $L2C_CONSOLE_URL:" "$@"
        case "$*" in
            *" up "*) echo "secrets $L2C_SECRETS_SUM" ;;
            *" run "*) exit "${ENGINE_FAILS:-0}" ;;
            *" config --hash "*) for each in customer workflow billing payments notify gateway; do echo "$each new"; done ;;
        esac ;;
    "image inspect") case "$*" in *.Id*) echo image ;; *) cat "$HERE/sources" 2>/dev/null ;; esac ;;
    "ps -q")
        for each; do
            case "$each" in
                *.service=gateway) printf "${GATEWAYS:-}" ;;
                *.service=*) echo "${each##*=}-1" ;;
            esac
        done ;;
    "inspect -f")
        case "$*" in
            *config-hash*old*) echo "old image" ;;
            *config-hash*) echo "new image" ;;
            *.Health.*) ;;
        esac ;;
    "wait "*) echo 0 ;;
    "stop "* | "rm "*) echo "engine" "$@" >&2 ;;
    "build "*) echo built; for each; do case "$each" in l2c.sources=*) echo "${each#*=}" > "$HERE/sources" ;; esac; done ;;
esac
"""
"""Stands where the engine's command would, says what it was asked to do and with what, and keeps what an image was made of."""

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


@pytest.fixture(scope="module", params=["mail", "provider"])
def with_secret(request: pytest.FixtureRequest) -> File:
    """What is added where there is another secret."""
    loaded: File = yaml.safe_load((FOLDER / f"{request.param}.yaml").read_text("utf-8"))
    return loaded


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
    for folder in ("gateway", "services"):
        (tmp_path / folder).mkdir()
    for file in ("pyproject.toml", "README.md"):
        (tmp_path / file).touch()
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


def test_who_needs_another_secret_is_given_a_setting_that_is_there_and_the_file_it_names(
    compose: File, with_secret: File, tmp_path: Path
) -> None:
    for name, added in with_secret["services"].items():
        own = compose["services"][name]
        assert added["secrets"] == list(with_secret["secrets"])
        for secret in [*own["secrets"], *added["secrets"]]:
            (tmp_path / secret).write_text(SEALING_KEY if secret == "sealing-keys" else "smtp://mail.example.com")
        variables = {key: _default(value) for key, value in (own["environment"] | added["environment"]).items()}
        here = {key: value.replace("/run/secrets", str(tmp_path)) for key, value in variables.items()}
        told = {"L2C_MAIL_FROM": "l2c@example.com", "L2C_FILES_FOLDER": "/var/lib/l2c/files"}
        settings = Settings.from_environment({**here, **told})
        assert "smtp://mail.example.com" in {settings.smtp_url, settings.oidc_client_secret}


def test_every_setting_that_an_installation_chooses_can_be_kept(compose: File) -> None:
    told = {name for name, value in compose["services"]["gateway"]["environment"].items() if value.startswith(f"${{{name}:-")}
    assert {"L2C_MAIL_FROM", "L2C_ROBOT_HOSTS", "L2C_SELLER_NAME", "L2C_OIDC_ISSUER", "L2C_CONSOLE_URL"} <= told
    nothing_said = {name: _default(compose["services"]["gateway"]["environment"][name]) for name in told}
    urls = {
        "L2C_DATABASE_URL": "postgresql+psycopg:///l2c_{service}",
        "L2C_AMQP_URL": "amqp://",
        "L2C_CELERY_BROKER_URL": "amqp://",
    }
    said = Settings.from_environment({**nothing_said, **urls, "L2C_FILES_FOLDER": "/"})
    unsaid = Settings.from_environment({**urls, "L2C_FILES_FOLDER": "/"})
    assert replace(said, max_workers=unsaid.max_workers) == unsaid


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


def test_messages_lead_to_where_the_proxy_listens_unless_it_is_told_otherwise(installation: Path) -> None:
    assert _asked(installation, "down").startswith("  http://127.0.0.1:8000: -p l2c -f ")
    assert _asked(installation, "down", L2C_ADDRESS="10.0.0.1:80").startswith("10.0.0.1:80  http://10.0.0.1:80: -p l2c -f ")


def test_a_certificate_makes_the_proxy_speak_tls_and_the_system_know_it(installation: Path) -> None:
    assert "tls.yaml" not in _asked(installation, "down")
    certificate = installation / "deploy" / "compose" / "secrets" / "tls.pem"
    certificate.write_text("a certificate and its key")
    assert "L2C_CONSOLE_URL" in _refused(installation, "down", L2C_CONSOLE_URL="http://l2c.example.com")
    asked = _asked(installation, "down", L2C_CONSOLE_URL="https://l2c.example.com/")
    assert asked.startswith(" true https://l2c.example.com: -p l2c -f ")
    assert "/deploy/compose/tls.yaml down" in asked
    assert certificate.stat().st_mode & 0o777 == 0o444  # nobody's user in the container reads it; the folder is closed to others


def test_two_installations_on_one_host_have_names_of_their_own(installation: Path) -> None:
    assert ": -p l2c -f " in _asked(installation, "down")
    assert ": -p trial -f " in _asked(installation, "down", L2C_PROJECT="trial")


def test_a_mail_server_and_a_provider_are_told_to_who_needs_them(installation: Path) -> None:
    for secret, added in (("smtp-url", "mail.yaml"), ("oidc-client-secret", "provider.yaml")):
        assert added not in _asked(installation, "down")
        (installation / "deploy" / "compose" / "secrets" / secret).write_text("secret")
        assert added in _asked(installation, "down")


def test_an_upgrade_builds_the_image_that_the_sources_make_and_no_other(installation: Path) -> None:
    assert "built\n" in _asked(installation, "up")
    assert "built\n" not in _asked(installation, "up")
    (installation / "deploy" / "compose" / ".env").write_text("L2C_MAX_WORKERS=8\n")
    assert "built\n" not in _asked(installation, "up")
    (installation / "services" / "new.py").touch()
    assert "built\n" not in _asked(installation, "up", L2C_IMAGE="registry.example.com/l2c:1")
    assert "built\n" in _asked(installation, "up")
    (installation / "services" / "newer.py").touch()
    assert "built\n" in _asked(installation, "up", L2C_IMAGE="l2c")  # its own name, said aloud


def test_an_upgrade_ends_old_gateways_when_new_ones_answer_beside_them_and_leaves_those_that_are_current(
    installation: Path,
) -> None:
    ended = _run(installation, ("up",), {"GATEWAYS": "old-1\nold-2\n"})
    assert ended.returncode == 0, ended.stderr
    done = [line.rpartition("compose.yaml ")[2] for line in ended.stdout.splitlines() if line.startswith("  ")]
    begun = done.index("up -d --no-deps --no-recreate --scale gateway=4 gateway")
    assert done.index("up -d postgresql rabbitmq definitions migrate") < begun < done.index("up -d --remove-orphans")
    assert ended.stderr.splitlines() == ["engine stop -t 40 old-1 old-2", "engine rm old-1 old-2"]
    again = _run(installation, ("up",), {"GATEWAYS": "gateway-3\ngateway-4\n"})
    assert "--no-recreate" not in again.stdout
    assert again.stderr == ""


def test_changed_keys_and_passwords_are_taken_over(installation: Path) -> None:
    def used() -> str:
        return _asked(installation, "up").partition("secrets ")[2].partition("\n")[0]

    first = used()
    assert re.fullmatch("[0-9a-f]{16}", first)
    assert used() == first
    keys = installation / "deploy" / "compose" / "secrets" / "sealing-keys"
    keys.chmod(0o644)
    keys.write_text(f"{SEALING_KEY}\n{keys.read_text()}")
    assert used() != first


def test_a_backup_that_fails_leaves_no_file_and_the_one_before_as_it_was(installation: Path) -> None:
    file = installation / "l2c.tar"
    _asked(installation, "backup", str(file))
    whole = file.read_bytes()
    assert b"run --rm -T --entrypoint sh operator" in whole
    assert _run(installation, ("backup", str(file)), {"ENGINE_FAILS": "1"}).returncode == 1
    assert file.read_bytes() == whole
    assert [*installation.glob("l2c.tar*")] == [file]


def test_nothing_is_stopped_for_a_backup_that_cannot_be_read(installation: Path) -> None:
    assert "/nowhere.tar" in _refused(installation, "restore", "/nowhere.tar")


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
    environment = {**inherited, "HERE": str(installation), "PATH": f"{installation / 'bin'}:{os.environ['PATH']}", **variables}
    command = ["sh", str(installation / "deploy" / "compose.sh"), *arguments]
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
