"""Leave an account out of interest and penalty, or no longer (spec, payments.md, "Interest and penalty": "Interest-exempt
accounts, kept by sales administration")."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.kit.clock import Month
from services.kit.errors import ChangedMeanwhile, InvalidInput
from services.kit.unit_of_work import Begin
from services.payments.domain.interest import ExemptPeriod, faults_of_periods
from services.payments.store.accounts import find_account
from services.payments.store.customers import lock_customers
from services.payments.store.interest_exemptions import insert_exemption, mark_account, newest_exemption
from services.payments.store.interest_tables import InterestExemption
from services.payments.usecases.list_interest_exemptions import exemption_view, periods_of


def set_interest_exemption(
    begin: Begin, *, account_id: UUID, version: int, periods: Sequence[dict[str, Month | None]], reason: str
) -> dict[str, Any]:
    """All the account's periods anew. What of them lies in accrued months is corrected by the next run.

    :param version: the account's exemption's as the caller saw it; 0 for none.
    :returns: as the contract's ``InterestExemption``.
    :raises InvalidInput: for an account that nobody knows, and for periods that overlap or end before they begin.
    :raises ChangedMeanwhile: ``interest_exemption_changed_meanwhile``; ``interest_exemption_version_unknown``.
    """
    wanted = [ExemptPeriod(**period) for period in periods]  # type: ignore[arg-type]  # the contract sees to a first month
    if faults := faults_of_periods(wanted):
        raise InvalidInput(fields={f"periods.{number}.{name}": [code] for number, name, code in faults})
    with begin() as work:
        account = find_account(work.session, account_id)
        customer = lock_customers(work.session, [account.customer_id]).get(account.customer_id) if account else None
        if account is None or customer is None:  # nor, yet, one whose customer's own event is still to come
            raise InvalidInput(fields={"account_id": ["interest_account_not_found"]})
        newest = newest_exemption(work.session, account_id)
        seen = newest.version if newest else 0
        if seen != version:
            raise _changed_meanwhile(newest)
        written = [
            {"from_month": str(period.from_month), "to_month": period.to_month and str(period.to_month)} for period in wanted
        ]
        row = {
            "account_id": account_id,
            "version": version + 1,
            "periods": written,
            "reason": reason.strip(),
            "set_by_id": UUID(work.caller.user_id) if work.caller.user_id else None,
            "set_by_name": work.caller.name,
            "set_at": work.now,
        }
        exemption = insert_exemption(work.session, row, customer.id, wanted)
        concerned = [period.from_month for period in (*periods_of(newest), *wanted)]
        if concerned:
            mark_account(work.session, customer.id, account_id, min(concerned))
        work.audit(
            "interest_exemption_set",
            ("account", account_id),
            before={"periods": newest.periods if newest else []},
            after={"periods": written},
            why=reason.strip(),
        )
        return exemption_view(account, customer.name, exemption, Month.of(work.today))


def _changed_meanwhile(newest: InterestExemption | None) -> ChangedMeanwhile:
    if newest is None:
        return ChangedMeanwhile("interest_exemption_version_unknown")
    return ChangedMeanwhile("interest_exemption_changed_meanwhile", version=newest.version, by=newest.set_by_name)
