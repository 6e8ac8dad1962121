"""What holds for all tests on real servers."""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from services.kit import unit_of_work
from services.kit.caller import CallContext
from services.kit.envelope import Event
from services.kit.outbox import write_events
from tests.published_events import assert_of_the_shape_of_its_example

RECORD = os.environ.get("L2C_RECORD_EVENTS")


@pytest.fixture(scope="session", autouse=True)
def _events_are_of_the_shape_of_their_examples() -> Iterator[None]:
    """Whatever a test has a service say is held against the example that the AsyncAPI document gives."""

    def write(session: Session, events: Sequence[Event], context: CallContext) -> None:
        for event in events:
            assert_of_the_shape_of_its_example(event.to_wire())
        if RECORD:
            with Path(RECORD).open("a", encoding="utf-8") as lines:
                lines.writelines(f"{json.dumps(event.to_wire(), ensure_ascii=False)}\n" for event in events)
        write_events(session, events, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unit_of_work, "write_events", write)
        yield
