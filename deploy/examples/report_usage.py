"""Report usage to L2C from a CSV file, as the messaging platform does: over HTTP with a token, or over the bus.

Runs with Python 3.11 alone; ``--over-bus`` needs kombu. See README.md beside this file.
"""

import argparse
import csv
import json
import os
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

SOURCE = "example-platform"
LINES_MAX = 5_000  # of one report
TRIES_MAX = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="CSV with account, day, operator, quantity")
    parser.add_argument("--over-bus", action="store_true", help="publish it instead of posting it")
    arguments = parser.parse_args()
    with arguments.file.open(encoding="utf-8", newline="") as file:
        lines = [{**line, "quantity": int(line["quantity"])} for line in csv.DictReader(file)]
    for number, start in enumerate(range(0, len(lines), LINES_MAX), start=1):
        # The same file has the same ids whenever it is reported, so it counts once however often this runs.
        report_id = f"{arguments.file.stem}/{number}"
        report = {"source": SOURCE, "report_id": report_id, "lines": lines[start : start + LINES_MAX]}
        if arguments.over_bus:
            publish(report)
            print(f"{report_id}: published")
        else:
            counted = post(report)
            print(f"{report_id}: counted {counted['quantity']} messages; of nobody known: {counted['unknown_accounts']}")


def post(report: dict[str, Any]) -> dict[str, Any]:
    """Until L2C has answered for good: what is busy or away is asked again when it says, under the same key."""
    headers = {
        "Authorization": f"Bearer {os.environ['L2C_TOKEN']}",
        "Content-Type": "application/json",
        "Idempotency-Key": str(id_of(report)),
    }
    url = f"{os.environ['L2C_URL']}/api/v1/usage-reports"
    for attempt in range(1, TRIES_MAX + 1):
        try:
            with urlopen(Request(url, json.dumps(report).encode(), headers), timeout=30) as answer:  # noqa: S310  # our own setting
                counted: dict[str, Any] = json.load(answer)
                return counted
        except HTTPError as error:
            problem = json.load(error)
            if error.code not in {429, 503} and problem["code"] != "request_in_progress":
                raise SystemExit(f"refused: {problem['detail']} {problem['errors']}") from error
            wait = int(error.headers.get("Retry-After", "5"))
        except OSError as error:
            print(f"not reached: {error}")
            wait = min(60, 2**attempt)
        print(f"trying again in {wait} s")
        time.sleep(wait)
    raise SystemExit("L2C did not answer; run this again later")


def publish(report: dict[str, Any]) -> None:
    """Returns once the broker has the report safely; what is wrong in it, L2C's operators find among its dead letters."""
    from kombu import Connection, Exchange

    event = {
        "specversion": "1.0",
        "id": str(id_of(report)),
        "source": SOURCE,
        "type": "usage_reported",
        "subject": report["report_id"],
        "time": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "data": report,
    }
    exchange = Exchange("external.events", type="topic", durable=True)
    with Connection(os.environ["L2C_AMQP_URL"], transport_options={"confirm_publish": True}) as connection:
        producer = connection.Producer(serializer="json")
        producer.publish(event, exchange=exchange, routing_key="usage_reported", declare=[exchange], delivery_mode=2, retry=True)


def id_of(report: dict[str, Any]) -> uuid.UUID:
    """The same for the same report, so that it counts once whichever way it goes."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{SOURCE}/{report['report_id']}")


if __name__ == "__main__":
    main()
