"""What can be started for a customer, and why not the rest (spec, gateway.md, "Console": "every process that can be started
stands on it, with those that cannot and why").

Workflow knows which processes there are, and for whom; each owner knows of its own what its start would refuse. What only a form
can be wrong in, nobody says here. The gateway puts it together, in words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from marshmallow import fields, validate

from services.contracts.workflow_definitions import OWNER_SERVICES, SUBJECT_TYPES
from services.kit.errors import Refusal
from services.kit.schema import Id, Schema

SUBJECTS_MAX: Final = 200
"""So many products or accounts are tried; of a customer with more, the rest is found by its lists."""

_REASONS_MAX: Final = 5

REFUSALS: Final = {
    "customer_without_products": (
        "客户“{name}”还没有产品，请先添加产品。",
        "Customer “{name}” has no product yet; add one first.",
    ),
    "customer_without_accounts": (
        "客户“{name}”还没有账号，请先申请测试账号。",
        "Customer “{name}” has no account yet; apply for a test account first.",
    ),
    "account_not_prepaid": (
        "账号 {identifier} 的产品不是预付费。",
        "Account {identifier} is of a product that is paid afterwards.",
    ),
    "no_bills_to_reconcile": ("没有待对账的账单。", "There is no bill to reconcile."),
    "bills_in_reconciliation": (
        "没有待对账的账单，{count} 张已在对账流程中。",
        "There is no bill to reconcile; {count} are in a reconciliation already.",
    ),
    "no_bills_to_invoice": ("没有已对账而未开票的账单。", "There is no reconciled bill left to invoice."),
    "bills_in_invoicing": (
        "没有可开票的账单，{count} 张已在开票流程中。",
        "There is no bill left to invoice; {count} are in an invoice process already.",
    ),
    "no_receipts_to_write_off": ("没有属于该客户且有余额的到款。", "The customer has no receipt with a balance."),
    "no_receivables_to_write_off": ("该客户没有未销完的应收。", "The customer has no receivable with anything outstanding."),
    "nothing_to_reverse": (
        "没有可冲销的销账、发票、账单、充值或预付余额。",
        "There is no write-off, invoice, bill, recharge or prepay balance to reverse.",
    ),
}


class StartReason(Schema):
    """Why something cannot be started: what the start itself would say. ``message`` is the gateway's."""

    code = fields.String()
    params = fields.Dict(keys=fields.String())
    message = fields.String()


class StartSubject(Schema):
    """What a process can be about: its ``id`` is the ``subject_id`` of ``POST /processes``."""

    type = fields.String(validate=validate.OneOf(SUBJECT_TYPES))
    id = Id()
    name = fields.String()


class RefusedSubject(StartSubject):
    reasons = fields.List(fields.Nested(StartReason))


class OwnedStart(Schema):
    """What an owner says of one process: ``subjects`` it can be about, and those that it cannot be about (``refused``). Where
    there are none of the first, ``reasons`` says why. ``is_more``: the customer has others, which were not tried."""

    code = fields.String()
    subjects = fields.List(fields.Nested(StartSubject))
    refused = fields.List(fields.Nested(RefusedSubject))
    is_more = fields.Boolean()
    reasons = fields.List(fields.Nested(StartReason))


class OwnedStarts(Schema):
    items = fields.List(fields.Nested(OwnedStart))


class OfferedProcess(Schema):
    """A process that the caller's roles may start. ``owners``: whose facts it concerns, by the form's choice if there are
    several; ``reasons``: why it can be started for nobody."""

    code = fields.String()
    name_zh = fields.String()
    name_en = fields.String()
    subject_type = fields.String(validate=validate.OneOf(SUBJECT_TYPES))
    owners = fields.List(fields.String(validate=validate.OneOf(OWNER_SERVICES)))
    reasons = fields.List(fields.Nested(StartReason))


class OfferedProcesses(Schema):
    """In the order of the catalogue."""

    items = fields.List(fields.Nested(OfferedProcess))


@dataclass(frozen=True)
class Subject:
    """A customer, product or account."""

    type: str
    id: UUID
    name: str


@dataclass(frozen=True)
class Tried:
    """What a process could be about.

    :param refusal: what its start would say; ``None`` if nothing that can be known before the form.
    """

    subject: Subject
    refusal: Refusal | None = None


def start_of(code: str, tried: Iterable[Tried], *, without: Refusal | None = None) -> dict[str, Any]:
    """As :class:`OwnedStart`.

    :param tried: at most :data:`SUBJECTS_MAX`, and one more if there are more.
    :param without: why there is nothing to try; needed where that can be.
    """
    found = list(tried)
    known = found[:SUBJECTS_MAX]
    startable = [each.subject for each in known if each.refusal is None]
    refused = [(each.subject, each.refusal) for each in known if each.refusal is not None]
    why = [refusal for _, refusal in refused] or ([] if without is None else [without])
    return {
        "code": code,
        "subjects": startable,
        "refused": [{**vars(subject), "reasons": [reason_of(refusal)]} for subject, refusal in refused],
        "is_more": len(found) > SUBJECTS_MAX,
        "reasons": [] if startable else [reason_of(refusal) for refusal in why[:_REASONS_MAX]],
    }


def start_of_whole(code: str, customer: Subject, *refusals: Refusal | None) -> dict[str, Any]:
    """As :class:`OwnedStart`, for a process about the customer itself."""
    why = [refusal for refusal in refusals if refusal is not None]
    return refused_start(code, *why) if why else start_of(code, [Tried(customer)])


def refused_start(code: str, *refusals: Refusal) -> dict[str, Any]:
    """As :class:`OwnedStart`, for what can be about nothing of the customer's."""
    reasons = [reason_of(refusal) for refusal in refusals]
    return {"code": code, "subjects": [], "refused": [], "is_more": False, "reasons": reasons}


def reason_of(refusal: Refusal) -> dict[str, Any]:
    """As :class:`StartReason`, yet without words."""
    return {"code": refusal.code, "params": refusal.params}
