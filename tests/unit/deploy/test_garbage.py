"""What the garbage collector passes over."""

import gc

from deploy.garbage import pass_over_start_up


def test_what_a_process_holds_when_it_is_up_is_not_looked_at_again() -> None:
    held = [object()]  # a list is something that the collector looks at
    pass_over_start_up()
    try:
        assert gc.get_freeze_count() > 0
        assert not any(each is held for each in gc.get_objects())
    finally:
        gc.unfreeze()
    assert any(each is held for each in gc.get_objects())
