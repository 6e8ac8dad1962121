"""Steps 4 to 7: from a price to receivables."""

from decimal import Decimal
from functools import partial
from typing import Any

from deploy.api_client import wait_until
from deploy.story.checks import Checks
from deploy.story.facts import (
    ACCOUNTS,
    QUANTITY_BY_EVENT,
    QUANTITY_BY_FILE,
    TIERS,
    bill_amount,
    bill_lines,
    spread,
)
from deploy.story.stage import OTHER_SALES, Stage
from deploy.story.usage import SOURCE, report_by_event, usage_file


def adjust_the_price(stage: Stage) -> str:
    """4. 销售调价, tiered with six decimals; the sales director's node passes by itself; the product has a price."""
    check = Checks("4 销售调价")
    valid_from = stage.calendar.day(1).isoformat()
    valid_to = stage.calendar.first_of_this_month.replace(year=stage.calendar.first_of_this_month.year + 1).isoformat()
    form = {"valid_from": valid_from, "valid_to": valid_to, "kind": "tiered", "reason": "按合同约定的阶梯价"}
    with stage.office.at(stage.calendar.at(stage.calendar.day(6), 10)):
        falling = [{"segment": None, "tiers": [TIERS[1], TIERS[0], TIERS[2]]}]
        problem = check.refused(
            "上限不递增的价格", 422, stage.sales.client, "POST", "/processes",
            {"code": "price_adjustment", "subject_id": stage.product_id, "form": {**form, "prices": falling}},
        )  # fmt: skip  # one call's arguments
        check.true("指出是哪一档", any("tiers" in error["field"] for error in problem.problem["errors"]))
        process = stage.sales.start("price_adjustment", stage.product_id, {**form, "prices": [{"segment": None, "tiers": TIERS}]})
        stage.wait_for_messages(stage.lead, "processes.todo.price_adjustment")
        stage.lead.approve(process)
        stage.wait_for_messages(stage.holder("sales_admin"), "processes.todo.price_adjustment")
        stage.holder("sales_admin").approve(process, opinion="价格已核对。")
    page = stage.sales.wait_until_in_force(process)
    passed = [entry["node"]["code"] for entry in page["history"] if entry["action"] == "passed"]
    check.equal("系统自动通过的节点", ["sales_director"], passed)
    prices = wait_until("生效的价格", lambda: stage.sales.client.get(f"/products/{stage.product_id}/prices")["items"])
    check.equal("价格来源", [process], [price["process_id"] for price in prices])
    check.equal("阶梯", TIERS, prices[0]["prices"][0]["tiers"])
    check.equal("有效期", (valid_from, valid_to), (prices[0]["valid_from"], prices[0]["valid_to"]))
    stage.wait_for_messages(stage.sales, "customers.prices")
    shown = "，".join(f"{tier['up_to'] or '以上'}: {tier['unit_price']}" for tier in TIERS)
    return f"阶梯价（{shown}）自 {valid_from} 生效；未低于底价，事业部总节点由系统自动通过"


def report_usage(stage: Stage) -> str:
    """5. The messaging platform reports the month: one account by events, the other by a file; a repetition counts once."""
    check = Checks("5 用量上报")
    month_days = [stage.calendar.day(number) for number in range(7, stage.calendar.last_day.day + 1)]
    half = len(month_days) // 2
    by_event = spread(QUANTITY_BY_EVENT, month_days)
    early = [line for line in by_event if line[0] in month_days[:half]]
    late = [line for line in by_event if line[0] not in month_days[:half]]
    prefix = f"{stage.calendar.month}-{stage.customer_id[-12:]}"
    report_by_event(stage.amqp_url, f"{prefix}-1", ACCOUNTS[0], early)
    report_by_event(stage.amqp_url, f"{prefix}-2", ACCOUNTS[0], late)
    report_by_event(stage.amqp_url, f"{prefix}-2", ACCOUNTS[0], late)
    clerk = stage.holder("billing_expert").client
    content = usage_file(ACCOUNTS[1], spread(QUANTITY_BY_FILE, month_days))
    for repeated in (False, True):
        taken = clerk.upload(
            "/usage-imports", f"用量-{stage.calendar.month}.csv", content, source=SOURCE, report_id=f"{prefix}-file"
        )
        done = wait_until("用量文件", partial(_counted, clerk, taken["id"]))
        check.equal("用量文件", "counted", done["state"])
        check.equal("重复导入", repeated, done["result"]["repeated"])
    expected = {ACCOUNTS[0]: QUANTITY_BY_EVENT, ACCOUNTS[1]: QUANTITY_BY_FILE}
    wait_until("全部用量入账", lambda: _usage(stage) == expected)
    bus = stage.amqp_url.partition("://")[0]
    return (
        f"{stage.calendar.month}：{ACCOUNTS[0]} 由外部 AMQP 客户端（{bus}）发布事件，{QUANTITY_BY_EVENT:,} 条；"
        f"{ACCOUNTS[1]} 由 CSV 文件导入，{QUANTITY_BY_FILE:,} 条；重复上报只计一次"
    )


def _counted(clerk: Any, import_id: str) -> dict[str, Any] | None:
    found: dict[str, Any] = clerk.get(f"/usage-imports/{import_id}")
    return None if found["state"] == "queued" else found


