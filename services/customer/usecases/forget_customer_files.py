"""Forget exports, and imports with the rows they refused, past their time: they are copies of what customers are, and grow."""

from datetime import timedelta
from typing import Any, Final

from services.customer.store.customer_files import FileRow, delete_files, lock_old
from services.customer.store.tables import CustomerExport, CustomerImport
from services.kit.jobs import Shard

EXPORTS_KEPT: Final = timedelta(days=7)
IMPORTS_KEPT: Final = timedelta(days=90)
_AT_ONCE: Final = 200


def forget_customer_files(shard: Shard) -> dict[str, Any]:
    """Remove exports with their files after a week, imports after ninety days."""
    exports = _forget(shard, CustomerExport, EXPORTS_KEPT)
    imports = _forget(shard, CustomerImport, IMPORTS_KEPT)
    return {"exports": exports, "imports": imports}


def _forget(shard: Shard, kind: type[FileRow], kept: timedelta) -> int:
    assert shard.files is not None, "a worker gives its jobs a file store"
    gone = 0
    while True:
        with shard.begin() as work:
            rows = lock_old(work.session, kind, work.now - kept, _AT_ONCE)
            # The file first: killed between the two, this finds the row again, and that its file is gone is no error.
            for row in rows:
                if row.file_key is not None:
                    shard.files.delete(row.file_key)
            delete_files(work.session, kind, [row.id for row in rows])
        gone += len(rows)
        shard.report(gone)
        if len(rows) < _AT_ONCE:
            return gone
