"""Each process of the catalogue (workflow.md) from its start to its effect, by the right people; owners tell what came of it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from deploy.api_client import wait_until
from tests.e2e import starts
from tests.e2e.company import Company, Form, Kept, Turn
from tests.e2e.starts import RECHARGE_TURNS, WRITE_OFF_TURNS, Start

LEAD_FINANCE: Final[tuple[Turn, ...]] = (("lead", {}), ("finance", {}))


def walk(company: Company, start: Start, *turns: Turn) -> str:
    return company.archive(start.code, start.subject_id, start.form, *turns)


def claim_customer(company: Company) -> None:
    start = starts.claim_customer(company)
    walk(company, start, ("lead", {}), ("sales_admin", {}))
    claimed = company.found(f"/customers/{start.subject_id}") or {}
    assert (claimed["owner_name"], claimed["tier"]) == (company.sales.name, "silent")


def test_account(company: Company) -> None:
    start = starts.test_account(company)
    identifier = f"walk-{start.subject_id}"
    care = "customer_care", {"account_identifiers": [identifier]}
    walk(company, start, ("lead", {}), ("risk_expert", {}), care)
    (opened,) = [each for each in company.items(f"/products/{start.subject_id}/accounts") if each["identifier"] == identifier]
    assert (opened["status"], opened["signature"], opened["interface"]) == ("trial", "签名", "http")
    customer = company.found(f"/customers/{opened['customer_id']}") or {}
    assert (customer["tier"], customer["owner_name"]) == ("trial", company.sales.name)


def contract_review(company: Company) -> None:
    """The renewal of an auto-renewing contract with unchanged terms passes legal, finance and operations_vp by condition."""
    start = starts.contract_review(company)
    form = {**start.form, "is_auto_renewing": True, "amount": "1000.00", "monthly_volume": 500}
    nodes = ("lead", "legal", "finance", "operations_vp", "sales_director")
    first = company.archive("contract_review", start.subject_id, form, *((node, {}) for node in nodes), _scan(company))
    assert company.passed(first) == []
    (contract,) = company.items("/contracts", customer_id=start.subject_id)
    assert (contract["state"], contract["amount"], len(contract["stamped_scan"])) == ("in_force", "1000.00", 1)
    assert (company.found(f"/customers/{start.subject_id}") or {})["tier"] == "contract"
    term = {"valid_from": company.day(365), "valid_to": company.day(729), "renews_contract_id": contract["id"]}
    renewal = {**form, **term, "draft": [company.paper()]}
    again = company.archive("contract_review", start.subject_id, renewal, ("lead", {}), ("sales_director", {}), _scan(company))
    assert company.passed(again) == ["legal", "finance", "operations_vp"]
    renewed = [each for each in company.items("/contracts", customer_id=start.subject_id) if each["process_id"] == again]
    assert [(each["state"], each["renews_contract_id"]) for each in renewed] == [("coming", contract["id"])]


def _scan(company: Company) -> Turn:
    return company.sales.login, {"stamped_scan": [company.paper()]}


def channel_registration(company: Company) -> None:
    start = starts.channel_registration(company)
    walk(company, start, ("lead", {}), ("risk_expert", {}), ("resource", {"channel": "移动 1069", "result": "registered"}))
    (registered,) = company.items(f"/accounts/{start.subject_id}/signatures")
    assert (registered["signature"], registered["channel"], registered["type"]) == ("云帆", "移动 1069", "sms")
    refused = {"channel": "电信 1065", "result": "refused", "result_note": "签名与主体不符"}
    other = company.archive(
        start.code,
        start.subject_id,
        {**start.form, "signature": "海鸥"},
        ("lead", {}),
        ("risk_expert", {}),
        ("resource", refused),
    )
    assert "签名与主体不符" in (company.sales.process(other) or {})["effect"]["summary_zh"]
    assert [each["signature"] for each in company.items(f"/accounts/{start.subject_id}/signatures")] == ["云帆"]


def price_adjustment(company: Company) -> None:
    """The director's node passes by itself unless a price is below the product type's floor."""
    start = starts.price_adjustment(company)
    above = walk(company, start, ("lead", {}), ("sales_admin", {}))
    assert company.passed(above) == ["sales_director"]
    low = company.prices("0.0001")
    below = company.archive(start.code, start.subject_id, low, ("lead", {}), ("sales_director", {}), ("sales_admin", {}))
    assert company.passed(below) == []
    items = (company.found(f"/products/{start.subject_id}/prices") or {})["items"]
    assert [(price["process_id"], bool(price["in_force"])) for price in items] == [(below, True), (above, False)]


def recharge(company: Company) -> None:
    start = starts.recharge(company)
    process = walk(company, start, ("lead", {}), ("finance", {"paid_on": company.day()}), ("customer_care", {}))
    ledger = company.found(f"/accounts/{start.subject_id}/ledger") or {}
    assert (ledger["balance"]["total"], ledger["balance"]["prepay"]) == ("500.00", "500.00")
    (entry,) = ledger["items"]
    assert (entry["kind"], entry["amount"], entry["process_id"], entry["paid_on"]) == (
        "recharge",
        "500.00",
        process,
        company.day(),
    )
    form = (company.sales.process(process) or {})["form"]
    assert (form["present_balance"], form["account_id"]) == ("0.00", start.subject_id)
    (listed,) = company.items("/balances", customer_id=ledger["balance"]["customer_id"], low="true")
    assert (listed["account_id"], listed["total"], listed["last_kind"]) == (start.subject_id, "500.00", "recharge")


def special_request(company: Company) -> None:
    """As the kind says; risk control is passed by for kinds that are not sensitive: the first three are."""
    kept = company.customer()
    company.change_account(kept.account_id, status="blocked")
    of_account = {"account_id": kept.account_id}
    _request(company, kept, {"kind": "unblock_account", **of_account}, "customer_care", sensitive=True)
    _request(company, kept, {"kind": "exempt_word", **of_account, "words": ["贷款"]}, "routing_manager", sensitive=True)
    _request(company, kept, {"kind": "green_customer"}, "tech_support", sensitive=True)
    _request(company, kept, {"kind": "sub_number", **of_account, "sub_number": "106"}, "customer_care")
    account = company.found(f"/accounts/{kept.account_id}") or {}
    assert (account["status"], account["sub_number"]) == ("active", "106")
    assert [each["word"] for each in company.items(f"/accounts/{kept.account_id}/exempt-words")] == ["贷款"]
    assert (company.found(f"/customers/{kept.id}") or {})["green_since"] is not None
    file = company.paper("tech_support")
    details = {"kind": "export_details", "export_from": company.day(-9), "export_to": company.day(-1)}
    exported = _request(company, kept, details, "tech_support", {"export": [file]})
    assert file["name"] in exported["effect"]["summary_zh"]
    assert company.sales.client.download(f"/attachments/{file['id']}").startswith(b"%PDF-")
    answered = _request(company, kept, {"kind": "other"}, "routing_manager", {"answer": "已换路由"})
    assert "已换路由" in answered["effect"]["summary_zh"]


def _request(
    company: Company, kept: Kept, form: Form, by: str, entered: Form | None = None, *, sensitive: bool = False
) -> dict[str, Any]:
    turns: list[Turn] = [("risk_expert", {})] if sensitive else []
    process = company.archive("special_request", kept.id, {"explanation": "客户来电", **form}, *turns, (by, entered or {}))
    assert company.passed(process) == ([] if sensitive else ["risk_expert"]), form
    return company.sales.process(process) or {}


def billing_cycle_change(company: Company) -> None:
    """In both services: the customer's product, and the bills that billing makes from now on."""
    start = starts.billing_cycle_change(company)
    walk(company, start, *LEAD_FINANCE, ("sales_admin", {}))
    (product_id,) = start.form["product_ids"]
    wait_until("the cycle", lambda: (company.found(f"/products/{product_id}") or {})["billing_cycle_months"] == 3)
    (account,) = company.items(f"/products/{product_id}/accounts")
    kept = Kept(start.subject_id, "", product_id, account["id"], account["identifier"])
    assert company.bill(kept)["billing_cycle_months"] == 3


