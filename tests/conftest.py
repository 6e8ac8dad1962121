"""What every test may use, and how they are spread over xdist's workers."""

from typing import Any

import pytest
from hypothesis import settings

pytest_plugins = ["tests.servers.fixtures"]

# A deadline for each example measures the machine, which other tests keep busy, and not the rule.
settings.register_profile("l2c", parent=settings(), deadline=None)
settings.load_profile("l2c")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    from tests.scheduling import BySharedSystem  # noqa: PLC0415  # xdist may be off

    return BySharedSystem(config, log) if config.getoption("dist") == "loadscope" else None
