"""Many who do something at the same moment, on threads of their own."""

import threading
from collections.abc import Callable


def at_once(count: int, work: Callable[[int], None]) -> None:
    """Each is given its number from 0; the first error of any is raised when all are through."""
    start, errors = threading.Barrier(count), []

    def run(number: int) -> None:
        start.wait()
        try:
            work(number)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
