"""Prepare 通道报备: a signature is to be registered on an account (spec, workflow.md, "The catalogue")."""

from typing import Any
from uuid import UUID

from services.contracts.customer_forms import ChannelRegistrationForm, RegistrationResult
from services.customer.domain.accounts import CLOSED
from services.customer.domain.signatures import SHARING, bare_signature, fault_of_signature
from services.customer.store.accounts import customer_of_account
from services.customer.store.customers import lock_customer
from services.customer.store.signatures import hold_signature, pending_of_others
from services.customer.store.tables import Account, Customer
from services.customer.usecases.keepers import lock_kept
from services.customer.usecases.preparation import Preparation
from services.kit.errors import Conflict, InvalidInput
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork

RESULT_NODE = "resource"


def prepare_channel_registration(work: UnitOfWork, preparation: Preparation) -> dict[str, Any]:
    """
    :raises NotFound: ``account_not_found``.
    :raises Forbidden: ``customer_not_yours``.
    :raises Conflict: ``customer_in_pool``, ``account_closed``; ``signature_in_process``, if another process is registering it.
    :raises InvalidInput: by the form's fields.
    """
    if preparation.starts:
        customer = lock_kept(work, customer_of_account(work.session, work.caller, preparation.subject_id))
        form = _checked(preparation.form)
        account = work.session.get_one(Account, preparation.subject_id)
        if account.status == CLOSED:
            raise Conflict("account_closed", identifier=account.identifier)
        _hold(work, preparation.process_id, account, form)
        signature = form["signature"]
    else:
        account = work.session.get_one(Account, preparation.subject_id)
        customer = lock_customer(work.session, account.customer_id)
        if preparation.node == RESULT_NODE:
            entered_result(preparation.form)
        signature = preparation.form["signature"]
    return _prepared(customer, account, {**preparation.form, "signature": signature})


def entered_result(form: dict[str, Any]) -> dict[str, Any]:
    """What the resource department entered.

    :raises InvalidInput: without a channel or a result; for a refusal without the reason.
    """
    result = load(RegistrationResult, form)
    if result["result"] == "refused" and not (result["result_note"] or "").strip():
        raise InvalidInput(fields={"result_note": ["required"]})
    return result


def _checked(form: dict[str, Any]) -> dict[str, Any]:
    """The form, with the signature as it is without its brackets."""
    loaded = load(ChannelRegistrationForm, form)
    signature = bare_signature(loaded["signature"])
    fault = fault_of_signature(signature)
    if fault is not None:
        raise InvalidInput(fields={"signature": [fault]})
    return {**loaded, "signature": signature}


def _hold(work: UnitOfWork, process_id: UUID, account: Account, form: dict[str, Any]) -> None:
    # The customer's row is locked: of two processes at the same moment one comes second and sees what the first holds.
    other = pending_of_others(work.session, account.id, process_id, form["signature"], SHARING[form["type"]])
    if other is not None:
        raise Conflict(
            "signature_in_process",
            fields={"signature": ["taken"]},
            signature=other.signature,
            identifier=account.identifier,
        )
    row = {
        "id": work.new_id(),
        "account_id": account.id,
        "process_id": process_id,
        "signature": form["signature"],
        "type": form["type"],
        "sub_number": form["sub_number"] or "",
        "industry": form["industry"].upper(),
        "state": "pending",
        "channel": "",
        "result_note": "",
        "settled_at": work.now,
    }
    hold_signature(work.session, row)


def _prepared(customer: Customer, account: Account, form: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": f"通道报备：{customer.name} {account.identifier}【{form['signature']}】",
        "subject": {"type": "account", "id": account.id, "name": account.identifier},
        "customer_id": customer.id,
        "customer_name": customer.name,
        "product_ids": [account.product_id],
        "form": form,
        "facts": {},
    }
