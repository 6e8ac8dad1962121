"""This host: files, room, the console, and the processes that answer here."""

import io
import json
import resource
import shutil
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any, Final

import psutil

from deploy.doctor.finding import Finding, broken, note, wrong
from gateway.console import BUILT
from services.kit.listening import listener_of
from services.kit.settings import HEALTH_PORTS, SERVICES, Settings
from services.kit.storage import file_store

_ROOM_BYTES_LOW: Final = 2 * 1024**3
_ROOM_BYTES_MIN: Final = 200 * 1024**2
_DESCRIPTORS_KEPT: Final = 400
_ANSWER_SECONDS: Final = 15.0
_SILENT: Final = "does not answer on this host"
_PROBE: Final = b"l2c doctor was here\n"


def of_files(settings: Settings) -> Iterator[Finding]:
    """Whether attachments and statements can be kept, and for how long."""
    place = "L2C_FILES_URL" if settings.files_url else "L2C_FILES_FOLDER"
    try:
        store = file_store(settings).within("doctor")
        stored = store.save(io.BytesIO(_PROBE), max_bytes=len(_PROBE))
        store.delete(stored.key)
    except Exception as error:  # a folder, or a store over the network: whatever keeps a file from being kept
        yield broken(
            place,
            f"keeps no file: {type(error).__name__}: {error}",
            "Attachments, statements, imports and exports fail.",
            "Is it there, and may this user write there?",
        )
        return
    if not settings.files_url:
        yield from _of_room(settings)


def _of_room(settings: Settings) -> Iterator[Finding]:
    free = shutil.disk_usage(settings.files_folder).free
    if free < _ROOM_BYTES_LOW:
        say = broken if free < _ROOM_BYTES_MIN else wrong
        yield say(
            "L2C_FILES_FOLDER",
            f"has {free // 1024**2} MiB left",
            "Uploads are refused once it is full.",
            "Make room, or move it to a larger disk.",
        )


def of_console(_settings: Settings) -> Iterator[Finding]:
    """Whether there is something to see in a browser."""
    if not (BUILT / "index.html").is_file():
        yield wrong("console", "is not built", "The gateway answers programs, and people see a notice.", "`make console`.")


def of_limits(settings: Settings) -> Iterator[Finding]:
    """What the system allows a process."""
    descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if descriptors < settings.streams_max + _DESCRIPTORS_KEPT:
        yield note(
            "open files",
            f"a process may have {descriptors}",
            f"The gateway holds fewer streams than L2C_STREAMS_MAX ({settings.streams_max}).",
            "Raise the limit of open files (`ulimit -n`, LimitNOFILE, the container's), or lower L2C_STREAMS_MAX.",
        )


def of_processes(settings: Settings) -> Iterator[Finding]:
    """Every process that should answer on this host."""
    # Embedded, relay, worker and beat are parts of the one process that answers on the services' ports.
    expected = SERVICES if settings.is_embedded else HEALTH_PORTS
    processes = (*expected, "gateway") if settings.health_port_base else ()
    found = {process: list(_of_process(settings, process)) for process in processes}
    elsewhere = [process for process, findings in found.items() if _is_elsewhere(findings)]
    # Where containers are, only the gateways' address is asked from beside; no other process is expected to answer here.
    if set(expected) <= set(elsewhere):
        yield note(
            "processes",
            "none answers on this host" if len(elsewhere) == len(processes) else "none but the gateway answers on this host",
            "They run elsewhere, or not at all: whether their work is done, other findings say.",
            "Ask where they run, too; in a container, that is in each of them.",
        )
        found = {process: findings for process, findings in found.items() if process not in elsewhere}
    for findings in found.values():
        yield from findings


def _is_elsewhere(findings: list[Finding]) -> bool:
    return [finding.what.startswith(_SILENT) for finding in findings] == [True]


def _of_process(settings: Settings, process: str) -> Iterator[Finding]:
    host, port = settings.address_of(process)
    scheme = "https" if process == "gateway" and settings.tls_certificate_file else "http"
    url = f"{scheme}://{'127.0.0.1' if host in {'0.0.0.0', '::', ''} else host}:{port}"  # noqa: S104  # no address to ask
    status, answer = _ask(f"{url}/health/live")
    command = f"l2c run {process}" if process in SERVICES or process == "gateway" else f"l2c {process}"
    if status is None:
        yield from _of_silence(process, port, command, str(answer))
    elif status == 503:
        yield broken(
            process,
            f"hangs: {json.dumps(answer.get('loops', answer))}",
            "It does none of its work.",
            f"Start `{command}` again; its log may say why.",
        )
    elif status != 200 or answer.get("status") != "ok":
        yield broken(
            process,
            f"something else answers at {url}",
            f"{process} cannot start there.",
            "End it, or give this system another L2C_HEALTH_PORT_BASE or L2C_HTTP_ADDRESS.",
        )
    else:
        status, answer = _ask(f"{url}/health/ready")
        if status != 200:
            lacking = {name: check for name, check in answer.get("checks", {}).items() if not check.get("ok")}
            yield broken(
                process,
                f"is up and not ready: {json.dumps(lacking or answer, ensure_ascii=False)}",
                "What needs it fails or waits.",
                "Mend what it names.",
            )


def _of_silence(process: str, port: int, command: str, said: str) -> Iterator[Finding]:
    try:
        holder = listener_of(port)
    except psutil.Error:
        holder = None
    if holder is not None:
        yield broken(
            process,
            f"process {holder.pid} ({' '.join(holder.cmdline()[-4:])}) has its port {port} and does not answer: {said}",
            "It hangs, or it is another program, and ours cannot start there.",
            f"End it, and start `{command}`.",
        )
    else:
        yield note(
            process,
            f"{_SILENT} (port {port})",
            "It does not run here; whether its work is done, other findings say.",
            f"Start `{command}`, unless it runs on another host.",
        )


def _ask(url: str) -> tuple[int | None, dict[str, Any]]:
    """Status and answer; without a status what kept it from answering."""
    try:
        with urllib.request.urlopen(url, timeout=_ANSWER_SECONDS, context=_anybody()) as answer:  # noqa: S310  # of this host
            return answer.status, _object(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _object(error.read())
    except OSError as error:
        return None, {"error": str(error)}


def _anybody() -> ssl.SSLContext:
    """On this host's own port, by its number: the certificate is for the name that people use."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _object(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
