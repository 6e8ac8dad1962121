"""Suggest whose the receipts of a page of the pool may be (spec, payments.md, "Matching")."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.kit.unit_of_work import Begin
from services.payments.store.receipts import find_visible_receipts
from services.payments.usecases.suggest_customers import suggest_customers


def suggest_for_receipts(begin: Begin, *, receipt_ids: Sequence[UUID]) -> dict[str, Any]:
    """For those of the receipts that the caller sees, in their order; none for what is matched."""
    with begin() as work:
        receipts = find_visible_receipts(work.session, work.caller, receipt_ids)
        suggested = suggest_customers(work, receipts)
        seen = {receipt.id for receipt in receipts}
        items = [
            {"receipt_id": receipt_id, "suggestions": suggested.get(receipt_id, [])}
            for receipt_id in dict.fromkeys(receipt_ids)
            if receipt_id in seen
        ]
        return {"items": items}
