"""Forget papers that nobody asks for any more: uploads that nothing names, and drafts that nobody goes on with."""

from datetime import timedelta
from typing import Any, Final

from services.contracts.workflow_paper_calls import ATTACHMENTS_PART
from services.kit.jobs import Shard
from services.workflow.store import attachments, drafts

UPLOADS_KEPT: Final = timedelta(days=2)
DRAFTS_KEPT: Final = timedelta(days=180)
"""Since they were last saved."""
_AT_ONCE: Final = 200


def forget_papers(shard: Shard) -> dict[str, Any]:
    """Remove old drafts, then old uploads with their files. Killed at any point, the next run does the rest."""
    gone = 0
    while (some := _forget_drafts(shard)) > 0:
        gone += some
        shard.report(gone)
    files = 0
    while (some := _forget_uploads(shard)) > 0:
        files += some
        shard.report(gone + files)
    return {"drafts": gone, "uploads": files}


def _forget_drafts(shard: Shard) -> int:
    with shard.begin() as work:
        return drafts.forget_old(work.session, work.now - DRAFTS_KEPT, _AT_ONCE)


def _forget_uploads(shard: Shard) -> int:
    assert shard.files is not None, "a worker gives its jobs a file store"
    store = shard.files.within(ATTACHMENTS_PART)
    with shard.begin() as work:
        unused = attachments.lock_unused(work.session, work.now - UPLOADS_KEPT, _AT_ONCE)
        # The file first: killed between the two, this finds the row again, and that its file is gone is no error.
        for attachment in unused:
            store.delete(attachment.key)
        attachments.remove(work.session, [attachment.id for attachment in unused])
    return len(unused)
