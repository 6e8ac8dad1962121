"""List why products got no bill, each with the action that mends it (spec, billing.md, "Bills")."""

from typing import Any
from uuid import UUID

from services.billing.store.refusals import page_of_refusals
from services.billing.store.tables import BillRefusal
from services.contracts.billing_wording import BILL_REFUSAL_WORDS, NOTHING_SOLD
from services.kit.clock import Month
from services.kit.paging import Page, PageRequest
from services.kit.unit_of_work import Begin


def list_bill_refusals(
    begin: Begin,
    *,
    customer_id: UUID | None,
    month: Month | None,
    reason: str | None,
    resolved: bool,
    page_size: int,
    sort: str,
    cursor: str,
) -> Page:
    """A page of the refusals of the caller's customers."""
    with begin() as work:
        page = page_of_refusals(
            work.session,
            work.caller,
            PageRequest(page_size, sort, cursor),
            customer_id=customer_id,
            month=month,
            reason=reason,
            resolved=resolved,
        )
    return Page([_shown(row.BillRefusal, row.customer_name, row.product_name) for row in page.items], page.next_cursor)


def _shown(refusal: BillRefusal, customer_name: str, product_name: str | None) -> dict[str, Any]:
    words = NOTHING_SOLD if refusal.details.get("sold_once") else BILL_REFUSAL_WORDS[refusal.reason]
    zh, en = (each.format(**_blanks(refusal.details)) for each in words)
    return {
        **{column.key: getattr(refusal, column.key) for column in refusal.__table__.columns},
        "customer_name": customer_name,
        "product_name": product_name,
        "words_zh": zh,
        "words_en": en,
        "action": _action(refusal),
    }


def _blanks(details: dict[str, Any]) -> dict[str, str]:
    """What fills the words' placeholders."""
    ranges = details.get("ranges", ())
    return {
        "days": "、".join(first if first == last else f"{first} 至 {last}" for first, last in ranges),
        "missing": "、".join(details.get("missing", details.get("errors", {}))),
        "accounts": "、".join(details.get("accounts", ())),
        "account": details.get("account", ""),
    }


def _action(refusal: BillRefusal) -> dict[str, Any]:
    """Where to go: a process to start about a subject, or a page."""
    customer = str(refusal.customer_id)
    reason = "no_price" if refusal.details.get("sold_once") else refusal.reason  # sell it: it has no accounts to look at
    match reason:
        case "no_price" | "price_table_invalid":
            return {"kind": "start_process", "code": "price_adjustment", "subject_id": str(refusal.product_id)}
        case "product_missing":
            return {"kind": "open", "place": "customer_products", "customer_id": customer}
        case _:
            return {"kind": "open", "place": "product_accounts", "customer_id": customer, "product_id": str(refusal.product_id)}
