"""A worker that makes a statement's files and stops in the middle of the second. To be killed there."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from services.billing.documents.usage_sheet import UsageSheet
from services.billing.usecases.render_statement import render_statement
from services.contracts.billing import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.files import FolderStore
from services.kit.jobs import take_shard
from services.kit.unit_of_work import Begin


def compare_and_stop(_sheet: UsageSheet, _billed: Sequence[Mapping[str, Any]], _sent: Sequence[int]) -> None:
    """What comes after the last row."""
    sys.stdout.write("rows of the usage detail are written\n")
    sys.stdout.flush()
    sys.stdin.read()


def main(database_url: str, job_id: str, folder: str) -> None:
    UsageSheet.compare = compare_and_stop  # type: ignore[assignment, method-assign]  # the program is this one story
    context = CallContext(Caller.system("billing"))
    begin = Begin("billing", Database(database_url, pool_size=2), EVENTS, context)
    shard = take_shard(begin, UUID(job_id), 0, FolderStore(Path(folder)))
    assert shard is not None
    render_statement(shard)


main(*sys.argv[1:])
