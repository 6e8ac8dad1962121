"""Hear of every bill that L2C makes, once, also of those that were made while this did not run. See README.md beside this file.

Needs kombu. Ctrl-C ends it; started again, it goes on where it was.
"""

import json
import os
import sqlite3
from contextlib import suppress
from typing import Any

from kombu import Connection, Consumer, Exchange, Message, Queue
from kombu.mixins import ConsumerMixin

# L2C's own exchange: it is there once billing has started, and is not ours to make.
BILLING = Exchange("billing.events", type="topic", durable=True, passive=True)
# What cannot be taken goes there after five tries, for somebody to look at.
DEAD_LETTERS = Queue("example.bills.dead-letters", durable=True, queue_arguments={"x-queue-type": "quorum"})
BILLS = Queue(
    "example.bills",
    BILLING,
    routing_key="bill_made",
    durable=True,
    queue_arguments={
        "x-queue-type": "quorum",
        "x-delivery-limit": 5,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": DEAD_LETTERS.name,
    },
)


class BillListener(ConsumerMixin):  # type: ignore[misc]  # kombu has no types
    """Takes one message after the other. ``ConsumerMixin`` connects again when the broker was away."""

    def __init__(self, connection: Connection, database: sqlite3.Connection) -> None:
        self.connection = connection
        self.database = database
        database.execute("CREATE TABLE IF NOT EXISTS bills (event_id TEXT PRIMARY KEY, number TEXT, amount TEXT)")

    def get_consumers(self, consumer: type[Consumer], channel: Any) -> list[Consumer]:
        DEAD_LETTERS(channel).declare()
        return [consumer([BILLS], on_message=self.on_message, prefetch_count=1)]

    def on_consume_ready(self, *_: Any, **__: Any) -> None:
        print("listening", flush=True)

    def on_message(self, message: Message) -> None:
        try:
            event = json.loads(message.body)
            is_new = self.keep(event["id"], event["data"])
        except Exception as error:
            print(f"not taken: {error!r}", flush=True)
            message.reject(requeue=True)  # counted by the queue: after the fifth time it is a dead letter
            return
        if is_new:
            bill = event["data"]
            print(f"{bill['number']}: {bill['customer_name']}, {bill['month']}, {bill['amount']} CNY", flush=True)
        message.ack()  # last, when all is kept: a message that was not acknowledged comes again

    def keep(self, event_id: str, bill: dict[str, Any]) -> bool:
        """
        :returns: whether it is new. An event may come again; its id, kept in the transaction of what it does, tells.
        """
        with self.database:
            row = (event_id, bill["number"], bill["amount"])
            return self.database.execute("INSERT INTO bills VALUES (?, ?, ?) ON CONFLICT DO NOTHING", row).rowcount == 1


if __name__ == "__main__":
    with suppress(KeyboardInterrupt), Connection(os.environ["L2C_AMQP_URL"], heartbeat=10) as broker:
        BillListener(broker, sqlite3.connect("bills.sqlite3")).run()
