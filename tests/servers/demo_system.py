"""A whole embedded system with the demo's people, data and story, for the tests in a browser."""

import shutil
from pathlib import Path

from tests.e2e.systems import EmbeddedSystem


class DemoSystem:
    """`l2c run --embedded --demo --story` in a folder of its own.

    :param folder: where its data stays, until discarded.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        # Browsers take the processors that the system answers with: here a page waits for its parts as long as for anything.
        self._system = EmbeddedSystem(folder / "var", L2C_PAGE_PART_SECONDS="20", L2C_RPC_TIMEOUT_SECONDS="30")

    @property
    def url(self) -> str:
        """Of its gateway."""
        return self._system.base_url

    def start(self) -> None:
        if not self._system.is_running:
            self._system.start("--demo", "--story")

    def stop(self) -> None:
        if self._system.is_running:
            self._system.stop()

    def kill(self) -> None:
        if self._system.is_running:
            self._system.kill()

    def discard(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
