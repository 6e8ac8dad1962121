"""What was done wrong is taken back, from the page of what is wrong: each kind of 冲销申请 (workflow.md)."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import choose, enter_date, fill
from tests.browser.screens import Screens, approve, begin_for, begun, in_force, send, settled, show
from tests.e2e.company import Company
from tests.e2e.starts import RECHARGE_TURNS, WRITE_OFF_TURNS


def reverse(
    screens: Screens, about: str, page: Page, kind: str, target: str, enter: Callable[[Locator], Any] | None = None, **more: str
) -> None:
    """Say why, on the form that knows already what is reversed; the lead and finance agree."""
    form = begun(page, "冲销申请")
    for label, chosen in (("冲销类型", kind), ("冲销对象", target)):
        expect(form.locator(".form-field").filter(has_text=label)).to_contain_text(chosen)
    fill(form, 冲销原因="录入有误，客户已确认。", **more)
    send(page)
    approve(screens.lead, about, "同意冲销。")
    finance = screens.holder("finance")
    approve(finance, about, "已核对。", enter)
    in_force(finance)


def test_a_part_of_a_balance_is_paid_back(screens: Screens, company: Company) -> None:
    kept = company.customer(mode="prepaid")
    company.archive("recharge", kept.account_id, company.recharge_form(), *RECHARGE_TURNS)
    page = screens.sales
    show(page, f"/balances?account={kept.account_id}")
    page.get_by_role("dialog", name=kept.account).get_by_role("link", name="申请退款").click()
    reverse(screens, kept.name, page, "预付款退款", f"{kept.account} · 预付余额 ¥500.00", 退款金额="200")
    show(page, f"/balances?account={kept.account_id}")
    ledger = page.get_by_role("dialog", name=kept.account)
    expect(ledger.get_by_role("row", name="退款")).to_contain_text("200.00")
    expect(ledger).to_contain_text("¥300.00")


def test_a_recharge_of_the_wrong_account_is_taken_back(screens: Screens, company: Company) -> None:
    kept = company.customer(mode="prepaid")
    company.archive("recharge", kept.account_id, company.recharge_form(), *RECHARGE_TURNS)
    page = screens.sales
    form = begin_for(page, kept.id, "冲销申请")
    choose(form, "冲销类型", "充值")
    choose(form, "冲销对象", kept.account)
    reverse(screens, kept.name, page, "充值", kept.account)
    show(page, f"/balances?account={kept.account_id}")
    ledger = page.get_by_role("dialog", name=kept.account)
    expect(ledger.get_by_role("row", name="更正")).to_contain_text("-500.00")
    expect(ledger).to_contain_text("¥0.00")


def test_an_invoice_is_made_red(screens: Screens, company: Company) -> None:
    """Finance enters the number of the red one."""
    kept = company.customer()
    number, red = company.number(), company.number("red_")["red_number"]
    asked = {"amount_received": "500.00", "invoice_amount": "500.00", "invoice_type": "ordinary", "remarks": "预收"}
    company.archive("no_bill_invoice", kept.id, asked, ("lead", {}), ("finance", number))
    (invoice,) = company.items("/invoices", customer_id=kept.id)
    page = screens.sales
    show(page, f"/invoices/{invoice['id']}")
    page.get_by_role("link", name="红冲").click()

    def enter(panel: Locator) -> None:
        fill(panel, 红字发票号码=red)
        enter_date(panel, "红字发票日期", company.today)

    reverse(screens, kept.name, page, "发票", number["invoice_number"], enter)
    show(page, f"/invoices/{invoice['id']}")
    expect(page.locator(".page-head")).to_contain_text("已红冲")
    page.get_by_role("link", name=red).click()
    settled(page)
    expect(page.locator("#main")).to_contain_text("-¥500.00")


def test_a_bill_is_voided(screens: Screens, company: Company) -> None:
    kept = company.customer()
    item = {"name": "话费充值卡", "quantity": 100, "purchase_price": "9.5", "sale_price": "10"}
    order = {"supplier": "上海供货有限公司", "items": [item], "delivery": "电子卡密"}
    company.archive("ecommerce_order", kept.id, order, ("lead", {}), ("resource", {}), ("finance", {}))
    (bill,) = company.items("/bills", customer_id=kept.id)
    page = screens.sales
    show(page, f"/bills/{bill['id']}")
    page.get_by_role("link", name="冲销账单").click()
    reverse(screens, kept.name, page, "账单", bill["number"])
    show(page, f"/bills/{bill['id']}")
    expect(page.locator(".page-head")).to_contain_text("已作废")
    expect(page.get_by_role("link", name="冲销账单")).to_have_count(0)


def test_a_write_off_is_undone(screens: Screens, company: Company) -> None:
    """The bill is owed again, the money is free again."""
    kept = company.customer()
    bill = company.bill(kept)
    company.reconcile(kept, bill)
    receipt = company.receipt(kept, "300.00")
    pair = {"receipt_id": receipt["id"], "bill_id": bill["id"], "amount": "300.00"}
    settled_by = company.archive("write_off", kept.id, {"pairs": [pair]}, *WRITE_OFF_TURNS)
    page = screens.sales
    show(page, f"/write-offs/{settled_by}")
    page.get_by_role("link", name="申请冲销").click()
    reverse(screens, kept.name, page, "销账", "¥300.00")
    show(page, f"/write-offs/{settled_by}")
    expect(page.get_by_text("此销账已被冲销")).to_be_visible()
    show(page, f"/receipts/{receipt['id']}")
    expect(page.get_by_role("link", name="手动销账")).to_be_visible()
    show(page, f"/receivables/{bill['id']}")
    expect(page.locator("#main")).to_contain_text("¥420.00")
