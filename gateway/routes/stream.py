"""The stream of what changes in the reader's inbox."""

import re
from typing import Any

from werkzeug.wrappers import Response

from gateway.http import ApiRequest, route
from gateway.identity.usecases.recognise_again import SESSION, TOKEN, Proof
from gateway.streams.connection import prepare
from gateway.streams.hub import PERMISSION, StreamHub, Streams
from services.contracts import notify_stream_calls as calls
from services.kit.health import SettingsProvider
from services.kit.schema import load
from services.kit.settings import Settings

MEDIA_TYPE = "text/event-stream"
_WRITE_SECONDS_MAX_HEARTBEATS = 2
_POSITION = re.compile(r"[0-9a-f.:,/]{1,3000}")
_NOWHERE = "0"
"""A position that nothing is known of: the answer is to read the inbox again."""


class StreamRoutes:
    """``/stream``."""

    streams: StreamHub = Streams()
    settings: Settings = SettingsProvider()

    @route("GET", "/stream", permission=PERMISSION, query=calls.StreamQuery, media_type=MEDIA_TYPE, real_time=True)
    def stream(self, request: ApiRequest) -> Any:
        """What changes in the reader's inbox, as server-sent events.

        The answer goes on until the session or token is over, or the connection. It says:

        - `counters`: what `GET /counters` answers, whole, at the beginning and whenever it has changed;
        - `message`: a new message as `GET /messages` shows it;
        - `messages_missed`: more is new than is told here; read the inbox again;
        - comments, so that proxies keep the connection open.

        A reader that comes again with `Last-Event-ID` (browsers send it by themselves) or `last_event_id` is told everything
        that was posted since; a `message` may then come twice, and is known by its `id`. Who begins misses nothing by reading the
        inbox after the first `counters`.
        """
        given = load(calls.StreamQuery, request.query)["last_event_id"]
        since = _position(request.http.headers.get("Last-Event-ID") or given)
        headers = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        if request.http.method == "HEAD":
            return Response(headers=headers)
        is_gone = prepare(request.http.environ, _WRITE_SECONDS_MAX_HEARTBEATS * self.settings.stream_heartbeat_seconds)
        return Response(self.streams.open(_proof_of(request), request.caller, since, is_gone), headers=headers)


def _position(shown: str | None) -> str | None:
    """Where the reader says it stands, which notify is asked about together with many others: nothing in it may harm those."""
    if not shown:
        return None
    return shown if _POSITION.fullmatch(shown) else _NOWHERE


def _proof_of(request: ApiRequest) -> Proof:
    if request.session_token is not None:
        return Proof.of(SESSION, request.session_token)
    return Proof.of(TOKEN, request.http.headers["Authorization"].partition(" ")[2].strip())
