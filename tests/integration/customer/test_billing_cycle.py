"""A product's billing cycle as billing says it is: shown with the product (spec, workflow.md, 账单周期更改)."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.contracts import customer_parts_calls as parts
from services.customer.usecases.change_billing_cycle import change_billing_cycle
from services.customer.usecases.show_product import show_product
from services.kit.caller import Caller
from services.kit.envelope import Event
from services.kit.ids import new_id
from services.kit.inbox import AlreadyConsumed
from services.kit.schema import dump
from tests.integration.customer.office import Office, noon

DAY = date(2026, 3, 10)


def _changed(office: Office, customer_id: UUID, product_id: UUID, months: int, day: date = DAY) -> Event:
    data = {
        "product_id": str(product_id),
        "customer_id": str(customer_id),
        "billing_cycle_months": months,
        "process_id": str(new_id()),
    }
    return Event(new_id(), "billing", "billing_cycle_changed", str(product_id), noon(day), 1, 0, data)


def _hear(office: Office, event: Event) -> None:
    change_billing_cycle(office.begin(Caller.system("billing"), consumer="on_billing_cycle_changed"), event)


def _shown(office: Office, product_id: UUID) -> dict[str, Any]:
    shown: dict[str, Any] = dump(parts.Product, show_product(office.begin(office.zhang), product_id))
    return shown


def test_a_changed_cycle_is_shown_since_when_and_by_which_process(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    product_id = office.product(office.zhang, customer_id)
    assert (_shown(office, product_id)["billing_cycle_months"], _shown(office, product_id)["billing_cycle_since"]) == (1, None)
    event = _changed(office, customer_id, product_id, 3)
    _hear(office, event)
    shown = _shown(office, product_id)
    assert (shown["billing_cycle_months"], shown["billing_cycle_since"]) == (3, "2026-03-10T04:00:00Z")
    assert (shown["billing_cycle_process_id"], shown["version"]) == (event.data["process_id"], 2)
    assert [each["billing_cycle_months"] for each in office.said("product_changed")] == [3]
    with pytest.raises(AlreadyConsumed):
        _hear(office, event)


def test_a_change_that_comes_after_a_later_one_is_out_of_date(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    product_id = office.product(office.zhang, customer_id)
    _hear(office, _changed(office, customer_id, product_id, 6))
    _hear(office, _changed(office, customer_id, product_id, 3, DAY - timedelta(days=1)))
    assert _shown(office, product_id)["billing_cycle_months"] == 6
    assert len(office.said("product_changed")) == 1


def test_a_cycle_set_to_what_it_was_tells_nobody_anything_new(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    product_id = office.product(office.zhang, customer_id)
    _hear(office, _changed(office, customer_id, product_id, 1))
    shown = _shown(office, product_id)
    assert (shown["billing_cycle_months"], shown["version"]) == (1, 1)
    assert shown["billing_cycle_since"] == "2026-03-10T04:00:00Z"
    assert office.said("product_changed") == []
