"""Interest and penalty in the demo: management sets a rate, and the months that are over are accrued."""

from collections.abc import Callable, Sequence
from datetime import date

from dateutil.relativedelta import relativedelta

from deploy.office import Office

_RATE = "0.005"


def accrue_months(office: Office, run_job: Callable[[str, date], None], months: Sequence[date]) -> None:
    """Set the rate from the first of these months on, unless there is one, and accrue them, each on the first of the next.

    :param months: by their first days, in order, all over.
    """
    management = office.holder("sales_director").client
    known = management.get("/interest-rates")
    if known["version"] == 0:
        rate = {"version": 0, "from_month": f"{months[0]:%Y-%m}", "rate": _RATE, "reason": "总经理办公会决定"}
        management.put("/interest-rates", rate)
    for month in months:
        run_job("interest_accrual", month + relativedelta(months=1))
