"""Accounts with usage that nobody knows, and whose names are like those of known ones (spec, billing.md, "Bills")."""

from collections.abc import Iterable
from typing import Final, Self
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

    @classmethod
    def of_job(cls, job_id: UUID, month: Month) -> Self:
        """Those that a worker has found for another shard of the same job, or new ones."""
        if job_id not in _of_job:
            _of_job.clear()
            _of_job[job_id] = cls(month)
        return _of_job[job_id]  # type: ignore[return-value]  # nobody derives from it

    def alike(self, session: Session, names: Iterable[str]) -> list[str]:
        """Those whose names are like one of these, in order; the first few."""
        if self._index is None:
            self._index = AlikeIndex(unknown_accounts_of_month(session, self._month))
        return sorted({found for name in names for found in self._index.alike(name)})[:NAMED_MAX]


_of_job: dict[UUID, UnknownAccounts] = {}
