"""The transactional outbox: events are rows of the transaction whose facts they tell, and leave by the relay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from services.kit.bulk import MANY, insert_rows
from services.kit.caller import CallContext
from services.kit.envelope import Event
from services.kit.payloads import checked_payload
from services.kit.tables import outbox

CHANNEL = "outbox"
"""The NOTIFY channel that wakes a relay."""

_WAKE = func.pg_notify(CHANNEL, "")
_INSERT_AND_WAKE = insert(outbox).returning(_WAKE)


@dataclass(frozen=True)
class EventContract:
    """What a service promises of one type of event.

    :param version: rises when the schema changes in a way that a consumer must know.
    :param schema: of ``data``.
    """

    version: int
    schema: type[Schema]


EventContracts = Mapping[str, EventContract]
"""Event type → its contract."""


def write_events(session: Session, events: Sequence[Event], context: CallContext) -> None:
    """Add the events to the transaction, in their order; when and if it commits, the relay is told."""
    headers = context.to_headers()
    rows = [
        {"id": event.id, "type": event.type, "subject": event.subject, "envelope": event.to_wire(), "headers": headers}
        for event in events
    ]
    if len(rows) < MANY:
        # One trip to the server for both; of a transaction's equal notifications PostgreSQL sends one.
        session.execute(_INSERT_AND_WAKE, rows)
        return
    insert_rows(session, outbox, rows)
    session.execute(select(_WAKE))


def event_data(contract: EventContract, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload as it travels, held against the contract before anybody can see it.

    :raises ValueError: a programming error: the payload breaks the service's own contract.
    """
    data, problems = checked_payload(contract.schema, payload)
    if problems:
        raise ValueError(f"an event breaks its contract {contract.schema.__name__}: {problems}")
    return data
