"""The messaging platform, as another system that reports usage: a plain AMQP client, and a file."""

import csv
import io
import json
import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from kombu import Exchange, Producer

from services.kit.bus.links import broker_connection, open_channel

SOURCE = "messaging-platform"
"""What it calls itself; also to the broker, where it is a user of its own."""

# Made by whoever listens; another system has no right to.
_EXCHANGE = Exchange("external.events", type="topic", durable=True, passive=True)
_CONNECT_SECONDS = 10.0
_ANSWER_SECONDS = 10.0


def report_by_event(amqp_url: str, report_id: str, account: str, lines: Iterable[tuple[date, str, int]]) -> None:
    """Publish one ``usage_reported``; returns once the broker has confirmed it.

    :param lines: day, operator, quantity.
    :raises OSError, AMQPError, KombuError: if it has not in time; the report may have arrived, and counts once.
    """
    envelope = usage_event(report_id, account, lines)
    options = {"confirm_publish": True}
    connecting = broker_connection(amqp_url, connect_timeout=_CONNECT_SECONDS, transport_options=options)
    with connecting as connection, open_channel(connection, _ANSWER_SECONDS) as channel:
        Producer(channel).publish(
            json.dumps(envelope),
            exchange=_EXCHANGE,
            routing_key=envelope["type"],
            declare=[_EXCHANGE],
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=2,
            confirm_timeout=_ANSWER_SECONDS,
        )


def usage_event(report_id: str, account: str, lines: Iterable[tuple[date, str, int]]) -> dict[str, Any]:
    """The message itself."""
    data = {
        "source": SOURCE,
        "report_id": report_id,
        "lines": [
            {"account": account, "day": day.isoformat(), "operator": operator, "quantity": quantity}
            for day, operator, quantity in lines
        ],
    }
    return {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": SOURCE,
        "type": "usage_reported",
        "subject": report_id,
        "time": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "data": data,
    }


def usage_file(account: str, lines: Iterable[tuple[date, str, int]]) -> bytes:
    """The same as CSV, for an import."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["account", "day", "operator", "quantity"])
    writer.writerows([account, day.isoformat(), operator, quantity] for day, operator, quantity in lines)
    return text.getvalue().encode()
