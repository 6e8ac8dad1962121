"""What a service has not heard of yet is no wrong input.

Customers, products and accounts are customer's; the others keep copies that events bring. Whoever adds a product and starts a
process about it may be faster than the event. The service asked then says that there is no such product, as it says of one that
the caller may not see: it cannot tell the two apart. Customer can. Before the gateway passes such a refusal on, it asks there;
what is the caller's there is on its way, and the answer one that passes with time. See decision 0043.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple
from uuid import UUID

from nameko.containers import WorkerContext
from nameko.extensions import SharedExtension

from services.contracts.people import visibility_of
from services.kit.bus.replies import ReplyListener
from services.kit.bus.rpc import ServiceCalls
from services.kit.caller import Caller
from services.kit.errors import InvalidInput, NotFound, Unavailable
from services.kit.settings import Settings

RETRY_AFTER_SECONDS: Final = 1
_ASKED_MAX: Final = 10
"""Of more that one request names, these speak for the rest."""

_KINDS: Final = {f"{kind}_not_found": kind for kind in ("customer", "product", "account")}
"""What a service says that knows none of this id → what it is of, in customer."""


class Unknown(NamedTuple):
    """Something of customer's that another service does not know."""

    kind: str
    id: str


class LateCopies(SharedExtension):
    """Tells what is late from what is not there."""

    replies = ReplyListener()

    def told(self, worker_ctx: WorkerContext, error: BaseException, values: Mapping[str, Any], caller: Caller) -> BaseException:
        """The error to answer with: this one, or in its place that a copy is late.

        :param values: what the request names: of its path, its query and its body.
        :returns: ``Unavailable``, too, while customer does not answer: nobody can say then.
        """
        unknown = list(islice(unknown_of(error, values), _ASKED_MAX))
        if not unknown:
            return error
        settings: Settings = self.container.config["L2C"]
        customer = ServiceCalls(worker_ctx, "customer", self.replies, settings.rpc_timeout_seconds)
        try:
            late = next((each for each in unknown if _is_there(customer, each, caller)), None)
        except Exception as failure:  # raised where the answer is made
            return failure
        return Unavailable(f"{late.kind}_not_known_yet", seconds=RETRY_AFTER_SECONDS) if late else error


def unknown_of(error: BaseException, values: Mapping[str, Any]) -> Iterator[Unknown]:
    """What of a request a refusal says is not there. A process names what it is about as its subject."""
    if isinstance(error, NotFound):
        said = [(error.code, [f"{_KINDS.get(error.code)}_id"])]
    elif isinstance(error, InvalidInput):
        said = [(code, path.split(".")) for path, codes in error.fields.items() for code in codes]
    else:
        said = []
    for code, path in said:
        if code in _KINDS and (found := _as_id(_kept_at(values, path) or values.get("subject_id"))):
            yield Unknown(_KINDS[code], found)


def _kept_at(values: Any, path: list[str]) -> Any:
    for step in path:
        if isinstance(values, Mapping):
            values = values.get(step)
        elif isinstance(values, list) and step.isdecimal() and int(step) < len(values):
            values = values[int(step)]
        else:
            return None
    return values


def _as_id(value: Any) -> str | None:
    try:
        return str(UUID(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def _is_there(customer: ServiceCalls, unknown: Unknown, caller: Caller) -> bool:
    """Whether the caller sees it, as the others will say. Of the pool, which customer shows everybody, they show nothing."""
    show = {"customer": customer.show_customer, "product": customer.show_product, "account": customer.show_account}[unknown.kind]
    try:
        found = show(unknown.id)
        owned = found if unknown.kind == "customer" else customer.show_customer(found["customer_id"])
    except NotFound:
        return False
    sight = visibility_of(caller)
    is_own = owned["owner_id"] is not None and owned["owner_id"] == sight.owner_id
    return sight.everything or is_own or owned["owner_department_id"] in sight.department_ids
