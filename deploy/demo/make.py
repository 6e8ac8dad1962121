"""Makes the demo data, in six acts."""

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Literal

from dateutil.relativedelta import relativedelta

from deploy.api_client import ApiClient, wait_until
from deploy.demo.inboxes import Inboxes
from deploy.demo.interest import accrue_months, leave_out, set_rates
from deploy.demo.open_work import leave_work
from deploy.demo.plan import UNIT_PRICES, Plan, Planned, make_plan
from deploy.demo.scenes import Prepaid, Scene, price_form, recharge_form, sale_form
from deploy.demo.statements import BRANCH_ACCOUNT, Line, import_statement
from deploy.demo.till import fill_till
from deploy.office import Office
from deploy.story.facts import OPERATORS
from services.kit.clock import SHANGHAI

_SECONDS_MAX = 120.0
_CONTRACT_NODES = ("legal", "finance", "operations_vp", "sales_director")
_BUYS_SOFTWARE, _PAYS_AHEAD = 5, 6
"""Which of those on trial do."""
_IS_LATE, _PAYS_ELSEWHERE, _SAVES = 6, 10, 11
"""Of those with a contract: who skips the first month, who pays the first two to another bank, who has money in advance, too."""


class DemoFailed(Exception):
    """A job ended otherwise than done; the message says how."""


def progress(base_url: str) -> Literal["none", "begun", "made"]:
    """How much of the demo data is on this system, told by the first and the last customer that are added."""
    plan, office = _plan(), Office(base_url)
    try:
        if _is_there(office, plan.customers[-1]):
            return "made"
        return "begun" if _is_there(office, plan.of_tier("pool")[0]) else "none"
    finally:
        office.close()


def _is_there(office: Office, planned: Planned) -> bool:
    return bool(office.holder("sales_admin").client.get("/customers", q=planned.company.name)["items"])


def make(base_url: str, say: Callable[[str], None]) -> None:
    """Make all of it; the people must be there.

    :raises DemoFailed: if a job fails.
    :raises deploy.api_client.ApiProblem: if something is refused.
    :raises deploy.api_client.NotInTime: if something that must come by itself does not.
    """
    office = Office(base_url)
    try:
        Demo(office, _plan(), say).make()
    finally:
        office.close()


def _plan() -> Plan:
    return make_plan(datetime.now(SHANGHAI).date())