def reconciliation(company: Company) -> None:
    start = starts.reconciliation(company)
    walk(company, start, ("audit_expert", {}), ("finance", {}))
    (bill_id,) = start.form["bill_ids"]
    assert (company.found(f"/bills/{bill_id}") or {})["state"] == "reconciled"
    receivable = wait_until("the receivable", lambda: company.found(f"/receivables/{bill_id}"))
    assert (receivable["outstanding"], receivable["state"]) == ("420.00", "open")
    _agree_on_less(company)


def _agree_on_less(company: Company) -> None:
    """What was agreed beside the total is what is owed, written off, earned of, and what closes the bill."""
    kept = company.customer()
    bill = company.bill(kept)
    form = {"bill_ids": [bill["id"]], "agreed_difference": "-20.00"}
    company.archive("reconciliation", kept.id, form, ("audit_expert", {}), ("finance", {}))
    assert wait_until("the receivable", lambda: company.receivable(bill))["outstanding"] == "400.00"
    asked = {"bills": [{"bill_id": bill["id"], "amount": "400.00"}], "invoice_type": "ordinary"}
    company.archive("bill_invoice", kept.id, asked, ("lead", {}), ("finance", company.number()))
    company.receipt(kept, "400.00")
    settle(company, kept)
    wait_until("the bill to be closed", lambda: (company.found(f"/bills/{bill['id']}") or {})["state"] == "closed")
    shown = company.found(f"/bills/{bill['id']}") or {}
    assert (shown["amount"], shown["agreed_difference"], shown["agreed_amount"]) == ("420.00", "-20.00", "400.00")
    (entry,) = wait_until("the commission", lambda: commission(company, bill))
    assert (entry["written_off"], Decimal(entry["cost"])) == ("400.00", 10_000 * Decimal(entry["unit_cost"]))


