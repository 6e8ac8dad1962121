"""The WSGI server under the routes: nameko's, with its losses taken out."""

import logging
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any, Final

import eventlet
import nameko.web.server
from eventlet import wsgi
from eventlet.event import Event
from prometheus_client import Counter, Histogram
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import NotFound as WrongAddress
from werkzeug.wrappers import Request, Response
from werkzeug.wsgi import ClosingIterator

from gateway.console import asks_for_page, console
from gateway.problem import problem_response
from gateway.wording import LANGUAGES
from services.kit.bus.consumer import QueueConsumer
from services.kit.caller import new_trace
from services.kit.listening import HTTP_REMEDY, open_listener
from services.kit.settings import Settings
from services.kit.telemetry import SERVICE, TRACE_ID
from services.kit.tracing import Kind, Span, span

_log = logging.getLogger(__name__)
_access_log = logging.getLogger("gateway.access")

REQUESTS = Counter("l2c_http_requests", "HTTP requests by route and status", ["method", "route", "status"])
REQUEST_SECONDS = Histogram("l2c_http_seconds", "Duration of HTTP requests until their answer begins", ["method", "route"])

_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_BACKLOG: Final = 1024
_SOCKET_SECONDS: Final = 60
"""How long a client may keep us waiting for a byte of its request, or for room to write."""
_KEEP_ALIVE_SECONDS: Final = 75
_DRAIN_SECONDS_MAX: Final = 15
"""How long answers under way may take once the process shall end; its supervisor waits somewhat longer."""

_SECURITY_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""What an answer carries unless its route says otherwise."""


class GatewayServer(nameko.web.server.WebServer):
    """One listening socket for all routes.

    Beyond nameko's: errors of routing are problems, too; a broken connection ends with itself and not with the container; a
    container that could not start, and is started again, leaves no socket behind; connections that say nothing end; a process
    that shall end answers first what it was asked.
    """

    queue_consumer = QueueConsumer()

    def __init__(self) -> None:
        super().__init__()
        self._starting = False
        self._tls: ssl.SSLContext | None = None
        self._under_way = 0
        self._draining: Event | None = None
        self._when_draining: list[Callable[[], None]] = []

    def start(self) -> None:
        if self._starting:  # each route asks for it
            return
        self._starting = True
        self._tls = _tls_of(self.container.config["L2C"])
        self._sock = open_listener(*self.bind_addr, remedy=HTTP_REMEDY, backlog=_BACKLOG)
        self._sock.settimeout(None)
        self._serv = self.get_wsgi_server(self._sock, self.get_wsgi_app())
        self._gt = self.container.spawn_managed_thread(self.run)

    def when_draining(self, end: Callable[[], None]) -> None:
        """Have answers ended that would go on for ever.

        :param end: called once, when the process shall end.
        """
        self._when_draining.append(end)

    def unregister_provider(self, provider: Any) -> None:
        # The first thing that happens when the container stops, while everything that answers need still works.
        self._drain()
        super().unregister_provider(provider)

    def begin_answer(self) -> None:
        self._under_way += 1

    def end_answer(self) -> None:
        self._under_way -= 1
        self._note_silence()

    def _note_silence(self) -> None:
        if self._draining is not None and not self._under_way and not self._draining.ready():
            self._draining.send()

    def _drain(self) -> None:
        is_first = self._draining is None  # every route asks for it, all at the same time
        if self._draining is None:
            self._draining = Event()
            self._is_accepting = False
            if self._gt is not None:
                self._gt.kill()
                self._sock.close()
                self._serv.keepalive = False  # a connection ends with its next answer
            for end in self._when_draining:
                end()
            self._note_silence()
        with eventlet.Timeout(_DRAIN_SECONDS_MAX, False):
            self._draining.wait()
            return
        if is_first:
            _log.warning("%d answers were not finished within %d s", self._under_way, _DRAIN_SECONDS_MAX)

    def kill(self) -> None:
        # nameko leaves the socket open: it would go on taking connections that nobody serves.
        self._is_accepting = False
        if self._sock is not None:
            self._sock.close()
        super().kill()

    def get_wsgi_app(self) -> "GatewayApp":
        return GatewayApp(self)

    def get_wsgi_server(self, sock: Any, wsgi_app: Any, *_: Any, **__: Any) -> Any:
        return wsgi.Server(
            sock,
            sock.getsockname(),
            wsgi_app,
            protocol=nameko.web.server.HttpOnlyProtocol,
            log=_log,
            log_output=False,  # the application writes the access log, with the trace
            capitalize_response_headers=False,
            keepalive=_KEEP_ALIVE_SECONDS,
            socket_timeout=_SOCKET_SECONDS,
            environ={"wsgi.url_scheme": "https"} if self._tls else None,
            debug=False,
        )

    def process_request(self, sock: Any, address: Any) -> None:
        try:
            if self._tls is not None:
                # Here, in the connection's own thread: one that is slow to shake hands keeps nobody else waiting. The socket's
                # timeout is set already.
                sock = self._tls.wrap_socket(sock, server_side=True)
            super().process_request(sock, address)
        except OSError as error:
            _log.debug("a connection from %s ended: %s", address, error)
            _close(sock)
        except Exception:
            # A managed thread that raises ends its container: all other connections would go with this one.
            _log.exception("a connection from %s failed", address)
            _close(sock)


class GatewayApp:
    """The WSGI application: finds the route, lets it answer, adds what every answer carries, and notes it."""

    def __init__(self, server: GatewayServer) -> None:
        self.server = server
        self.settings: Settings = server.container.config["L2C"]
        self.url_map = server.make_url_map()
        # werkzeug would send whoever doubled a slash to the address with one, at whatever host the request names.
        self.url_map.merge_slashes = False

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.server.begin_answer()
        try:
            return ClosingIterator(self._answered(environ, start_response), self.server.end_answer)
        except BaseException:
            self.server.end_answer()
            raise

    def _answered(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        started = time.perf_counter()
        # eventlet ends a chunked body by itself; without this word for it werkzeug reads such a body as empty.
        environ["wsgi.input_terminated"] = True
        request = Request(environ, shallow=True)
        # A client can make up methods; each would be a series, and a span's name, that stays.
        method = request.method if request.method in _METHODS else "other"
        serving = _span_of(request, method)
        trace_id = serving.trace.split("-")[1]
        TRACE_ID.set(trace_id)
        SERVICE.set("gateway")
        environ["l2c.trace"] = serving.trace
        environ["l2c.pulses"] = [self.server.queue_consumer.pulse]
        try:
            path, answer = self._answer(request, trace_id)
        except Exception as error:  # the routes answer their own errors; this is one of ours, and it gets an answer all the same
            path, answer = "", problem_response(error, language="zh", trace_id=trace_id)
        self._finish(answer, serving.trace, trace_id)
        _end_span(serving, method, path, answer.status_code)
        seconds = time.perf_counter() - started
        REQUESTS.labels(method, path, answer.status_code).inc()
        REQUEST_SECONDS.labels(method, path).observe(seconds)
        _access_log.info(
            "%s %s %d %.1f ms %s",
            request.method,
            request.path,
            answer.status_code,
            seconds * 1000,
            environ.get("l2c.user") or "-",
        )
        return answer(environ, start_response)

    def _answer(self, request: Request, trace_id: str) -> tuple[str, Response]:
        """The route's pattern (its label in metrics) and its answer."""
        adapter = self.url_map.bind_to_environ(request.environ)
        try:
            route, values = adapter.match()
        except WrongAddress as error:
            if asks_for_page(request):
                return "/<place>", console().show_page(request)
            return "", problem_response(error, language=language_of(request), trace_id=trace_id)
        except HTTPException as error:
            return "", problem_response(error, language=language_of(request), trace_id=trace_id)
        request.path_values = values  # type: ignore[attr-defined]  # nameko's way of handing them on
        return route.url, route.handle_request(request)

    def _finish(self, response: Response, trace: str, trace_id: str) -> None:
        for name, value in _SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        if self.settings.cookie_secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        response.headers["Trace-Id"] = trace_id
        response.headers["traceparent"] = trace


