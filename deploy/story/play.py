"""Plays the story, step by step."""

import time
from collections.abc import Callable
from pathlib import Path

from deploy.office import Office
from deploy.story.billing import adjust_the_price, reconcile, report_usage, run_the_billing
from deploy.story.facts import CUSTOMER, Calendar
from deploy.story.funnel import add_the_customer, agree_a_contract, open_a_test_account
from deploy.story.money import collect, invoice
from deploy.story.stage import SALES, Stage

STEPS: tuple[Callable[[Stage], str], ...] = (
    add_the_customer,
    open_a_test_account,
    agree_a_contract,
    adjust_the_price,
    report_usage,
    run_the_billing,
    reconcile,
    invoice,
    collect,
)


def was_played(base_url: str) -> bool:
    """Whether the story's customer is there already."""
    office = Office(base_url)
    try:
        return bool(office.desk(SALES).client.get("/customers", q=CUSTOMER)["items"])
    finally:
        office.close()


def play(base_url: str, amqp_url: str, folder: Path, say: Callable[[str], None]) -> None:
    """Play all nine steps; the people must be there (:mod:`deploy.people`), the customer must not.

    :param amqp_url: the broker that the messaging platform publishes to.
    :param folder: where the statement's PDF is put.
    :raises deploy.story.checks.StoryFailed: naming the first step whose result is wrong.
    :raises deploy.api_client.NotInTime: if something that must come by itself does not.
    """
    office = Office(base_url)
    try:
        stage = Stage(office, Calendar.now(), amqp_url, folder, say)
        for number, step in enumerate(STEPS, start=1):
            began = time.monotonic()
            result = step(stage)
            say(f"第 {number} 步  {result}  （{time.monotonic() - began:.1f} 秒）")
    finally:
        office.close()
