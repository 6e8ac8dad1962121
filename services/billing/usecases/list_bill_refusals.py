"""List why products got no bill, each with the action that mends it (spec, billing.md, "Bills")."""

from typing import Any
from uuid import UUID

from services.billing.store.refusals import page_of_refusals
from services.billing.store.tables import BillRefusal
from services.contracts.billing_wording import BILL_REFUSAL_WORDS, NOTHING_SOLD, PRICE_TABLE_FAULTS
from services.contracts.segment_words import segment_name
from services.contracts.wording import LANGUAGES, field_message
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
    zh, en = (_words(refusal, language) for language in LANGUAGES)
    return {
        **{column.key: getattr(refusal, column.key) for column in refusal.__table__.columns},
        "customer_name": customer_name,
        "product_name": product_name,
        "words_zh": zh,
        "words_en": en,
        "action": _action(refusal),
    }


def _words(refusal: BillRefusal, language: str) -> str:
    """Why there is no bill, with the days, operators and accounts that are meant."""
    details = refusal.details
    comma, to = ("、", " 至 ") if language == "zh" else (", ", " to ")
    blanks = {
        "days": comma.join(first if first == last else f"{first}{to}{last}" for first, last in details.get("ranges", ())),
        "accounts": comma.join(details.get("accounts", ())),
        "account": details.get("account", ""),
        "names": comma.join(segment_name(code, language) for code in details.get("missing", ())),
        "errors": " ".join(field_message(code, language) for codes in details.get("errors", {}).values() for code in codes),
    }
    place = LANGUAGES.index(language)
    faults = [words[place].format(**blanks) for name, words in PRICE_TABLE_FAULTS.items() if name in details]
    words = NOTHING_SOLD if details.get("sold_once") else BILL_REFUSAL_WORDS[refusal.reason]
    return words[place].format(**blanks, fault=comma.join(faults))


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
