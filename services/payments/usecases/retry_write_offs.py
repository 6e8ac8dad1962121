"""Try again everything that is open: matching by name, then write-offs (spec, payments.md, "RPC, events, jobs")."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar
from uuid import UUID

from services.kit.jobs import Shard
from services.payments.store.customers import bucket_of, lock_names
from services.payments.store.receipts import unmatched_payers
from services.payments.store.receivables import customers_to_retry
from services.payments.usecases.match_receipts import match_again
from services.payments.usecases.start_write_offs import start_write_offs

BATCH: Final = 500
"""Payers, or customers, of one transaction: they are locked meanwhile, for a fraction of a second."""

T = TypeVar("T")


def retry_write_offs(shard: Shard) -> dict[str, int]:
    """One shard of ``auto_write_off``: its payers and its customers, some at a time, each batch a transaction of its own.

    Whatever an event's handler missed is made good here; a day on which nothing was missed changes nothing.
    """
    with shard.begin() as work:
        payers = [payer for payer in unmatched_payers(work.session) if bucket_of(payer) % shard.of == shard.number]
        owing = [customer_id for customer_id in customers_to_retry(work.session) if customer_id.int % shard.of == shard.number]
    total, done, matched, started = len(payers) + len(owing), 0, 0, 0
    shard.report(done, total)
    for some_payers in _batches(payers):
        with shard.begin() as work:
            lock_names(work.session, some_payers)
            paid = match_again(work, some_payers)
            matched += len(paid)
            started += start_write_offs(work, paid)
        done += len(some_payers)
        shard.report(done)
    for some_customers in _batches(owing):
        started += _start(shard, some_customers)
        done += len(some_customers)
        shard.report(done)
    return {"customers_matched": matched, "write_offs_started": started}


def _start(shard: Shard, customer_ids: Sequence[UUID]) -> int:
    with shard.begin() as work:
        return start_write_offs(work, customer_ids)


def _batches(whole: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(whole), BATCH):
        yield whole[start : start + BATCH]
