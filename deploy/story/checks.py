"""Checks of the story: each names its step, what was expected and what was there."""

from typing import Any

from deploy.api_client import ApiClient, ApiProblem


class StoryFailed(Exception):
    """A result of the story is not what it must be."""

    def __init__(self, step: str, what: str, expected: object, got: object) -> None:
        super().__init__(f"{step}: {what}: expected {expected!r}, got {got!r}")


class Checks:
    """The checks of one step.

    :param step: its number and name.
    """

    def __init__(self, step: str) -> None:
        self.step = step

    def equal(self, what: str, expected: object, got: object) -> None:
        """
        :raises StoryFailed: if they differ.
        """
        if got != expected:
            raise StoryFailed(self.step, what, expected, got)

    def true(self, what: str, holds: object) -> None:
        """
        :raises StoryFailed: if it does not hold.
        """
        if not holds:
            raise StoryFailed(self.step, what, True, holds)

    def refused(self, what: str, status: int, client: ApiClient, method: str, path: str, body: Any = None) -> ApiProblem:
        """
        :returns: the problem that the gateway answered.
        :raises StoryFailed: if it did not refuse with this status.
        """
        try:
            answer = client.get(path) if method == "GET" else client.post(path, body)
        except ApiProblem as problem:
            if problem.status == status:
                return problem
            raise StoryFailed(self.step, what, status, str(problem)) from problem
        raise StoryFailed(self.step, what, f"refusal {status}", answer)
