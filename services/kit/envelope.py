"""The event envelope: CloudEvents 1.0 in JSON, with the contract's version and the aggregate's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kit.clock import parse_instant

SPEC_VERSION = "1.0"


@dataclass(frozen=True)
class Event:
    """A fact as it travels.

    :param id: unique; what consumers deduplicate by.
    :param source: the service that says so.
    :param type: such as ``customer_added``; also the routing key on ``<source>.events``.
    :param subject: the id of the aggregate it is about.
    :param time: when it became true, in UTC.
    :param contract_version: the version of ``data``'s schema.
    :param aggregate_version: rises by the aggregate's every change; an older fact never overwrites a newer one. 0 where order
        does not matter.
    :param data: the payload, as the contract's schema says.
    :param trace: the ``traceparent`` of what made it true, as CloudEvents' extension for distributed tracing has it; hops on the
        way do not change it, and have theirs in the message's headers. Empty where its maker says none.
    """

    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    contract_version: int
    aggregate_version: int
    data: dict[str, Any]
    trace: str = ""

    def to_wire(self) -> dict[str, Any]:
        traced = {"traceparent": self.trace} if self.trace else {}
        return {
            "specversion": SPEC_VERSION,
            "id": str(self.id),
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "time": self.time.isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "contractversion": self.contract_version,
            "aggregateversion": self.aggregate_version,
            **traced,
            "data": self.data,
        }

    @classmethod
    def from_wire(cls, envelope: dict[str, Any]) -> "Event":
        """
        :raises KeyError, ValueError: for what is no such envelope.
        """
        return cls(
            id=UUID(envelope["id"]),
            source=envelope["source"],
            type=envelope["type"],
            subject=envelope["subject"],
            time=parse_instant(envelope["time"]),
            contract_version=int(envelope.get("contractversion", 1)),
            aggregate_version=int(envelope.get("aggregateversion", 0)),
            data=envelope["data"],
            trace=str(envelope.get("traceparent", "")),
        )
