"""Accounts with usage that nobody knows, and whose names are like those of known ones (spec, billing.md, "Bills")."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.billing.domain.identifiers import AlikeIndex
from services.billing.store.usage import unknown_accounts_of_month
from services.kit.clock import Month

NAMED_MAX: Final = 10


class UnknownAccounts:
    """A month's unknown accounts, looked for when somebody asks first: that takes a look at all the usage of the month."""

    def __init__(self, month: Month) -> None:
        self._month = month
        self._index: AlikeIndex | None = None

    @staticmethod
    def of_job(job_id: UUID, month: Month) -> "UnknownAccounts":
        """Those that a worker has found for another shard of the same job, or new ones."""
        found = _of_job.get(job_id)
        if found is None:
            found = UnknownAccounts(month)
            _of_job.clear()  # of one job at a time: they may be many
            _of_job[job_id] = found
        return found

    def alike(self, session: Session, names: Iterable[str]) -> list[str]:
        """Those whose names are like one of these, in order; the first few."""
        if self._index is None:
            self._index = AlikeIndex(unknown_accounts_of_month(session, self._month))
        return sorted({found for name in names for found in self._index.alike(name)})[:NAMED_MAX]


_of_job: dict[UUID, UnknownAccounts] = {}