def bill_invoice(company: Company) -> None:
    start = starts.bill_invoice(company)
    entered = company.number()
    walk(company, start, ("lead", {}), ("finance", entered))
    (invoice,) = company.items("/invoices", customer_id=start.subject_id)
    assert (invoice["kind"], invoice["state"], invoice["amount"]) == ("normal", "issued", "420.00")
    assert (invoice["number"], invoice["issued_on"]) == (entered["invoice_number"], entered["issued_on"])
    bill = company.found(f"/bills/{start.form['bills'][0]['bill_id']}") or {}
    assert (bill["invoiced"], bill["invoice_reserved"]) == ("420.00", "0.00")


def no_bill_invoice(company: Company) -> None:
    """Later bills are set against it, so that nothing is invoiced twice."""
    start = starts.no_bill_invoice(company)
    process = walk(company, start, ("lead", {}), ("finance", company.number()))
    (account,) = company.items("/accounts", customer_id=start.subject_id)
    kept = Kept(start.subject_id, "", account["product_id"], account["id"], account["identifier"])
    bill = company.bill(kept)
    company.reconcile(kept, bill)
    (invoice,) = company.items("/invoices", customer_id=start.subject_id)
    assert (invoice["kind"], invoice["amount"], invoice["received"], invoice["allocated"]) == (
        "advance",
        "500.00",
        "400.00",
        "420.00",
    )
    assert (company.found(f"/bills/{bill['id']}") or {})["invoiced"] == "420.00"
    assert (company.sales.process(process) or {})["form"]["difference"] == "-100.00"
    twice = {"bills": [{"bill_id": bill["id"], "amount": "420.00"}], "invoice_type": "ordinary"}
    assert company.refused("bill_invoice", start.subject_id, twice).status == 422