def trace_of(request: Request) -> str | None:
    """The caller's ``traceparent``, if it has one and is one (W3C Trace Context, 3.2.2)."""
    parts = request.headers.get("traceparent", "").split("-")
    widths = (2, 32, 16, 2)
    if len(parts) != 4 or any(len(part) != width for part, width in zip(parts, widths, strict=True)):
        return None
    if any(set(part) - set("0123456789abcdef") for part in parts) or parts[0] == "ff":
        return None
    return "-".join(parts) if int(parts[1], 16) and int(parts[2], 16) else None


def _span_of(request: Request, method: str) -> Span:
    """The request's span; what the console is made of, and what probes ask, is told to nobody."""
    parent = trace_of(request)
    if not request.path.startswith("/api/"):
        return Span(parent or new_trace())
    return span("gateway", method, Kind.SERVER, parent, {"http.request.method": method, "url.path": request.path})


def _end_span(serving: Span, method: str, route: str, status: int) -> None:
    if route:
        serving.rename(f"{method} {route}")
        serving.note({"http.route": route})
    serving.note({"http.response.status_code": status})
    if status >= 500:
        serving.fail(str(status))
    serving.end()


def language_of(request: Request) -> str:
    """Which of our languages the caller likes best, whatever its region; ``zh`` if that is none of them, or any."""
    # werkzeug sorts by likeness, not by liking: its best of "en-US;q=0.9, zh;q=0.1" is zh, its first of "*, en;q=0.1" en.
    for tag, quality in sorted(request.accept_languages, key=lambda each: -each[1]):
        name = tag.replace("_", "-").partition("-")[0].lower()
        if quality > 0 and (name in LANGUAGES or name == "*"):
            return name if name in LANGUAGES else LANGUAGES[0]
    return LANGUAGES[0]


def _tls_of(settings: Settings) -> ssl.SSLContext | None:
    if not settings.tls_certificate_file:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(settings.tls_certificate_file, settings.tls_key_file)
    return context


def _close(sock: socket.socket) -> None:
    sock.close()
