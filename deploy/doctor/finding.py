"""What the doctor says."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How bad a finding is; the command's exit status is that of the worst."""

    NOTE = 0
    """Works as it is; somebody should have chosen it."""
    WRONG = 1
    """Works now, and will cost something: work that waits, a door left open."""
    BROKEN = 2
    """Does not work."""


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be.

    :param place: what it is about: ``database billing``, ``L2C_COOKIE_SECURE``.
    :param what: what was found.
    :param means: what follows from it.
    :param remedy: what to do.
    """

    severity: Severity
    place: str
    what: str
    means: str
    remedy: str

    def lines(self) -> list[str]:
        """As it is printed."""
        return [
            f"{self.severity.name:6}  {self.place}: {self.what}",
            f"        means: {self.means}",
            f"        do:    {self.remedy}",
        ]


def worst(findings: Iterable[Finding]) -> Severity:
    """The severity of the worst; a note's, where there is none."""
    return max((finding.severity for finding in findings), default=Severity.NOTE)


def broken(place: str, what: str, means: str, remedy: str) -> Finding:
    return Finding(Severity.BROKEN, place, what, means, remedy)


def wrong(place: str, what: str, means: str, remedy: str) -> Finding:
    return Finding(Severity.WRONG, place, what, means, remedy)


def note(place: str, what: str, means: str, remedy: str) -> Finding:
    return Finding(Severity.NOTE, place, what, means, remedy)
