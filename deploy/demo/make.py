"""Makes the demo data: five acts, each customer's owner at work beside the others."""

import csv
import io
import threading
import time
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from dateutil.relativedelta import relativedelta

from deploy.api_client import wait_until
from deploy.demo.plan import Plan, Planned, make_plan
from deploy.demo.scenes import Scene
from deploy.office import Office
from deploy.people import PEOPLE
from deploy.story.facts import OPERATORS
from services.kit.clock import SHANGHAI

_BANK_ACCOUNT = "1001244509016612345"
_JOB_SECONDS_MAX = 120.0


class DemoFailed(Exception):
    """Some of the data could not be made; the first reason is the cause."""


def was_made(base_url: str) -> bool:
    """Whether demo data was made on this system: the last customer of the plan is added last."""
    office = Office(base_url)
    try:
        last = _plan().customers[-1].company.name
        return bool(office.holder("sales_admin").client.get("/customers", q=last)["items"])
    finally:
        office.close()


def make(base_url: str, say: Callable[[str], None]) -> None:
    """Make all of it; the people must be there.

    :raises DemoFailed: if something did not go as planned.
    """
    office = Office(base_url)
    office.sign_in(person.login for person in PEOPLE)
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
        self._plan = plan
        self._say = say
        self._scenes = {planned.company.number: Scene(office, planned) for planned in plan.customers}

    def make(self) -> None:
        acts: tuple[tuple[str, Callable[[], None]], ...] = (
            ("公共池与沉默客户", self._let_customers_fall),
            ("客户、测试账号、合同与价格", self._win_customers),
            ("用量与账单", self._bill_the_months),
            ("对账、开票、到款与销账", self._collect_the_months),
            ("进行中的流程", self._leave_work),
        )
        for name, act in acts:
            began = time.monotonic()
            act()
            self._say(f"演示数据：{name}  （{time.monotonic() - began:.1f} 秒）")

    def _let_customers_fall(self) -> None:
        pool, silent = self._plan.of_tier("pool")[:-2], self._plan.of_tier("silent")
        self._each(pool, Scene.add)
        self._sweep(pool[0].added + timedelta(days=16))
        self._each(silent, Scene.add)
        self._sweep(silent[0].added + timedelta(days=16))
        self._sweep(pool[0].added + timedelta(days=17) + relativedelta(months=3))

    def _win_customers(self) -> None:
        self._each([*self._plan.of_tier("intent"), *self._plan.of_tier("trial"), *self._plan.of_tier("contract")], self._win)

    def _win(self, scene: Scene) -> None:
        planned, today = scene.planned, self._plan.today
        scene.add()
        match planned.tier:
            case "intent":
                scene.log(today - timedelta(days=planned.company.number % 13), 1, follow_up_on=today + timedelta(days=2))
            case "trial":
                scene.open_test_account(planned.added + timedelta(days=3))
                scene.log(today - timedelta(days=5 + planned.company.number % 20), 1)
            case "contract":
                scene.open_test_account(planned.added + timedelta(days=2))
                scene.sign_contract(planned.added + timedelta(days=6))
                scene.set_price(planned.added + timedelta(days=8))
                for number, month in enumerate(self._plan.months, start=1):
                    scene.log(month + timedelta(days=planned.company.number % 20), number)

    def _bill_the_months(self) -> None:
        for index, month in enumerate(self._plan.months):
            self._report_usage(index, month)
            self._run_billing(month)

    def _report_usage(self, index: int, month: date) -> None:
        lines = []
        for planned in self._plan.of_tier("contract"):
            scene = self._scenes[planned.company.number]
            places = [(account, day, operator) for account in scene.accounts for day in (5, 12, 19, 26) for operator in OPERATORS]
            share, rest = divmod(planned.monthly_quantity[index], len(places))
            lines += [
                {
                    "account": account,
                    "day": month.replace(day=day).isoformat(),
                    "operator": operator,
                    "quantity": share + (rest if number == 0 else 0),
                }
                for number, (account, day, operator) in enumerate(places)
            ]
        # Two customers on trial send without a price: their bills are refused, with the reason.
        lines += [
            {"account": self._scenes[planned.company.number].accounts[0], "day": month.replace(day=20).isoformat(),
             "operator": "CMCC", "quantity": 300}
            for planned in self._plan.of_tier("trial")[:2]
        ]  # fmt: skip  # a line of the report a line
        report = {"source": "demo", "report_id": f"demo-{month:%Y-%m}", "lines": lines}
        self._office.holder("billing_expert").client.post("/usage-reports", report)

    def _run_billing(self, month: date) -> None:
        clerk = self._office.holder("billing_expert").client
        with self._office.at(month + relativedelta(months=1)):
            run = clerk.post("/billing-runs", {"month": f"{month:%Y-%m}"})
            ended = wait_until(
                f"the billing run of {month:%Y-%m}",
                lambda: (shown := clerk.get(f"/billing-runs/{run['id']}"))["state"] in ("done", "failed") and shown,
                seconds_max=_JOB_SECONDS_MAX,
            )
            if ended["state"] != "done":
                raise DemoFailed(f"the billing run of {month:%Y-%m}: {ended['errors']}")
        # A month that was billed before these customers came (the story's) is made up for, customer by customer.
        self._each(self._plan.of_tier("contract"), partial(self._generate, month=month))

    def _generate(self, scene: Scene, month: date) -> None:
        if scene.bill_of(month) is None:
            with scene.office.at(month + relativedelta(months=1)):
                scene.sales.client.post("/billing-runs", {"month": f"{month:%Y-%m}", "customer_id": scene.customer_id})
            wait_until(f"the bill of {scene.planned.company.name}", lambda: scene.bill_of(month), seconds_max=_JOB_SECONDS_MAX)

    def _collect_the_months(self) -> None:
        customers = self._plan.of_tier("contract")
        for month in self._plan.months[:-1]:
            next_month = month + relativedelta(months=1)
            self._each(customers, partial(self._settle, month=month))
            self._import_receipts(customers, month, next_month + timedelta(days=19))
            self._each(customers, partial(self._confirm, month=month))
        # Last month's bills stand wherever a first look may want to find one.
        last = self._plan.months[-1]
        self._each(customers, lambda scene: self._settle(scene, last, approvals=scene.planned.company.number % 5))

    def _settle(self, scene: Scene, month: date, *, approvals: int = 4) -> None:
        bill = scene.bill_of(month)
        assert bill is not None, "every contract customer has usage and a price"
        day = min(month + relativedelta(months=1) + timedelta(days=4), self._plan.today)
        if approvals > 0:
            scene.reconcile(bill, day, approvals=min(2, approvals - 1) if approvals < 4 else 2)
        if approvals >= 3:
            scene.invoice(bill, day, approvals=2 if approvals > 3 else 1)

    def _import_receipts(self, customers: Iterable[Planned], month: date, day: date) -> None:
        text = io.StringIO()
        rows = csv.writer(text)
        rows.writerow(["收款账号", "流水号", "到款时间", "付款人", "付款账号", "金额", "备注"])
        for planned in customers:
            if not self._pays(planned, month):
                continue
            bill = self._scenes[planned.company.number].bill_of(month)
            assert bill is not None, "it was reconciled above"
            reference = f"DEMO{month:%Y%m}{planned.company.number:04d}"
            rows.writerow([_BANK_ACCOUNT, reference, f"{day} 09:30:00", planned.company.name, "", bill["amount"], "短信费"])
        rows.writerow([_BANK_ACCOUNT, f"DEMO{month:%Y%m}9001", f"{day} 10:10:00", "个人（现金缴存）", "", "860.00", ""])
        with self._office.at(day + timedelta(days=1)):
            self._office.holder("finance").client.upload(
                "/receipt-imports", f"到款-{month:%Y-%m}.csv", text.getvalue().encode(), mapping="generic"
            )

    @staticmethod
    def _pays(planned: Planned, month: date) -> bool:
        """Nearly all pay a month's bill the month after; one customer in seven is late with every third."""
        return not (planned.company.number % 7 == 0 and month.month % 3 == 0)

    def _confirm(self, scene: Scene, month: date) -> None:
        if self._pays(scene.planned, month):
            bill = scene.bill_of(month)
            assert bill is not None, "it was paid above"
            if Decimal(bill["amount"]) > 0:
                scene.confirm_write_off(bill, month + relativedelta(months=1) + timedelta(days=21))

    def _leave_work(self) -> None:
        today = self._plan.today
        intent, trial = self._plan.of_tier("intent"), self._plan.of_tier("trial")
        for approvals, planned in enumerate(intent[:3]):
            self._scenes[planned.company.number].open_test_account(today, approvals=approvals)
        for approvals, planned in enumerate(trial[2:5], start=1):
            self._scenes[planned.company.number].sign_contract(today, approvals=approvals)
        self._scenes[trial[5].company.number].set_price(today, approvals=1)
        fallen = self._scenes[self._plan.of_tier("pool")[0].company.number]
        with self._office.at(today):
            claimant = self._office.desk(trial[0].owner)
            claimant.start("claim_customer", fallen.customer_id, {"reason": "客户主动来电，有新的通知短信需求。"})
        for planned in self._plan.of_tier("pool")[-2:]:
            scene = self._scenes[planned.company.number]
            scene.add()
            with self._office.at(planned.added + timedelta(days=3)):
                scene.sales.client.post(f"/customers/{scene.customer_id}/release", {"reason": "暂无短信需求，释放至公共池。"})

    def _sweep(self, day: date) -> None:
        admin = self._office.desk("admin").client
        job = admin.post("/jobs/funnel_sweep", {"as_of": day.isoformat()})
        ended = wait_until(
            f"the sweep of {day}",
            lambda: (shown := admin.get(f"/jobs/{job['id']}"))["state"] in ("done", "failed") and shown,
            seconds_max=_JOB_SECONDS_MAX,
        )
        if ended["state"] != "done":
            raise DemoFailed(f"the sweep of {day}: {ended['errors']}")

    def _each(self, customers: Iterable[Planned], action: Callable[[Scene], None]) -> None:
        """Do something with each customer: each owner's one after the other, the owners beside each other."""
        by_owner: dict[str, list[Scene]] = {}
        for planned in customers:
            by_owner.setdefault(planned.owner, []).append(self._scenes[planned.company.number])
        failures: list[Exception] = []

        def work(scenes: list[Scene]) -> None:
            office = self._office.branch()
            try:
                for scene in scenes:
                    scene.office = office
                    action(scene)
                    scene.office = self._office
            except Exception as failure:  # told by the thread that waits for this one
                failures.append(failure)
            finally:
                office.close()

        threads = [threading.Thread(target=work, args=(scenes,)) for scenes in by_owner.values()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise DemoFailed(str(failures[0])) from failures[0]
