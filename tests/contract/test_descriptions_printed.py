"""`l2c openapi` and `l2c asyncapi` print what the gateway shows."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.asyncapi import asyncapi
from gateway.openapi import openapi_of
from gateway.service import Gateway

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("command", "described"), [("openapi", lambda: openapi_of(Gateway)), ("asyncapi", asyncapi)])
def test_the_command_prints_what_the_gateway_shows(command: str, described: Callable[[], dict[str, Any]]) -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "deploy.cli", command], cwd=CHECKOUT, capture_output=True, text=True, check=True, timeout=120
    )
    assert json.loads(printed.stdout) == described()
