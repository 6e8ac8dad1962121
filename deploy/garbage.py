"""What the garbage collector need not look at."""

import gc


def pass_over_start_up() -> None:
    """Let the collector pass over all that the process holds now: modules, tables, schemas, which stay as long as it lives.

    Called once a process is up. Python's full collections look at half a million such objects and stop the process for 200 ms
    each time; one search in a hundred met one (seen in ``make bench``).
    """
    gc.collect()
    gc.freeze()
