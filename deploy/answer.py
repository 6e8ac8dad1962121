"""What an operation of the ``l2c`` command has to say. Apart from operations, which who only asks does not load."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """What an operation has to say, and the command's exit status."""

    lines: list[str]
    status: int = 0
