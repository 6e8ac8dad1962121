"""A worker that does an import and stops in its second batch: all of it written, nothing committed. To be killed there."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.contracts.payments import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.files import FolderStore
from services.kit.jobs import take_shard
from services.kit.unit_of_work import Begin
from services.payments.store.receipt_imports import insert_imported_rows
from services.payments.usecases import import_receipts

batches = 0


def insert_and_stop(session: Session, import_id: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
    """The last that a batch writes."""
    global batches  # noqa: PLW0603  # the program is this one story
    insert_imported_rows(session, import_id, rows)
    batches += 1
    if batches == 2:
        session.flush()
        sys.stdout.write("the second batch is written and not committed\n")
        sys.stdout.flush()
        sys.stdin.read()


def main(database_url: str, job_id: str, folder: str) -> None:
    import_receipts.LINES_AT_ONCE = 100  # type: ignore[misc]  # so that a test need not write thousands of lines
    import_receipts.insert_imported_rows = insert_and_stop  # type: ignore[attr-defined]  # where it is used
    context = CallContext(Caller.system("payments"))
    begin = Begin("payments", Database(database_url, pool_size=2), EVENTS, context)
    shard = take_shard(begin, UUID(job_id), 0, FolderStore(Path(folder)))
    assert shard is not None
    import_receipts.run_receipt_import(shard)


main(*sys.argv[1:])
