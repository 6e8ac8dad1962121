"""Calls as they cross the bus: names, headers, errors. What both ends agree on; imports no nameko.

The form is nameko's (exchange ``nameko-rpc``, routing key ``<service>.<method>``, body ``{"args", "kwargs"}``, answer
``{"result", "error"}``), so that any nameko client can call. Ours adds to the error a ``refusal``, and to the request a deadline.
"""

import json
import time
from collections.abc import Mapping
from typing import Any, Final

import kombu.serialization
from kombu import Exchange
from marshmallow import ValidationError

from services.kit.bus.deadlines import Deadline
from services.kit.caller import CallContext
from services.kit.errors import InvalidInput, Refusal, Unavailable, refusal_from_wire
from services.kit.schema import field_errors

HEADER_PREFIX: Final = "nameko."
DEADLINE_HEADER: Final = "deadline"
CONTEXT_HEADERS: Final = ("caller", "trace", "as_of", "key")

RPC_EXCHANGE_NAME: Final = "nameko-rpc"
_FAULT_TEXT_LENGTH_MAX: Final = 2000


def rpc_exchange() -> Exchange:
    """The exchange of every call and answer."""
    return Exchange(RPC_EXCHANGE_NAME, type="topic", durable=True)


class RemoteFault(Exception):
    """A method failed for a reason that is nobody's to understand but ours: a bug at the callee. Its log has the traceback.

    :param exc_type: the name of the exception's class there.
    :param message: its text.
    """

    def __init__(self, service: str, method: str, exc_type: str, message: str) -> None:
        super().__init__(f"{service}.{method}: {exc_type}: {message}")
        self.service = service
        self.method = method
        self.exc_type = exc_type
        self.message = message


def context_headers(context: CallContext) -> dict[str, str]:
    """A context as AMQP headers of a call."""
    return {HEADER_PREFIX + name: text for name, text in context.to_call_headers().items()}


def headers_to_context_data(headers: Mapping[str, Any]) -> dict[str, Any]:
    """AMQP headers as nameko's context data: its own prefix taken off, everybody else's headers left out."""
    return {key.removeprefix(HEADER_PREFIX): value for key, value in headers.items() if key.startswith(HEADER_PREFIX)}


def encode_request(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    """
    :raises kombu.exceptions.EncodeError: if an argument is not JSON-able.
    """
    return _encode({"args": list(args), "kwargs": dict(kwargs)})


def encode_answer(result: Any, error: BaseException | None) -> tuple[str, BaseException | None]:
    """An answer's body, and the error it carries: a result that is not JSON-able makes one."""
    if error is None:
        try:
            return _encode({"result": result, "error": None}), None
        except (kombu.exceptions.EncodeError, TypeError, ValueError) as failure:
            error = failure
    return _encode({"result": None, "error": error_to_wire(error)}), error


def decode(body: bytes | str) -> Any:
    """
    :raises kombu.exceptions.DecodeError: if it is no JSON.
    """
    return kombu.serialization.loads(body, "application/json", "utf-8", accept={"application/json"})


def deadline_header(deadline: Deadline) -> dict[str, str]:
    """The deadline as seconds since 1970, which holds while the hosts' clocks are in step."""
    return {HEADER_PREFIX + DEADLINE_HEADER: f"{time.time() + deadline.remaining:.3f}"}


def seconds_left(context_data: Mapping[str, Any]) -> float | None:
    """How long the caller still waits; negative once it gave up, ``None`` if it said nothing."""
    text = context_data.get(DEADLINE_HEADER)
    return None if text is None else float(text) - time.time()


def as_refusal(error: BaseException) -> Refusal | None:
    """The refusal that an error stands for; ``None`` for a fault."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, ValidationError):
        return InvalidInput(fields=field_errors(error))
    return None


def error_to_wire(error: BaseException) -> dict[str, Any]:
    """An error in nameko's form, with the refusal beside it if it is one."""
    refusal = as_refusal(error)
    text = str(refusal or error)[:_FAULT_TEXT_LENGTH_MAX]
    kind = type(refusal or error)
    wire = {"exc_type": kind.__name__, "exc_path": f"{kind.__module__}.{kind.__qualname__}", "exc_args": [text], "value": text}
    return wire if refusal is None else {**wire, "refusal": json.loads(json.dumps(refusal.to_wire(), default=str))}


def read_answer(answer: Mapping[str, Any], *, service: str, method: str) -> Any:
    """The result of a call.

    :raises Refusal: the one the method raised.
    :raises RemoteFault: if it failed otherwise.
    """
    error = answer.get("error")
    if not error:
        return answer["result"]
    if error.get("refusal"):
        raise refusal_from_wire(error["refusal"])
    raise RemoteFault(service, method, str(error.get("exc_type")), str(error.get("value")))


def unavailable(service: str) -> Unavailable:
    """What a caller is told when a service does not answer, for whatever reason."""
    return Unavailable("service_unavailable", service=service)


def _encode(content: Mapping[str, Any]) -> str:
    _, _, body = kombu.serialization.dumps(content, "json")
    return str(body)
