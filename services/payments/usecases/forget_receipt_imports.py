"""Forget imports of statements past their time: their receipts stay, what became of each row is only of use for a while."""

from datetime import timedelta
from typing import Final

from services.kit.jobs import Shard
from services.payments.store.receipt_imports import delete_imports, lock_old_imports

IMPORTS_KEPT: Final = timedelta(days=400)
"""Over a year's end and its audit."""
_AT_ONCE: Final = 20


def forget_receipt_imports(shard: Shard) -> dict[str, int]:
    """Remove imports after their time, with the files of those that were never done."""
    assert shard.files is not None, "a worker gives its jobs a file store"
    gone = 0
    while True:
        with shard.begin() as work:
            rows = lock_old_imports(work.session, work.now - IMPORTS_KEPT, _AT_ONCE)
            # The file first: killed between the two, this finds the row again, and that its file is gone is no error.
            for row in rows:
                shard.files.delete(row.file_key)
            delete_imports(work.session, [row.id for row in rows])
        gone += len(rows)
        shard.report(gone)
        if len(rows) < _AT_ONCE:
            return {"imports": gone}