def write_off(company: Company) -> None:
    """By hand, approved by people."""
    start = starts.write_off(company)
    process = walk(company, start, *WRITE_OFF_TURNS)
    assert company.passed(process) == []
    (pair,) = start.form["pairs"]
    receivable = company.found(f"/receivables/{pair['bill_id']}") or {}
    assert (receivable["written_off"], receivable["held"], receivable["outstanding"]) == ("300.00", "0.00", "120.00")
    receipt = company.found(f"/receipts/{pair['receipt_id']}") or {}
    assert (receipt["used"], receipt["balance"]) == ("300.00", "0.00")


def automatic_write_off(company: Company) -> None:
    """The first two nodes, and the creation, pass by condition; sales confirms."""
    kept = company.customer()
    bill = company.bill(kept)
    company.reconcile(kept, bill)
    company.receipt(kept, "420.00")
    process = settle(company, kept)
    assert company.passed(process) == ["start", "sales_director", "finance"]
    assert (company.receivable(bill) or {})["state"] == "settled"


def settle(company: Company, kept: Kept) -> str:
    """Confirm the 销账 that starts by itself."""
    inbox = {"box": "todo", "code": "write_off", "customer_id": kept.id}
    (row,) = wait_until("销账 to start by itself", lambda: company.items("/processes", **inbox))
    company.sales.approve(row["id"])
    company.sales.wait_until_in_force(row["id"])
    return str(row["id"])


def ecommerce_order(company: Company) -> None:
    """A one-off bill with its cost, and a commission with that very cost."""
    start = starts.ecommerce_order(company)
    process = walk(company, start, ("lead", {}), ("resource", {}), ("finance", {}))
    (bill,) = company.items("/bills", customer_id=start.subject_id)
    assert (bill["amount"], bill["cost"], bill["order_process_id"]) == ("1000.00", "950.00", process)
    detail = company.found(f"/bills/{bill['id']}") or {}
    assert [(item["name"], item["quantity"], item["purchase_price"]) for item in detail["items"]] == [("话费充值卡", 100, "9.5")]
    kept = Kept(start.subject_id, bill["customer_name"], "", "", "")
    company.reconcile(kept, bill)
    company.receipt(kept, "1000.00")
    settle(company, kept)
    (entry,) = wait_until("the commission", lambda: commission(company, bill))
    assert (entry["written_off"], entry["cost"], entry["unit_cost"]) == ("1000.00", "950.00", None)
    assert Decimal(entry["amount"]) == (Decimal("50.00") * Decimal(entry["rate"])).quantize(Decimal("0.01"))


def commission(company: Company, bill: Form) -> list[dict[str, Any]]:
    statement = company.sales.client.get("/commission-statements", month=f"{company.today:%Y-%m}")
    return [entry for entry in statement["entries"] if entry["bill_id"] == bill["id"]]


def deferred_payment(company: Company) -> None:
    """The balance may fall below zero to the limit, and no further."""
    start = starts.deferred_payment(company)
    walk(company, start, *LEAD_FINANCE, ("sales_director", {}))
    account = company.found(f"/accounts/{start.subject_id}") or {}
    kept = Kept(account["customer_id"], "", account["product_id"], account["id"], account["identifier"])
    bill = company.bill(kept, quantity=3_000)
    balance = (company.found(f"/accounts/{start.subject_id}/ledger") or {})["balance"]
    assert (balance["total"], balance["limit"], balance["until"]) == ("-100.00", "100.00", company.day(60))
    assert (bill["amount"], bill["covered"]) == ("126.00", "100.00")


