"""Interest and penalty in the demo: a history of rates, an account left out, and the months that are over accrued."""

from collections.abc import Callable, Sequence
from datetime import date

from dateutil.relativedelta import relativedelta

from deploy.demo.scenes import Scene
from deploy.office import Office

RunJob = Callable[[str, date], None]


def set_rates(office: Office, months: Sequence[date], today: date) -> None:
    """A rate from the first of these months on, a higher one from the third, and one that holds from next month; unless there
    are rates."""
    first, _, third, *_ = months
    rates = (
        (first, first, "0.005", "总经理办公会决定"),
        (third, third, "0.006", "融资成本上升，自本月起上调"),
        (today, today.replace(day=1) + relativedelta(months=1), "0.0055", "总经理办公会决定，下月起下调"),
    )
    management = office.holder("sales_director").client
    if management.get("/interest-rates")["version"]:
        return
    for version, (day, month, rate, reason) in enumerate(rates):
        with office.at(day):
            body = {"version": version, "from_month": f"{month:%Y-%m}", "rate": rate, "reason": reason}
            management.put("/interest-rates", body)


def leave_out(office: Office, scene: Scene, month: date) -> None:
    """Sales administration leaves one of a customer's accounts out of interest, from a month on."""
    account_id = scene.first_account_id()
    with office.at(month):
        body = {
            "account_id": account_id,
            "version": 0,
            "periods": [{"from_month": f"{month:%Y-%m}", "to_month": None}],
            "reason": "框架协议约定该账号按季结算，不计罚息",
        }
        office.holder("sales_admin").client.put("/interest-exemptions", body)


def accrue_months(run_job: RunJob, months: Sequence[date]) -> None:
    """Accrue months that are over, each on the first of the next.

    :param months: by their first days, in order.
    """
    for month in months:
        run_job("interest_accrual", month + relativedelta(months=1))
