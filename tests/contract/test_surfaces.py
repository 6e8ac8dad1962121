"""Queue names, call names and event schemas are contracts: the golden files pin them."""

import pytest

from services.kit.settings import SERVICES
from tests.contract.surfaces import GOLDEN, events_from_outside, golden_text, surface_of

HINT = "a contract changed; if it shall: python -m tests.contract.surfaces, and read the diff"


@pytest.mark.parametrize("service", SERVICES)
def test_a_services_surface_is_as_promised(service: str) -> None:
    assert golden_text(surface_of(service)) == (GOLDEN / f"{service}.json").read_text("utf-8"), HINT


def test_what_other_systems_may_publish_is_as_promised() -> None:
    assert golden_text(events_from_outside()) == (GOLDEN / "external.json").read_text("utf-8"), HINT


def test_every_queue_listens_to_an_event_that_somebody_promises() -> None:
    said = {f"evt-external-{name}" for name in events_from_outside()["events"]}
    surfaces = {service: surface_of(service) for service in SERVICES}
    said |= {f"evt-{service}-{name}" for service, surface in surfaces.items() for name in surface["events"]}
    said |= {f"evt-gateway-{name}" for name in ("user_changed", "department_changed")}
    heard = {queue.partition("--")[0] for surface in surfaces.values() for queue in surface["queues"]}
    assert heard <= said
