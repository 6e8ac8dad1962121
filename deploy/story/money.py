"""Steps 8 and 9: the invoice, the money, and what it earns."""

import csv
import io
from decimal import Decimal
from typing import Any

from deploy.api_client import wait_until
from deploy.story.checks import Checks
from deploy.story.facts import CUSTOMER, INVOICE_NUMBER_PREFIX, bill_amount, commission, cost
from deploy.story.stage import Stage

_STRANGER = "上海不知名贸易商行"
_WORDS = "满足条件: 自动销账 等于 1 系统自动通过"


def invoice(stage: Stage) -> str:
    """8. 账单开票: an amount that differs is refused; finance enters number and date."""
    check = Checks("8 开票")
    day = stage.calendar.first_of_this_month
    stage.invoice_number = f"{INVOICE_NUMBER_PREFIX}{stage.calendar.month.replace('-', '')}{stage.customer_id[-8:].upper()}"
    form: dict[str, Any] = {"invoice_type": "special", "delivery": "电子发票，发至 gu.xiaolan@yunfan.example"}
    with stage.office.at(stage.calendar.at(day, 11)):
        wrong = {**form, "bills": [{"bill_id": stage.bill_id, "amount": str(bill_amount() - 1)}]}
        check.refused(
            "金额与账单不符", 422, stage.sales.client, "POST", "/processes",
            {"code": "bill_invoice", "subject_id": stage.customer_id, "form": wrong},
        )  # fmt: skip  # one call's arguments
        right = {**form, "bills": [{"bill_id": stage.bill_id, "amount": str(bill_amount())}]}
        process = stage.sales.start("bill_invoice", stage.customer_id, right)
        stage.wait_for_messages(stage.lead, "processes.todo.bill_invoice")
        stage.lead.approve(process)
        finance = stage.holder("finance")
        stage.wait_for_messages(finance, "processes.todo.bill_invoice")
        finance.approve(process, form={"invoice_number": stage.invoice_number, "issued_on": day.isoformat()})
        stage.sales.wait_until_in_force(process)
    (issued,) = stage.sales.client.get("/invoices", customer_id=stage.customer_id)["items"]
    check.equal("发票", ("issued", stage.invoice_number), (issued["state"], issued["number"]))
    check.equal("发票金额", bill_amount(), Decimal(issued["amount"]))
    stage.wait_for_messages(stage.sales, "invoices")
    return f"金额不符的申请被退回填写人；增值税专用发票 {issued['number']}，{issued['amount']} 元，财务已开具"


def collect(stage: Stage) -> str:
    """9. The day's receipts are imported; 销账 starts by itself, sales confirms; the bill is closed and commission earned."""
    check = Checks("9 到款与销账")
    day = stage.calendar.first_of_this_month
    before = _profit(stage)
    with stage.office.at(stage.calendar.at(day, 15)):
        finance = stage.holder("finance").client
        content = _bank_file(stage)
        report = finance.upload("/receipt-imports", f"到款-{day}.csv", content, mapping="generic")
        check.equal("导入结果", (2, 0, 1), (report["new"], report["known"], report["wrong"]))
        again = finance.upload("/receipt-imports", f"到款-{day}-重复.csv", content, mapping="generic")
        check.equal("重复导入", (0, 2, 1), (again["new"], again["known"], again["wrong"]))
        process = wait_until("自动发起的销账", lambda: _write_off(stage))
        page = stage.sales.process(process) or {}
        passed = {entry["node"]["code"]: entry["opinion"] for entry in page["history"] if entry["action"] == "passed"}
        check.equal("系统自动通过", dict.fromkeys(("start", "sales_director", "finance"), _WORDS), passed)
        stage.wait_for_messages(stage.sales, "receipts.matched", "receipts.write_off", "processes.todo.write_off")
        admin = stage.holder("sales_admin").client
        wait_until("销管得知无主到款", lambda: admin.get("/messages", place="receipts.unmatched", q=_STRANGER)["items"])
        stage.sales.approve(process, opinion="款项无误，确认销账。")
        stage.sales.wait_until_in_force(process)
    receivable = stage.sales.client.get(f"/receivables/{stage.bill_id}")
    check.equal("应收余额", (Decimal("0.00"), "settled"), (Decimal(receivable["outstanding"]), receivable["state"]))
    wait_until("账单关闭", lambda: stage.sales.client.get(f"/bills/{stage.bill_id}")["state"] == "closed")
    entry = wait_until("提成", lambda: _commission(stage))
    check.equal("成本", cost(), Decimal(entry["cost"]))
    check.equal("提成金额", commission(), Decimal(entry["amount"]))
    after = _profit(stage)
    check.equal("利润曲线", bill_amount() - cost(), after[0] - before[0])
    check.equal("提成曲线", commission(), after[1] - before[1])
    stage.wait_for_messages(stage.sales, "bills.closed", "commission")
    return (
        f"到款 {bill_amount():,} 元按付款人名称匹配，销账自动发起，前三个节点“{_WORDS}”；{stage.sales.name} 确认后账单关闭，"
        f"提成 ({bill_amount():,} - {cost():,}) x 10% = {commission():,} 元，利润曲线上升 {bill_amount() - cost():,} 元"
    )


def _bank_file(stage: Stage) -> bytes:
    serial = f"{stage.calendar.first_of_this_month:%Y%m%d}{stage.customer_id[-8:].upper()}"
    moment = f"{stage.calendar.first_of_this_month:%Y-%m-%d} 14:26:31"
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["收款账号", "流水号", "到款时间", "付款人", "付款账号", "金额", "备注"])
    rows.writerow(
        ["1001244509016612345", f"{serial}01", moment, CUSTOMER, "1001281209016888123", str(bill_amount()), "短信服务费"]
    )
    rows.writerow(["1001244509016612345", f"{serial}02", moment, _STRANGER, "6222021001099887766", "1280.00", "货款"])
    rows.writerow(["1001244509016612345", f"{serial}03", moment, "金额写错的公司", "", "一千元", ""])
    return text.getvalue().encode("gb18030")


def _write_off(stage: Stage) -> str | None:
    rows = stage.sales.client.get("/processes", box="todo", code="write_off", customer_id=stage.customer_id)["items"]
    return str(rows[0]["id"]) if rows else None


def _commission(stage: Stage) -> dict[str, Any] | None:
    month = f"{stage.calendar.first_of_this_month:%Y-%m}"
    statement = stage.sales.client.get("/commission-statements", month=month)
    return next((entry for entry in statement["entries"] if entry["bill_id"] == stage.bill_id), None)


def _profit(stage: Stage) -> tuple[Decimal, Decimal]:
    """Profit and commission of this month to date, as the dashboard shows them to sales."""
    drawn = stage.sales.client.get("/dashboard", month=f"{stage.calendar.first_of_this_month:%Y-%m}")
    month = drawn["profit_and_commission"]["month"]
    return Decimal(month["profit"]), Decimal(month["commission"])
