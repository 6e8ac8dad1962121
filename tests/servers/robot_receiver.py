"""A real HTTP server in the place of the robots' vendors: keeps what is posted, answers as a test says."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.servers.rabbitmq import free_ports

HOST = "127.0.0.1"
OK: Mapping[str, Any] = {"errcode": 0, "errmsg": "ok", "code": 0, "msg": "success"}


@dataclass(frozen=True)
class Posted:
    """One request."""

    path: str
    query: dict[str, str]
    body: dict[str, Any]


@dataclass
class RobotReceiver:
    """
    :ivar posts: what came.
    :ivar answers: what is answered, one by one: a status with a JSON object; after the last, all is well.
    :ivar location: where a 3xx answer leads.
    """

    port: int = field(default_factory=lambda: free_ports(1)[0])
    posts: list[Posted] = field(default_factory=list)
    answers: list[tuple[int, Mapping[str, Any]]] = field(default_factory=list)
    location: str = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def origin(self) -> str:
        """For ``L2C_ROBOT_HOSTS``."""
        return f"http://{HOST}:{self.port}"

    def robot(self, key: str) -> str:
        """A robot's address."""
        return f"{self.origin}/cgi-bin/webhook/send?key={key}"

    def to(self, key: str) -> list[Posted]:
        """What was posted to this robot."""
        return [each for each in self.posts if each.query.get("key") == key]

    def start(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # http.server names it
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                url = urlsplit(self.path)
                receiver.posts.append(Posted(url.path, dict(parse_qsl(url.query)), json.loads(raw)))
                status, body = receiver.answers.pop(0) if receiver.answers else (200, OK)
                answer = json.dumps(body).encode()
                self.send_response(status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Nothing: the test looks at what came."""

        self._server = ThreadingHTTPServer((HOST, self.port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
