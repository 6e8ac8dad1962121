"""Calls that change something, and are answered alike however often they are made (decision 0041).

A caller who heard no answer asks again, under the same key; and the broker delivers again what a service took that died before it
answered. What was done, and the answer about it, were committed in one transaction, so that either both are there or neither
is::

    @rpc
    @once
    def add_contact(self, customer_id: str, contact: dict[str, Any]) -> Any:
        added = add_contact(self.begin, UUID(customer_id), **load(parts.AddContact, contact))
        return dump(parts.Contact, added)

The method's units of work become parts of that transaction. Hence it makes no call of another service while it is at work, and
what it asks for outside, it asks for by ``begin.once_committed``. A use case that must ask others between two transactions notes
its answer in the last (:func:`note_answer`), and looks for it when it is refused. Without a key nothing of this happens.
"""

import hashlib
import inspect
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol, Self, TypeVar

from sqlalchemy import and_, insert, select

from services.kit.caller import CallContext
from services.kit.clock import utc_now
from services.kit.errors import Conflict
from services.kit.tables import answered_calls
from services.kit.unit_of_work import Begin, UnitOfWork

_log = logging.getLogger(__name__)

Method = TypeVar("Method", bound=Callable[..., Any])


class Answering(Protocol):
    """A service at a call."""

    begin: Begin


@dataclass(frozen=True)
class Kept:
    """An answer that was given."""

    answer: Any


@dataclass(frozen=True)
class Asked:
    """A call as its caller may make it again.

    :param key: the caller's own; others' keys are other keys.
    :param digest: of what is asked for.
    """

    caller: str
    key: str
    call: str
    digest: str

    @classmethod
    def by(cls, context: CallContext, call: str, digest: str = "") -> Self:
        return cls(context.caller.user_id or context.caller.name, context.key, call, digest)

    def answer_kept(self, begin: Begin) -> Kept | None:
        """
        :raises Conflict: ``idempotency_key_reused``, if something else was asked for under the key.
        """
        mine = and_(answered_calls.c.caller == self.caller, answered_calls.c.key == self.key, answered_calls.c.call == self.call)
        with begin.asking() as work:
            row = work.session.execute(select(answered_calls.c.asked, answered_calls.c.answer).where(mine)).first()
        if row is None:
            return None
        if row.asked != self.digest:
            raise Conflict("idempotency_key_reused")
        return Kept(row.answer)

    def keep_answer(self, work: UnitOfWork, answer: Any) -> None:
        """
        :raises sqlalchemy.exc.IntegrityError: if the same call was answered meanwhile; one that is about to be is waited for.
        """
        row = {"caller": self.caller, "key": self.key, "call": self.call, "asked": self.digest, "answer": answer}
        # The real time, not a pretended one: it is what retention counts from.
        work.session.execute(insert(answered_calls).values(**row, answered_at=utc_now()))


def note_answer(work: UnitOfWork, call: str, answer: Any) -> None:
    """Note in the transaction that does it what is done, if it may be asked for again.

    :param call: what was asked for, with what it was asked of.
    :param answer: JSON-able.
    """
    if work.context.key:
        Asked.by(work.context, call).keep_answer(work, answer)


def noted_answer(begin: Begin, call: str) -> Kept | None:
    """What :func:`note_answer` noted of the same call."""
    return Asked.by(begin.context, call).answer_kept(begin) if begin.context.key else None


def once(method: Method) -> Method:
    """Make a service's method answer the same call, made again under its key, as it did the first time."""
    return once_apart_from()(method)


def once_apart_from(*fields: str) -> Callable[[Method], Method]:
    """The same, for a call of which some fields are others every time: the name under which an upload was stored, say."""

    def decorate(method: Method) -> Method:
        @wraps(method)
        def answer(service: Answering, *args: Any, **kwargs: Any) -> Any:
            context = service.begin.context
            if not context.key:
                return method(service, *args, **kwargs)
            asked = Asked.by(context, method.__name__, _digest(args, kwargs, fields))
            return _answer(asked, service, lambda at_work: method(at_work, *args, **kwargs))

        answer.__signature__ = inspect.signature(method)  # type: ignore[attr-defined]  # what nameko checks a request against
        return answer  # type: ignore[return-value]  # the method's own signature is the answer's

    return decorate


def _answer(asked: Asked, service: Answering, method: Callable[[Answering], Any]) -> Any:
    begin = service.begin
    kept = asked.answer_kept(begin)
    if kept is not None:
        return kept.answer
    try:
        with begin.in_one_transaction() as part:
            at_work = copy(service)
            at_work.begin = part
            answer = method(at_work)
            with part() as work:
                asked.keep_answer(work, answer)
    except Exception as error:
        # The same call, made twice at once, may have been the faster, and what this one ran into. Or it is answered, and what
        # it asked for afterwards could not be had, which those who look for what was left behind will see to.
        kept = asked.answer_kept(begin)
        if kept is None:
            raise
        _log.warning("%s is answered as the same call was: %s: %s", asked.call, type(error).__name__, error)
        return kept.answer
    return answer


def _digest(args: Sequence[Any], kwargs: Mapping[str, Any], fields: Sequence[str]) -> str:
    def without(value: Any) -> Any:
        return {name: each for name, each in value.items() if name not in fields} if isinstance(value, dict) else value

    told = [[without(each) for each in args], {name: without(each) for name, each in kwargs.items()}]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
