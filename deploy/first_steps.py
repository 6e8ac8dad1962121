"""What a first look needs: demo data, the story, and where to go."""

from services.kit.settings import Settings


class FirstSteps:
    """Done in the embedded process once its gateway answers.

    :param demo: whether to make demo data.
    :param story: whether to play the story.
    """

    def __init__(self, *, demo: bool, story: bool) -> None:
        self._demo = demo
        self._story = story

    def __call__(self, settings: Settings) -> None:
        say(f"http://{settings.http_address}")


def say(line: str) -> None:
    """One line for whoever watches."""
    print(line, flush=True)
