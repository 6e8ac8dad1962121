"""Keep a copy of an account, for the exemptions from interest (spec, payments.md, "Interest and penalty")."""

from services.contracts.customer import AccountSnapshot
from services.kit.envelope import Event
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin
from services.payments.store.accounts import copy_account


def keep_account(begin: Begin, event: Event) -> None:
    """For ``account_opened`` and ``account_changed``. Older news than what is kept changes nothing."""
    snapshot = load_told(AccountSnapshot, event.data)
    with begin(consuming=event) as work:
        copy_account(work.session, snapshot, event.aggregate_version)
