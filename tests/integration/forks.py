"""Processes that a test may kill, forked from one that has imported what they do: that takes longer than what they do."""

from multiprocessing import get_context
from typing import Final

FORKS: Final = get_context("forkserver")
"""As ``multiprocessing`` itself: ``FORKS.Process(target=…)``."""

# The server that forks is the whole process's, and is started once.
FORKS.set_forkserver_preload(
    [
        "tests.integration.billing.test_run_killed_and_at_once",
        "tests.integration.workflow.test_at_once_and_killed",
    ]
)
