"""A service's calls happen now, unless the settings let callers pretend another time."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from services.kit.bus.work import UnitsOfWork
from services.kit.caller import CallContext, Caller
from services.kit.settings import Settings

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SETTINGS = Settings("postgresql+psycopg://nobody@localhost/{service}", "l2c-memory://", "memory://", Path("unused"))


@pytest.mark.parametrize(("allowed", "as_of"), [(True, LONG_AGO), (False, None)], ids=["where it is allowed", "elsewhere"])
def test_a_pretended_time_counts_only_where_it_is_allowed(allowed: bool, as_of: datetime | None) -> None:
    provider = UnitsOfWork({})
    provider.container = SimpleNamespace(config={"L2C": replace(SETTINGS, allow_as_of=allowed)})
    headers = CallContext(Caller.system("foreign"), as_of=LONG_AGO).to_headers()
    worker = SimpleNamespace(service_name="notes", context_data=headers, entrypoint=SimpleNamespace(method_name="on_noted"))
    assert provider.get_dependency(worker).context.as_of == as_of
