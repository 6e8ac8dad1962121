"""``Idempotency-Key``: a repeated request gets the first answer again (spec, gateway.md, "HTTP conventions").

Only answers that made something are kept. A refusal made nothing: its key is given back, so that whoever corrects the input may
use it again. So is the key of a request that ended in 500 or 503; nobody knows what came of that. What makes its repetition safe
is that the key travels on: a service that made something keeps its answer with it (decision 0041).

While a request is at work its process renews its claim to the key, however long that takes. One that died renews nothing;
who repeats its request waits for the lease to end, no longer (decision 0040).
"""

import hashlib
import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from secrets import token_hex
from typing import Final
from uuid import UUID

import eventlet
from werkzeug.wrappers import Response

from gateway.identity.problems import BadRequest
from gateway.identity.store import kept_answers
from gateway.identity.store.kept_answers import LEASE, Claim
from services.kit.clock import utc_now
from services.kit.database import DATABASE_AWAY
from services.kit.errors import Conflict
from services.kit.unit_of_work import Begin

HEADER: Final = "Idempotency-Key"
_KEY_LENGTH_MAX: Final = 200
_KEPT_HEADERS: Final = ("Content-Type", "Location", "ETag")
_KEPT_BYTES_MAX: Final = 1_000_000
_RENEW_SECONDS: Final = LEASE.total_seconds() / 4

_log = logging.getLogger(__name__)


def request_hash(method: str, path: str, query: str, body: bytes) -> str:
    """What makes two requests the same. A body's white space and the order of its fields do not tell them apart."""
    with suppress(ValueError):  # no JSON: the bytes are what it is
        body = json.dumps(json.loads(body), sort_keys=True).encode()
    return hashlib.sha256(b"\0".join((method.encode(), path.encode(), query.encode(), body))).hexdigest()


def claim_or_answer(begin: Begin, key: str, fingerprint: Callable[[], str]) -> Claim | Response:
    """Take the key for this request, or give the answer it got before.

    :param begin: on behalf of the caller, whose key it is: other callers' keys are other keys.
    :param fingerprint: what makes the request the same again; asked only if there is an answer to give.
    :raises BadRequest: ``bad_idempotency_key``.
    :raises Conflict: ``idempotency_key_reused``, ``request_in_progress``.
    """
    if not 1 <= len(key) <= _KEY_LENGTH_MAX:
        raise BadRequest("bad_idempotency_key")
    with begin() as work:
        kept_answers.delete_old_answers(work.session, work.now)
        claim = Claim(UUID(work.caller.user_id), key, work.now, token_hex(16))
        kept = kept_answers.claim_key(work.session, claim)
    if kept is None:
        return claim
    if kept.status is None:
        raise Conflict("request_in_progress")
    if kept.request_hash != fingerprint():
        raise Conflict("idempotency_key_reused")
    return Response(kept.body, status=kept.status, headers={**(kept.headers or {}), "Idempotent-Replayed": "true"})


@contextmanager
def renewed(begin: Begin, claim: Claim) -> Iterator[None]:
    """Keep the claim this request's while it is at work."""
    is_done = threading.Event()
    eventlet.spawn(_renew, begin, claim, is_done)
    try:
        yield
    finally:
        is_done.set()


def _renew(begin: Begin, claim: Claim, is_done: threading.Event) -> None:
    is_its_own = True
    while is_its_own and not is_done.wait(_RENEW_SECONDS):
        try:
            with begin() as work:
                is_its_own = kept_answers.renew_claim(work.session, claim, utc_now())
        except DATABASE_AWAY as error:
            _log.warning("a claim to an Idempotency-Key was not renewed: %s", error)


def settle(begin: Begin, claim: Claim, answer: Response, fingerprint: Callable[[], str], *, shown_once: str) -> None:
    """Keep the answer under the key, or give the key back.

    :param fingerprint: of the request that was answered.
    :param shown_once: the answer's field that is kept nowhere; empty for none.
    """
    keeps = answer.status_code < 400 and not answer.is_streamed and (answer.content_length or 0) <= _KEPT_BYTES_MAX
    with begin() as work:
        if not keeps:
            kept_answers.release_key(work.session, claim)
            return
        headers = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
        body = answer.get_data()
        if shown_once:
            body = json.dumps({**json.loads(body), shown_once: None}, ensure_ascii=False).encode()
        kept_answers.keep_answer(work.session, claim, fingerprint(), answer.status_code, headers, body)
