"""冲销申请: what is reversed decides how (spec, workflow.md, "The catalogue": reversals are definitions too).

A reversal's ``kind`` is a choice of its form. Of the kinds, write-offs are payments' to reverse; these are billing's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.billing.usecases.refund_prepay import prepare_refund, refund_prepay, release_refund
from services.billing.usecases.reverse_invoice import prepare_invoice_reversal, release_invoice_reversal, reverse_invoice
from services.billing.usecases.reverse_recharge import (
    prepare_recharge_reversal,
    release_recharge_reversal,
    reverse_recharge,
)
from services.billing.usecases.void_bill import prepare_void, release_void, void_bill
from services.contracts import billing_forms as forms
from services.kit.envelope import Event
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Reversal:
    """How one kind is reversed.

    :param prepare: checks and reserves; as of ``PREPARATIONS``.
    :param effect: puts the reversal into force; answers what it did in Chinese and English.
    :param release: gives back what the process reserved, if it reserved anything.
    """

    prepare: Callable[[UnitOfWork, dict[str, Any]], dict[str, Any]]
    effect: Callable[[UnitOfWork, Event], tuple[str, str] | None]
    release: Callable[[UnitOfWork, UUID], None]


REVERSALS: dict[str, Reversal] = {
    "invoice": Reversal(prepare_invoice_reversal, reverse_invoice, release_invoice_reversal),
    "bill": Reversal(prepare_void, void_bill, release_void),
    "recharge": Reversal(prepare_recharge_reversal, reverse_recharge, release_recharge_reversal),
    "prepay_refund": Reversal(prepare_refund, refund_prepay, release_refund),
}
"""Kind → how it is reversed."""


def prepare_reversal(work: UnitOfWork, request: dict[str, Any]) -> dict[str, Any]:
    """Reserve what is reversed. A process that came back may have changed its kind: what it reserved as another is free again.

    :raises InvalidInput: by field.
    """
    kind = _kind_of(request["form"])
    for other, reversal in REVERSALS.items():
        if other != kind:
            reversal.release(work, request["process_id"])
    return REVERSALS[kind].prepare(work, request)


def apply_reversal(work: UnitOfWork, event: Event) -> tuple[str, str] | None:
    """
    :returns: the effect in Chinese and English; ``None`` while another service is being asked.
    """
    return REVERSALS[_kind_of(event.data["form"])].effect(work, event)


def release_reversal(work: UnitOfWork, event: Event) -> None:
    """A rejected or withdrawn 冲销申请."""
    for reversal in REVERSALS.values():
        reversal.release(work, UUID(event.data["process_id"]))


def _kind_of(form: dict[str, Any]) -> str:
    kind: str = load(forms.ReversalForm, form)["kind"]
    return kind
