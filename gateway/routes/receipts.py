"""Receipts: typed in, posted, listed, matched."""

from typing import Any

from gateway.http import ApiRequest, route
from services.contracts import payments_receipt_calls as calls
from services.kit.bus.rpc import ServiceClient


class ReceiptRoutes:
    """``/receipts``."""

    payments = ServiceClient("payments")

    @route("POST", "/receipts", permission="receipts.write", body=calls.RecordReceipt, answer=calls.ReceiptDetail, status=201)
    def record_receipt(self, request: ApiRequest) -> Any:
        """Record a receipt typed in, or posted by another system; posted again it is the one there is."""
        return self.payments.record_receipt(request.body)

    @route("GET", "/receipts", permission="receipts.read", query=calls.ReceiptQuery, answer=calls.ReceiptPage)
    def list_receipts(self, request: ApiRequest) -> Any:
        """The receipt pool, filtered; with ``pool=false`` all receipts."""
        return self.payments.list_receipts(request.query)

    @route("GET", "/receipts/<receipt_id>", permission="receipts.read", answer=calls.ReceiptDetail)
    def show_receipt(self, request: ApiRequest, receipt_id: str) -> Any:
        """A receipt with the receivables it went to; with its candidates if several customers may be its payer, with suggestions
        if none is. Whom the caller does not see is not named."""
        return self.payments.show_receipt(receipt_id)

    @route(
        "POST",
        "/receipts/<receipt_id>/assign",
        permission="receipts.assign",
        body=calls.AssignReceipt,
        answer=calls.ReceiptDetail,
    )
    def assign_receipt(self, request: ApiRequest, receipt_id: str) -> Any:
        """Say whose a receipt is. A write-off starts as after any match, and the payer is remembered as the customer's."""
        return self.payments.assign_receipt(receipt_id, request.body)

    @route(
        "POST",
        "/receipts/<receipt_id>/unmatch",
        permission="receipts.assign",
        body=calls.UnmatchReceipt,
        answer=calls.ReceiptDetail,
    )
    def unmatch_receipt(self, request: ApiRequest, receipt_id: str) -> Any:
        """Undo a match, with the reason; 409 once anything of the receipt is used. A write-off that waits is cancelled."""
        return self.payments.unmatch_receipt(receipt_id, request.body)