def _usage(stage: Stage) -> dict[str, int]:
    sums: dict[str, int] = {}
    for row in stage.sales.client.every("/usage", customer_id=stage.customer_id, month=stage.calendar.month, page_size=200):
        sums[row["account"]] = sums.get(row["account"], 0) + row["quantity"]
    return sums


def run_the_billing(stage: Stage) -> str:
    """6. On the first of the month the billing run makes the bill, and says why the other product got none."""
    check = Checks("6 出账")
    clerk = stage.holder("billing_expert").client
    with stage.office.at(stage.calendar.at(stage.calendar.first_of_this_month, 9)):
        run = clerk.post("/billing-runs", {"month": stage.calendar.month})
        done = wait_until("出账", lambda: _ended(clerk.get(f"/billing-runs/{run['id']}")), seconds_max=120)
        check.equal("出账任务", "done", done["state"])
        (bill,) = wait_until("账单", lambda: stage.sales.client.get("/bills", customer_id=stage.customer_id)["items"])
    stage.bill_id, stage.bill_number = bill["id"], bill["number"]
    check.equal("账单金额", bill_amount(), Decimal(bill["amount"]))
    check.equal("账单数量", QUANTITY_BY_EVENT + QUANTITY_BY_FILE, bill["quantity"])
    detail = stage.sales.client.get(f"/bills/{stage.bill_id}")
    lines = [(line["quantity"], Decimal(line["amount"])) for line in detail["lines"]]
    check.equal("各档金额", bill_lines(), lines)
    shares = {share["identifier"]: Decimal(share["amount"]) for share in detail["accounts"]}
    check.equal("分账号金额合计", bill_amount(), sum(shares.values(), Decimal("0.00")))
    check.equal("分账号", sorted(ACCOUNTS), sorted(shares))
    check.refused("他人查看账单", 404, stage.office.desk(OTHER_SALES).client, "GET", f"/bills/{stage.bill_id}")
    refusals = stage.sales.client.get("/bill-refusals", customer_id=stage.customer_id, month=stage.calendar.month)["items"]
    check.equal("未出账原因", [(stage.idle_product_id, "no_usage")], [(row["product_id"], row["reason"]) for row in refusals])
    stage.wait_for_messages(stage.sales, "bills.open", "bills.refused")
    return (
        f"{stage.bill_number}：{bill['quantity']:,} 条，{bill_amount():,} 元，与手工核算一致；"
        f"{refusals[0]['product_name']}未出账：{refusals[0]['words_zh']}"
    )


def _ended(job: dict[str, Any]) -> dict[str, Any] | None:
    return job if job["state"] in ("done", "failed") else None


def reconcile(stage: Stage) -> str:
    """7. Sales downloads the statement and starts 对账; operations and finance agree; the bill is a receivable."""
    check = Checks("7 对账")
    api = stage.sales.client
    with stage.office.at(stage.calendar.at(stage.calendar.first_of_this_month, 10)):
        statement = api.post("/statements", {"bill_ids": [stage.bill_id]})
        made = wait_until("对账单", lambda: _ended(api.get(f"/statements/{statement['id']}")), seconds_max=60)
        check.equal("对账单", "done", made["state"])
        pdf = api.download(f"/statements/{statement['id']}.pdf")
        check.true("对账单是 PDF", pdf.startswith(b"%PDF-") and b"%%EOF" in pdf[-1024:])
        check.true("用量明细是 xlsx", api.download(f"/statements/{statement['id']}.xlsx").startswith(b"PK"))
        path = stage.folder / f"对账单-{stage.calendar.month}.pdf"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pdf)
        process = stage.sales.start("reconciliation", stage.customer_id, {"bill_ids": [stage.bill_id], "remarks": "客户已确认。"})
        check.equal("对账中", "reconciling", api.get(f"/bills/{stage.bill_id}")["state"])
        problem = check.refused(
            "同一账单不能再次对账", 422, api, "POST", "/processes",
            {"code": "reconciliation", "subject_id": stage.customer_id, "form": {"bill_ids": [stage.bill_id]}},
        )  # fmt: skip  # one call's arguments
        check.true("指出是哪张账单", any("bill_ids" in error["field"] for error in problem.problem["errors"]))
        for role in ("billing_expert", "audit_expert"):
            stage.wait_for_messages(stage.holder(role), "processes.todo.reconciliation")
        stage.holder("billing_expert").approve(process, opinion="数量与平台一致。")
        stage.wait_for_messages(stage.holder("finance"), "processes.todo.reconciliation")
        stage.holder("finance").approve(process)
        stage.sales.wait_until_in_force(process)
    check.equal("账单状态", "reconciled", api.get(f"/bills/{stage.bill_id}")["state"])
    receivable = wait_until("应收", lambda: _receivable(stage))
    check.equal("应收金额", bill_amount(), Decimal(receivable["outstanding"]))
    stage.wait_for_messages(stage.sales, "bills.reconciled")
    return (
        f"对账单 PDF（{len(pdf) // 1024} KB，{path}）与用量明细已下载；计费专家核对、财务同意；"
        f"应收 {receivable['outstanding']} 元，{receivable['due_on']} 到期"
    )


def _receivable(stage: Stage) -> dict[str, Any] | None:
    items = stage.sales.client.get("/receivables", customer_id=stage.customer_id)["items"]
    return items[0] if items else None
