"""A worker that imports one file of usage, in a process of its own: to be killed, or measured.

``python -m tests.integration.billing.import_process DATABASE_URL FOLDER JOB_ID`` does the job's shard and prints a line of JSON:
how many seconds it took, and the most memory that the process ever had.
"""

import json
import re
import sys
import time
from pathlib import Path
from uuid import UUID

from services.billing.usecases.import_usage import import_usage
from services.contracts.billing import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.files import FolderStore
from services.kit.jobs import finish_shard, take_shard
from services.kit.unit_of_work import Begin


def main(url: str, folder: str, job_id: str) -> None:
    database = Database(url, pool_size=2)
    begin = Begin("billing", database, EVENTS, CallContext(Caller.system("billing")))
    shard = take_shard(begin, UUID(job_id), 0, FolderStore(Path(folder)))
    assert shard is not None, "the job is another worker's"
    began = time.perf_counter()
    finish_shard(shard, import_usage(shard))
    seconds = time.perf_counter() - began
    # Not getrusage, whose figure begins with what the parent had.
    peak = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text("utf-8"))
    print(json.dumps({"seconds": seconds, "peak_mb": int(peak[1]) / 1024 if peak else 0}))  # noqa: T201  # what it is there for
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