class Demo:
    """The making of one plan."""

    def __init__(self, office: Office, plan: Plan, say: Callable[[str], None]) -> None:
        self._office = office
        self._inboxes = Inboxes(office)
        self._plan = plan
        self._say = say
        self._prepaid: tuple[Scene, Prepaid]  # once one is sold in advance
        self._scenes = {tier: [Scene(office, planned) for planned in plan.of_tier(tier)] for tier in plan.tiers}

    def make(self) -> None:
        acts: tuple[tuple[str, Callable[[], None]], ...] = (
            ("公共池与沉默客户", self._let_customers_fall),
            ("客户、测试账号、合同与价格", self._win_customers),
            ("用量与账单", self._bill_the_months),
            ("对账、开票、到款、销账与计息", self._collect_the_months),
            ("到款池：待指派、部分销账与冲销", self._fill_till),
            ("进行中的流程", self._leave_work),
        )
        for name, act in acts:
            began = time.monotonic()
            act()
            self._say(f"演示数据：{name}  （{time.monotonic() - began:.1f} 秒）")

    def _let_customers_fall(self) -> None:
        pool, silent = self._scenes["pool"][:-2], self._scenes["silent"]
        for scene in pool:
            scene.add()
        self._run_job("funnel_sweep", pool[0].planned.added + timedelta(days=16))
        for scene in silent:
            scene.add()
        self._run_job("funnel_sweep", silent[0].planned.added + timedelta(days=16))
        self._run_job("funnel_sweep", pool[0].planned.added + timedelta(days=17) + relativedelta(months=3))

    def _win_customers(self) -> None:
        today, intent, trial, contract = self._plan.today, *(self._scenes[tier] for tier in ("intent", "trial", "contract"))
        for scene in (*intent, *trial, *contract):
            scene.add()
        for scene in intent:
            scene.log(today - timedelta(days=scene.number % 13), 1, follow_up_on=today + timedelta(days=2))
        self._open_test_accounts([*trial, *contract])
        for scene in trial:
            scene.log(today - timedelta(days=5 + scene.number % 20), 1)
        self._sign_contracts(contract)
        self._set_prices(contract)
        ahead = trial[_PAYS_AHEAD]
        self._prepaid = (ahead, self._sell_in_advance(ahead, ahead.planned.added + timedelta(days=3)))
        self._sell_in_advance(contract[_SAVES], self._plan.months[1] + timedelta(days=9))
        self._sell_software(trial[_BUYS_SOFTWARE])
        for number, month in enumerate(self._plan.months, start=1):
            for scene in contract:
                scene.log(month + timedelta(days=scene.number % 20), number)

    def _open_test_accounts(self, scenes: list[Scene]) -> None:
        def day(scene: Scene) -> date:
            return scene.planned.added + timedelta(days=2)

        for scene in scenes:
            scene.apply_for_test_account(day(scene))
        for role in ("lead", "risk_expert"):
            self._inboxes.approve("test_account", role, scenes, day)
        self._inboxes.approve(
            "test_account", "customer_care", scenes, day, entry=lambda scene: {"account_identifiers": scene.accounts}
        )
        self._inboxes.wait_until_in_force("test_account", scenes)

    def _sign_contracts(self, scenes: list[Scene]) -> None:
        def day(scene: Scene) -> date:
            return scene.planned.added + timedelta(days=6)

        for scene in scenes:
            scene.submit_contract(day(scene))
        for role in ("lead", *_CONTRACT_NODES):
            self._inboxes.approve("contract_review", role, scenes, day)
        self._inboxes.approve("contract_review", "owner", scenes, day, entry=Scene.stamped_scan)
        self._inboxes.wait_until_in_force("contract_review", scenes)

    def _set_prices(self, scenes: list[Scene]) -> None:
        def day(scene: Scene) -> date:
            return scene.planned.added + timedelta(days=8)

        for scene in scenes:
            scene.propose_price(day(scene))
        for role in ("lead", "sales_admin"):
            self._inboxes.approve("price_adjustment", role, scenes, day)
        self._inboxes.wait_until_in_force("price_adjustment", scenes)

    def _sell_in_advance(self, scene: Scene, day: date) -> Prepaid:
        """A product that is paid in advance: priced, and recharged once."""
        prepaid = scene.add_prepaid(day, f"{scene.planned.company.account}-p")
        tier = {"up_to": None, "unit_price": UNIT_PRICES["marketing_sms"]}
        scene.start(day, "price_adjustment", prepaid.product_id, price_form(day, "unified", [tier]))
        for role in ("lead", "sales_admin"):
            self._inboxes.approve("price_adjustment", role, [scene], lambda _: day)
        self._inboxes.wait_until_in_force("price_adjustment", [scene])
        scene.start(day, "recharge", prepaid.account_id, recharge_form(day, 200_000, "prepay"))
        self._inboxes.approve("recharge", "lead", [scene], lambda _: day)
        self._inboxes.approve("recharge", "finance", [scene], lambda _: day, entry=lambda _: {"paid_on": day.isoformat()})
        self._inboxes.approve("recharge", "customer_care", [scene], lambda _: day)
        self._inboxes.wait_until_in_force("recharge", [scene])
        return prepaid

    def _sell_software(self, scene: Scene) -> None:
        """Licences, sold once in the last month: its bill is a line without accounts."""
        day = self._plan.months[-1].replace(day=28)
        scene.start(day, "price_adjustment", scene.add_software(day), sale_form(day, "38000", 2))
        for role in ("lead", "sales_admin"):
            self._inboxes.approve("price_adjustment", role, [scene], lambda _: day)
        self._inboxes.wait_until_in_force("price_adjustment", [scene])

    def _bill_the_months(self) -> None:
        platform = self._messaging_platform()
        for index, month in enumerate(self._plan.months):
            self._report_usage(platform, index, month)
            self._run_billing(month)
        platform.close()

    def _messaging_platform(self) -> ApiClient:
        """Another system at the door: a service user, whose token lets it report usage and do nothing else."""
        admin = self._office.holder("admin").client
        user = admin.post("/users", {"login": "messaging-platform", "name": "短信平台", "is_service": True})
        token = admin.post("/tokens", {"name": "用量上报", "user_id": user["id"], "scopes": ["usage.report"]})
        platform = ApiClient(self._office.base_url)
        platform.use_token(token["token"])
        return platform

    def _report_usage(self, platform: ApiClient, index: int, month: date) -> None:
        lines = []
        for scene in self._scenes["contract"]:
            places = [(account, day, operator) for account in scene.accounts for day in (5, 12, 19, 26) for operator in OPERATORS]
            share, rest = divmod(scene.planned.monthly_quantity[index], len(places))
            lines += [
                _usage(account, month.replace(day=day), operator, share + (rest if number == 0 else 0))
                for number, (account, day, operator) in enumerate(places)
            ]
        # Two customers on trial send without a price: their bills are refused, with the reason.
        lines += [_usage(scene.accounts[0], month.replace(day=20), "CMCC", 300) for scene in self._scenes["trial"][:2]]
        if self._billed_on_trial(month):
            account = self._prepaid[1].account
            lines += [_usage(account, month.replace(day=day), "CMCC", 55_000) for day in (26, 27)]
        report = {"source": "demo", "report_id": f"demo-{month:%Y-%m}", "lines": lines}
        platform.post("/usage-reports", report)

    def _billed_on_trial(self, month: date) -> list[Scene]:
        """Who buys before its contract: messages in advance, and software; both in the last month."""
        trial = self._scenes["trial"]
        return [trial[_BUYS_SOFTWARE], trial[_PAYS_AHEAD]] if month == self._plan.months[-1] else []

    def _run_billing(self, month: date) -> None:
        clerk = self._office.holder("billing_expert").client
        with self._office.at(month + relativedelta(months=1)):
            self._watch(clerk, "/billing-runs", clerk.post("/billing-runs", {"month": f"{month:%Y-%m}"})["id"])
            # A month that was billed before these customers came (the story's) is made up for, customer by customer.
            billed = self._bills(month)
            for scene in (*self._scenes["contract"], *self._billed_on_trial(month)):
                if scene.customer_id not in billed:
                    body = {"month": f"{month:%Y-%m}", "customer_id": scene.customer_id}
                    self._watch(clerk, "/billing-runs", clerk.post("/billing-runs", body)["id"])

    def _bills(self, month: date) -> dict[str, Any]:
        """A month's bills, by customer."""
        clerk = self._office.holder("billing_expert").client
        return {bill["customer_id"]: bill for bill in clerk.every("/bills", month=f"{month:%Y-%m}", page_size=200)}

    def _collect_the_months(self) -> None:
        """Month after month, as the days go by: what was accrued before a statement turned up is corrected after it."""
        contract, (first, second, third, last) = self._scenes["contract"], self._plan.months
        set_rates(self._office, self._plan.months, self._plan.today)
        leave_out(self._office, contract[_IS_LATE], second)
        for month in (first, second):
            self._collect(month)
        accrue_months(self._run_job, (first, second, third))
        self._import_forgotten(last + timedelta(days=9))
        self._collect(third)
        accrue_months(self._run_job, (last,))
        self._leave_bills(last, self._plan.today)

    def _leave_bills(self, month: date, today: date) -> None:
        """Last month's bills stand wherever a first look may want to find one: open, being reconciled, reconciled, being
        invoiced; and what a balance has covered has earned its commission."""
        bills, paid_ahead = self._bills(month), self._scenes["trial"][_PAYS_AHEAD]
        stages = [[scene for scene in self._scenes["contract"] if scene.number % 5 >= least] for least in range(1, 5)]
        for scene in (*stages[0], paid_ahead):
            scene.reconcile(bills[scene.customer_id], today)
        agreed = [*stages[2], paid_ahead]
        self._inboxes.approve("reconciliation", "operations", [*stages[1], paid_ahead], lambda _: today)
        self._inboxes.approve("reconciliation", "finance", agreed, lambda _: today)
        self._inboxes.wait_until_in_force("reconciliation", agreed)
        for scene in stages[2]:
            scene.ask_for_invoice(bills[scene.customer_id], today)
        self._inboxes.approve("bill_invoice", "lead", stages[3], lambda _: today)

    def _collect(self, month: date) -> None:
        """A month's bills, all the way: reconciled, invoiced, and (by nearly all) paid and written off."""
        scenes, bills = self._scenes["contract"], self._bills(month)
        first = month + relativedelta(months=1)
        agreed, issued, paid, confirmed = (first + timedelta(days=days) for days in (3, 5, 19, 21))
        for scene in scenes:
            scene.reconcile(bills[scene.customer_id], agreed)
        for role in ("operations", "finance"):
            self._inboxes.approve("reconciliation", role, scenes, lambda _: agreed)
        self._inboxes.wait_until_in_force("reconciliation", scenes)
        for scene in scenes:
            scene.ask_for_invoice(bills[scene.customer_id], issued)
        self._inboxes.approve("bill_invoice", "lead", scenes, lambda _: issued)
        self._inboxes.approve(
            "bill_invoice", "finance", scenes, lambda _: issued,
            entry=lambda scene: {"invoice_number": f"24{month:%Y%m}{scene.number:06d}", "issued_on": issued.isoformat()},
        )  # fmt: skip  # one call's arguments
        payers = [scene for scene in scenes if scene not in self._missing_from(month)]
        lines = [self._paid(scene, month, paid, bills) for scene in payers]
        lines.append(Line(f"DEMO{month:%Y%m}9001", paid, "个人（现金缴存）", "860.00", remark=""))
        import_statement(self._office, paid + timedelta(days=1), f"到款-{month:%Y-%m}.csv", lines)
        # Who skips the first month is a month behind: the next receipt meets the older bill, or none, as the rules have it.
        self._inboxes.wait_for_tasks("write_off", [scene for scene in payers if scene is not scenes[_IS_LATE]])
        self._inboxes.approve("write_off", "owner", scenes, lambda _: confirmed)
        self._inboxes.wait_until_in_force("write_off", scenes)

    def _missing_from(self, month: date) -> list[Scene]:
        """Who is not among those who paid a month's bill to our first bank."""
        scenes, months = self._scenes["contract"], self._plan.months
        missing = {months[0]: (_IS_LATE, _PAYS_ELSEWHERE), months[1]: (_PAYS_ELSEWHERE,)}
        return [scenes[index] for index in missing.get(month, ())]

    def _paid(self, scene: Scene, month: date, day: date, bills: dict[str, Any], **more: str) -> Line:
        amount = bills[scene.customer_id]["amount"]
        return Line(f"DEMO{month:%Y%m}{scene.number:04d}", day, scene.planned.company.name, amount, **more)

    def _import_forgotten(self, day: date) -> None:
        """The second bank's statement, which had lain about: money that had come in time, and was thought to be late."""
        scene = self._scenes["contract"][_PAYS_ELSEWHERE]
        lines = [
            self._paid(scene, month, month + relativedelta(months=1, days=19), self._bills(month), bank_account=BRANCH_ACCOUNT)
            for month in self._plan.months[:2]
        ]
        import_statement(self._office, day, "到款-建设银行-补录.csv", lines)
        self._inboxes.wait_for_tasks("write_off", [scene])
        self._inboxes.approve("write_off", "owner", [scene], lambda _: day)
        self._inboxes.wait_until_in_force("write_off", [scene])

    def _fill_till(self) -> None:
        contract, today, month = self._scenes["contract"], self._plan.today, self._plan.months[-2]
        owing = [scene for scene in contract if scene.number % 5 >= 3]
        paid = self._paid(contract[0], month, month + relativedelta(months=1, days=19), self._bills(month))
        fill_till(self._office, self._inboxes, contract, owing, self._bills(self._plan.months[-1]), paid, today)

    def _leave_work(self) -> None:
        """Processes that wait at one node or another, and at last the customers whose owners gave them up."""
        today = self._plan.today
        leave_work(self._office, self._inboxes, self._scenes, self._prepaid, today)
        for scene in self._scenes["pool"][-2:]:
            scene.add()
            scene.release(scene.planned.added + timedelta(days=3))

    def _run_job(self, name: str, day: date) -> None:
        admin = self._office.desk("admin").client
        self._watch(admin, "/jobs", admin.post(f"/jobs/{name}", {"as_of": day.isoformat()})["id"])

    @staticmethod
    def _watch(client: Any, path: str, job_id: str) -> None:
        def ended() -> dict[str, Any] | None:
            job: dict[str, Any] = client.get(f"{path}/{job_id}")
            return job if job["state"] in ("done", "failed") else None

        job = wait_until(f"{path}/{job_id}", ended, seconds_max=_SECONDS_MAX)
        if job["state"] != "done":
            raise DemoFailed(f"{path}/{job_id}: {job['errors']}")


def _usage(account: str, day: date, operator: str, quantity: int) -> dict[str, Any]:
    return {"account": account, "day": day.isoformat(), "operator": operator, "quantity": quantity}
