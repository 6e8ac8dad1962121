"""How each process of the catalogue is started, what of it the owner refuses at the start, and what the owner keeps for it.

The catalogue is that of the specification (workflow.md). Every look is at the owning service's own routes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tests.e2e.company import STRANGER, Company, Form, Turn


@dataclass(frozen=True)
class Start:
    """A process that could be started.

    :param wrong: what is changed of the form for the owner to refuse it → the field that the refusal names.
    :param look: what the owner says of what the process is about.
    :param reserves: whether that changes with the start.
    :param foreign: likewise what belongs to somebody else, does not exist, or is over.
    """

    code: str
    subject_id: str
    form: Form
    wrong: tuple[Form, str]
    look: Callable[[], Any]
    reserves: bool = False
    foreign: tuple[tuple[Form, str], ...] = field(default=())


NOBODY: Final = "018f0000-0000-7000-8000-000000000000"
"""An id that nothing has."""


def claim_customer(company: Company) -> Start:
    pooled = pool_customer(company)
    others = company.office.desk(STRANGER).client

    def look() -> list[str]:
        return [row["id"] for row in others.get("/customers", tier="pool", q=pooled.name)["items"]]

    return Start("claim_customer", pooled.id, {"reason": "客户来电"}, ({"reason": "长" * 2_001}, "reason"), look, reserves=True)


def pool_customer(company: Company) -> Any:
    pooled = company.customer(by=STRANGER)
    company.office.desk(STRANGER).client.post(f"/customers/{pooled.id}/release", {"reason": "暂无需求"})
    return pooled


def test_account(company: Company) -> Start:
    """For a pool customer: it is the claim too."""
    pooled = pool_customer(company)
    others = company.office.desk(STRANGER).client

    def look() -> list[str]:
        return [row["id"] for row in others.get("/customers", tier="pool", q=pooled.name)["items"]]

    form = {"signature": "签名", "interface": "http", "template": "验证码 {code}", "industry": "软件"}
    foreign = ({"product_id": company.other.product_id}, "product_id")
    return Start("test_account", pooled.product_id, form, ({"template": "长" * 2_001}, "template"), look, True, (foreign,))


def contract_review(company: Company) -> Start:
    kept, others = company.customer(), company.others
    form = {
        "product_ids": [kept.product_id],
        "valid_from": company.day(),
        "valid_to": company.day(364),
        "unit_price": "0.042",
        "is_standard": True,
        "draft": [company.paper()],
        "remarks": "年度合同",
    }
    foreign = (
        ({"product_ids": [kept.product_id, others.product_id]}, "product_ids.1"),
        ({"product_ids": [NOBODY]}, "product_ids.0"),
        ({"renews_contract_id": NOBODY}, "renews_contract_id"),
        ({"unit_price": "999999999999999"}, "unit_price"),
        ({"draft": [{"id": NOBODY, "name": "无.pdf"}]}, "draft"),
    )

    def look() -> Any:
        return company.items("/contracts", customer_id=kept.id)

    return Start("contract_review", kept.id, form, ({"valid_to": company.day(-1)}, "valid_to"), look, foreign=foreign)


def channel_registration(company: Company) -> Start:
    kept = company.customer()
    form = {"signature": "云帆", "type": "sms", "industry": "i", "explanation": "验证码"}

    def look() -> list[str]:
        rows = company.items(f"/accounts/{kept.account_id}/signatures", state="all")
        return [row["state"] for row in rows if row["state"] != "released"]

    return Start("channel_registration", kept.account_id, form, ({"signature": "【】"}, "signature"), look, reserves=True)


def price_adjustment(company: Company) -> Start:
    kept = company.customer()
    falling = [{"segment": None, "tiers": [{"up_to": 9, "unit_price": "0.05"}, {"up_to": 5, "unit_price": "0.04"}]}]

    def look() -> Any:
        return company.found(f"/products/{kept.product_id}/prices")

    foreign = (({"prices": [{"segment": "US", "tiers": [{"up_to": None, "unit_price": "0.05"}]}]}, "prices.0.segment"),)
    wrong = {"kind": "tiered", "prices": falling}, "prices.0.tiers.1"
    return Start("price_adjustment", kept.product_id, company.prices(), wrong, look, foreign=foreign)


def recharge(company: Company) -> Start:
    kept = company.customer(mode="prepaid")
    look = _balance(company, kept.account_id)
    foreign = ({"payment_deadline": company.day(-1)}, "payment_deadline"), ({"present_balance": "1.00"}, "present_balance")
    return Start("recharge", kept.account_id, company.recharge_form(), ({"amount": "500.01"}, "amount"), look, foreign=foreign)


def special_request(company: Company) -> Start:
    kept, others = company.customer(), company.others
    closed = company.account(kept.product_id)
    company.change_account(closed["id"], status="closed")
    form = {"kind": "sub_number", "account_id": kept.account_id, "sub_number": "106", "explanation": "需要子号码"}
    foreign = (
        ({"account_id": others.account_id}, "account_id"),
        ({"account_id": closed["id"]}, "account_id"),
        ({"account_id": NOBODY}, "account_id"),
        ({"kind": "unblock_account"}, "account_id"),
        ({"kind": "export_details", "export_from": company.day(-1), "export_to": company.day(-2)}, "export_to"),
        ({"kind": "exempt_word"}, "words"),
    )

    def look() -> Any:
        return company.found(f"/accounts/{kept.account_id}")

    return Start("special_request", kept.id, form, ({"sub_number": "一零六"}, "sub_number"), look, foreign=foreign)


def billing_cycle_change(company: Company) -> Start:
    kept, others = company.customer(), company.others
    form = {"product_ids": [kept.product_id], "billing_cycle_months": 3, "remarks": "客户要求"}

    def look() -> Any:
        return company.found(f"/products/{kept.product_id}")

    foreign = (
        ({"product_ids": [kept.product_id, others.product_id]}, "product_ids.1"),
        ({"product_ids": [NOBODY]}, "product_ids.0"),
    )
    return Start(
        "billing_cycle_change", kept.id, form, ({"billing_cycle_months": 13}, "billing_cycle_months"), look, foreign=foreign
    )


def reconciliation(company: Company) -> Start:
    kept, others = company.customer(), company.others_bill
    bill = company.bill(kept)
    form = {"bill_ids": [bill["id"]]}
    foreign = (
        ({"bill_ids": [bill["id"], bill["id"]]}, "bill_ids.1"),
        ({"bill_ids": [NOBODY]}, "bill_ids.0"),
        ({"agreed_difference": "-420.01"}, "agreed_difference"),
    )
    look = _of_bill(company, bill, "state", "process_id")
    wrong = {"bill_ids": [bill["id"], others["id"]]}, "bill_ids.1"
    return Start("reconciliation", kept.id, form, wrong, look, True, foreign)


def bill_invoice(company: Company) -> Start:
    kept, unreconciled = company.customer(), company.others_bill
    bill = company.bill(kept)
    company.reconcile(kept, bill)
    form = {"bills": [{"bill_id": bill["id"], "amount": "420.00"}], "invoice_type": "ordinary"}
    foreign = (
        ({"bills": [{"bill_id": unreconciled["id"], "amount": "420.00"}]}, "bills.0.bill_id"),
        ({"bills": [{"bill_id": NOBODY, "amount": "420.00"}]}, "bills.0.bill_id"),
        ({"bills": [{"bill_id": bill["id"], "amount": "-420.00"}]}, "bills.0.amount"),
        ({"bills": [{"bill_id": bill["id"], "amount": "419.99"}]}, "bills"),
        ({"invoice_type": "special"}, "invoice_information.address"),
        ({"invoice_information": {"tax_number": "91310115MA1K3XQ772"}}, "invoice_information.tax_number"),
    )
    look = _of_bill(company, bill, "invoiced", "invoice_reserved")
    wrong = {"bills": [{"bill_id": bill["id"], "amount": "420.01"}]}, "bills.0.amount"
    return Start("bill_invoice", kept.id, form, wrong, look, True, foreign)


def no_bill_invoice(company: Company) -> Start:
    kept = company.customer()
    form = {"amount_received": "400.00", "invoice_amount": "500.00", "invoice_type": "ordinary", "remarks": "预收"}
    foreign = (({"invoice_information": {"tax_number": "税号"}}, "invoice_information.tax_number"),)
    wrong = {"invoice_type": "special"}, "invoice_information.bank"
    return Start("no_bill_invoice", kept.id, form, wrong, _invoices(company, kept.id), True, foreign)


def write_off(company: Company) -> Start:
    """By hand: what came in covers the bill only in part."""
    kept, others = company.customer(), company.others_receipt
    bill = company.bill(kept)
    company.reconcile(kept, bill)
    receipt = company.receipt(kept, "300.00")
    pair = {"receipt_id": receipt["id"], "bill_id": bill["id"], "amount": "300.00"}
    foreign = (
        ({"pairs": [{**pair, "receipt_id": others["id"]}]}, "pairs.0.receipt_id"),
        ({"pairs": [{**pair, "bill_id": NOBODY}]}, "pairs.0.bill_id"),
        ({"pairs": [pair, pair]}, "pairs.1"),
        ({"pairs": [{**pair, "amount": "-1.00"}]}, "pairs.0.amount"),
    )

    def look() -> Any:
        found = company.found(f"/receipts/{receipt['id']}") or {}
        return found["held"], (company.receivable(bill) or {})["held"]

    return Start(
        "write_off",
        kept.id,
        {"pairs": [pair]},
        ({"pairs": [{**pair, "amount": "300.01"}]}, "pairs.0.amount"),
        look,
        True,
        foreign,
    )


def ecommerce_order(company: Company) -> Start:
    kept = company.customer()
    item = {"name": "话费充值卡", "quantity": 100, "purchase_price": "9.5", "sale_price": "10"}
    form = {"supplier": "上海供货有限公司", "items": [item], "delivery": "电子卡密"}

    def look() -> Any:
        return company.items("/bills", customer_id=kept.id)

    foreign = ({"items": [{**item, "sale_price": "-10"}]}, "items.0.sale_price"), ({"total": "1.00"}, "total")
    return Start("ecommerce_order", kept.id, form, ({"items": [{**item, "sale_price": "0"}]}, "items"), look, foreign=foreign)


def deferred_payment(company: Company) -> Start:
    kept = company.customer(mode="prepaid")
    form = {"limit": "100.00", "until": company.day(60), "reason": "客户要求月底付款"}
    foreign = (({"limit": "0.00"}, "limit"),)
    return Start(
        "deferred_payment",
        kept.account_id,
        form,
        ({"until": company.day(-1)}, "until"),
        _balance(company, kept.account_id),
        foreign=foreign,
    )


def reversal_of_write_off(company: Company) -> Start:
    settled = write_off(company)
    target = company.archive("write_off", settled.subject_id, settled.form, *WRITE_OFF_TURNS)

    def look() -> Any:
        return (company.found(f"/write-offs/{target}") or {})["reversal"]

    form = {"kind": "write_off", "target_id": target, "reason": "销错账单"}
    foreign = (({"target_id": company.other.account_id}, "target_id"),)
    return Start("reversal", settled.subject_id, form, ({"target_id": NOBODY}, "target_id"), _ended_reversal(look), True, foreign)


def reversal_of_invoice(company: Company) -> Start:
    asked = bill_invoice(company)
    company.archive("bill_invoice", asked.subject_id, asked.form, ("lead", {}), ("finance", company.number()))
    (invoice,) = company.items("/invoices", customer_id=asked.subject_id)
    form = {"kind": "invoice", "target_id": invoice["id"], "reason": "税号有误"}
    foreign = (
        ({"kind": "write_off"}, "target_id"),
        ({"kind": "bill"}, "target_id"),
        ({"kind": "prepay_refund", "amount": "1.00"}, "target_id"),
    )
    look = _invoices(company, asked.subject_id)
    return Start("reversal", asked.subject_id, form, ({"target_id": NOBODY}, "target_id"), look, True, foreign)


def reversal_of_bill(company: Company) -> Start:
    kept, others = company.customer(), company.others_bill
    bill = company.bill(kept)
    form = {"kind": "bill", "target_id": bill["id"], "reason": "单价有误"}
    look = _of_bill(company, bill, "state", "void_process_id")
    return Start(
        "reversal", kept.id, form, ({"target_id": others["id"]}, "target_id"), look, True, (({"target_id": NOBODY}, "target_id"),)
    )


def reversal_of_balance(company: Company) -> Start:
    kept, (other, _) = company.customer(mode="prepaid"), company.others_recharge
    company.archive("recharge", kept.account_id, company.recharge_form(), *RECHARGE_TURNS)
    form = {"kind": "prepay_refund", "target_id": kept.account_id, "amount": "200.00", "reason": "客户退款"}
    foreign = (
        ({"target_id": other.account_id}, "target_id"),
        ({"amount": "-1.00"}, "amount"),
        ({"amount": "0.00"}, "amount"),
    )
    return Start("reversal", kept.id, form, ({"amount": "500.01"}, "amount"), _balance(company, kept.account_id), True, foreign)


def reversal_of_recharge(company: Company) -> Start:
    kept, (_, others) = company.customer(mode="prepaid"), company.others_recharge
    recharge = company.archive("recharge", kept.account_id, company.recharge_form(), *RECHARGE_TURNS)
    form = {"kind": "recharge", "target_id": recharge, "reason": "录错账号"}

    def look() -> Any:
        return (company.found(f"/recharges/{recharge}") or {})["reversal_process_id"]

    foreign = (({"target_id": others}, "target_id"),)
    return Start("reversal", kept.id, form, ({"target_id": NOBODY}, "target_id"), look, True, foreign)


RECHARGE_TURNS: Final[tuple[Turn, ...]] = ("lead", {}), ("finance", {}), ("customer_care", {})
WRITE_OFF_TURNS: Final[tuple[Turn, ...]] = ("sales_director", {}), ("finance", {}), ("zhang.wei", {})

STARTS: Final[dict[str, Callable[[Company], Start]]] = {
    start.__name__: start
    for start in (
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


def _balance(company: Company, account_id: str) -> Callable[[], Any]:
    def look() -> Any:
        return (company.found(f"/accounts/{account_id}/ledger") or {}).get("balance")

    return look


def _invoices(company: Company, customer_id: str) -> Callable[[], Any]:
    def look() -> Any:
        return sorted((row["kind"], row["state"]) for row in company.items("/invoices", customer_id=customer_id))

    return look


def _of_bill(company: Company, bill: dict[str, Any], *names: str) -> Callable[[], Any]:
    def look() -> Any:
        found = company.found(f"/bills/{bill['id']}") or {}
        return [found[name] for name in names]

    return look


def _ended_reversal(look: Callable[[], Any]) -> Callable[[], Any]:
    """A reversal that was withdrawn is none."""

    def seen() -> Any:
        reversal = look()
        return None if reversal is None or reversal["state"] in {"withdrawn", "rejected"} else reversal["state"]

    return seen
