"""Whether the services of a system agree: every copy is what its owner has, and no effect is without its cause."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import psycopg

from deploy.catalogue import CONTAINERS
from deploy.subscriptions import subscriptions

Ask = Callable[[str, str], set[tuple[Any, ...]]]
"""The rows that a query gives of a service's database."""

_CUSTOMERS: Final = "SELECT id, name FROM customers"
_PEOPLE: Final = "SELECT id, name FROM users"
_BILLS: Final = "SELECT id, amount, covered, state, version FROM bills"

_COPIES: Final = (
    ("customers", ("customer", _CUSTOMERS), (("billing", _CUSTOMERS), ("payments", _CUSTOMERS))),
    ("people", ("gateway", _PEOPLE), (("workflow", _PEOPLE), ("customer", _PEOPLE), ("notify", _PEOPLE))),
    ("bills", ("billing", _BILLS), (("payments", _BILLS),)),
    (
        "receivables",
        ("payments", "SELECT bill_id, amount - written_off FROM receivables WHERE cancelled_by IS NULL"),
        (("billing", "SELECT id, outstanding FROM bills WHERE state IN ('reconciled', 'closed')"),),
    ),
    (
        "write-offs",
        ("workflow", "SELECT id FROM processes WHERE code = 'write_off' AND state = 'archived'"),
        (("payments", "SELECT id FROM write_offs WHERE reverses IS NULL AND state = 'archived'"),),
    ),
)
_WAITING: Final = "SELECT id FROM outbox WHERE published_at IS NULL"


def asking(database_url: str) -> Ask:
    """
    :param database_url: ``{service}`` stands for the service's name.
    """

    def ask(service: str, query: str) -> set[tuple[Any, ...]]:
        with psycopg.connect(database_url.format(service=service).replace("+psycopg", "")) as connection:
            return set(connection.execute(query.encode()).fetchall())

    return ask


def effects_without_cause(ask: Ask) -> set[tuple[Any, ...]]:
    """Events that a handler has handled and that the service that said them does not know."""
    known = {(str(event_id),) for source in CONTAINERS for (event_id,) in ask(source, "SELECT id FROM outbox")}
    return set(_handled(ask)) - known


def _handled(ask: Ask) -> Iterator[tuple[str]]:
    # What outside systems say stands in no outbox.
    inside = {(each.consumer, each.method) for each in subscriptions() if each.source in CONTAINERS}
    for service in CONTAINERS:
        for method, event_id in ask(service, "SELECT consumer, event_id FROM inbox"):
            if (service, method) in inside:
                yield (str(event_id),)


def disagreements(ask: Ask) -> list[str]:
    """Where a copy differs from what its owner has; empty once everything that was said has been heard."""
    waiting = [f"{service} has yet to say something" for service in CONTAINERS if ask(service, _WAITING)]
    return waiting + [
        f"{what} of {copy}: {sorted(map(str, differing))[:3]}"
        for what, (owner, owned), copies in _COPIES
        for copy, copied in copies
        if (differing := ask(owner, owned) ^ ask(copy, copied))
    ]
