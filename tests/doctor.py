"""`l2c doctor` as tests ask it."""

import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_CHECKOUT: Final = Path(__file__).resolve().parents[1]
_HEAD: Final = re.compile(r"(BROKEN|WRONG |NOTE  )  (.*?): (.*)")


@dataclass(frozen=True)
class Told:
    """What the command said.

    :ivar faults: ``place: what`` of what is broken or wrong.
    """

    status: int
    faults: list[str]
    text: str

    def has(self, beginning: str) -> bool:
        return any(fault.startswith(beginning) for fault in self.faults)


def ask_doctor(environment: Mapping[str, str]) -> Told:
    command = [sys.executable, "-m", "deploy.cli", "doctor"]
    ended = subprocess.run(command, cwd=_CHECKOUT, env=environment, capture_output=True, text=True, check=False, timeout=120)
    heads = [match for line in ended.stdout.splitlines() if (match := _HEAD.match(line))]
    faults = [f"{match[2]}: {match[3]}" for match in heads if match[1] != "NOTE  "]
    return Told(ended.returncode, faults, ended.stdout + ended.stderr)
