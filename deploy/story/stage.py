"""What the story's steps share: the people, the calendar, and what has come about so far."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.api_client import wait_until
from deploy.office import Desk, Office
from deploy.story.facts import Calendar

SALES = "zhang.wei"
LEAD = "chen.jing"
OTHER_SALES = "wang.fang"


@dataclass
class Stage:
    """The story as it stands.

    :param amqp_url: where the messaging platform publishes usage.
    :param folder: where the statement's PDF is put for whoever wants to look at it.
    :param say: takes the story's lines.
    """

    office: Office
    calendar: Calendar
    amqp_url: str
    folder: Path
    say: Callable[[str], None]
    customer_id: str = ""
    product_id: str = ""
    idle_product_id: str = ""
    bill_id: str = ""
    bill_number: str = ""
    invoice_number: str = ""
    told: dict[str, set[str]] = field(default_factory=dict)

    @property
    def sales(self) -> Desk:
        return self.office.desk(SALES)

    @property
    def lead(self) -> Desk:
        return self.office.desk(LEAD)

    def holder(self, role: str) -> Desk:
        return self.office.holder(role)

    def customer(self) -> dict[str, Any]:
        """The customer, as its owner sees it."""
        page: dict[str, Any] = self.sales.client.get(f"/customers/{self.customer_id}")
        return page

    def wait_for_tier(self, tier: str) -> None:
        """Until the customer has reached a tier."""
        wait_until(f"tier {tier}", lambda: self.customer()["tier"] == tier)

    def wait_for_messages(self, desk: Desk, *places: str) -> None:
        """Until somebody has a message of this customer in each of these places of the menu that was not there the last time."""
        for place in places:
            before = self.told.setdefault(f"{desk.login} {place}", set())

            def look(place: str = place, before: set[str] = before) -> set[str]:
                page = desk.client.get("/messages", customer_id=self.customer_id, place=place, page_size=200)
                return {item["id"] for item in page["items"]} - before

            before |= wait_until(f"a message in {place} for {desk.name}", look)