def reversal_of_write_off(company: Company) -> None:
    """The receivable is owed again, the receipt is free again, and commission follows."""
    start = starts.reversal_of_write_off(company)
    process = walk(company, start, *LEAD_FINANCE)
    target = company.found(f"/write-offs/{start.form['target_id']}") or {}
    assert (target["state"], target["reversal"]["id"], target["reversal"]["state"]) == ("archived", process, "archived")
    assert (company.found(f"/write-offs/{process}") or {})["amount"] == "-300.00"
    bill = {"id": target["pairs"][0]["bill_id"]}
    assert (company.receivable(bill) or {})["outstanding"] == "420.00"
    assert (company.found(f"/receipts/{target['pairs'][0]['receipt_id']}") or {})["balance"] == "300.00"
    wait_until("the commission to be taken back", lambda: len(commission(company, bill)) == 2)
    entries = commission(company, bill)
    assert sum(Decimal(entry["amount"]) for entry in entries) == 0


def reversal_of_invoice(company: Company) -> None:
    start = starts.reversal_of_invoice(company)
    entered = company.number("red_")
    walk(company, start, ("lead", {}), ("finance", entered))
    reversed_ = company.found(f"/invoices/{start.form['target_id']}") or {}
    assert (reversed_["state"], reversed_["reversed_by_number"]) == ("reversed", entered["red_number"])
    (red,) = company.items("/invoices", customer_id=start.subject_id, kind="red")
    assert (red["state"], red["amount"]) == ("issued", "-420.00")
    assert (company.found(f"/bills/{reversed_['bills'][0]['bill_id']}") or {})["invoiced"] == "0.00"


def reversal_of_bill(company: Company) -> None:
    """Also of a prepaid product's: what it took of the balance comes back."""
    start = starts.reversal_of_bill(company)
    walk(company, start, *LEAD_FINANCE)
    assert (company.found(f"/bills/{start.form['target_id']}") or {})["state"] == "void"
    kept = company.customer(mode="prepaid")
    company.archive("recharge", kept.account_id, company.recharge_form(), *RECHARGE_TURNS)
    bill = company.bill(kept)
    ledger = f"/accounts/{kept.account_id}/ledger"
    assert (company.found(ledger) or {})["balance"]["total"] == "80.00"
    form = {"kind": "bill", "target_id": bill["id"], "reason": "单价有误"}
    company.archive("reversal", kept.id, form, *LEAD_FINANCE)
    shown = company.found(ledger) or {}
    assert shown["balance"]["total"] == "500.00"
    assert [entry["kind"] for entry in shown["items"]] == ["correction", "consumption", "recharge"]


def reversal_of_balance(company: Company) -> None:
    start = starts.reversal_of_balance(company)
    process = walk(company, start, *LEAD_FINANCE)
    ledger = company.found(f"/accounts/{start.form['target_id']}/ledger") or {}
    assert (ledger["balance"]["total"], ledger["balance"]["held"]) == ("300.00", "0.00")
    assert (ledger["items"][0]["kind"], ledger["items"][0]["process_id"]) == ("refund", process)


def reversal_of_recharge(company: Company) -> None:
    start = starts.reversal_of_recharge(company)
    process = walk(company, start, *LEAD_FINANCE)
    recharge = company.found(f"/recharges/{start.form['target_id']}") or {}
    assert (recharge["is_reversed"], recharge["reversal_process_id"]) == (True, process)
    ledger = company.found(f"/accounts/{recharge['account_id']}/ledger") or {}
    assert ledger["balance"]["total"] == "0.00"
    assert [(entry["kind"], entry["amount"]) for entry in ledger["items"]] == [("correction", "-500.00"), ("recharge", "500.00")]


WALKS: Final[dict[str, Callable[[Company], None]]] = {
    one.__name__: one
    for one in (
        claim_customer,
        test_account,
        contract_review,
        channel_registration,
        price_adjustment,
        recharge,
        special_request,
        billing_cycle_change,
        reconciliation,
        bill_invoice,
        no_bill_invoice,
        write_off,
        automatic_write_off,
        ecommerce_order,
        deferred_payment,
        reversal_of_write_off,
        reversal_of_invoice,
        reversal_of_bill,
        reversal_of_balance,
        reversal_of_recharge,
    )
}
"""By the name of the test."""
