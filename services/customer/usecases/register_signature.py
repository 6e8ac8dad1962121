"""The effect of 通道报备: the signature is registered on the account, or the channel has refused it."""

from typing import Any
from uuid import UUID

from services.contracts.customer_account_calls import SIGNATURE_TYPE_NAMES
from services.customer.domain.accounts import CLOSED
from services.customer.domain.signatures import SHARING
from services.customer.store.customers import lock_customer
from services.customer.store.signatures import replace_registered, signature_of_process
from services.customer.store.tables import Account
from services.customer.usecases.effects import Effect
from services.customer.usecases.prepare_channel_registration import entered_result
from services.kit.errors import Conflict
from services.kit.unit_of_work import UnitOfWork


def register_signature(work: UnitOfWork, process: dict[str, Any]) -> Effect:
    """What the resource department entered decides: a negative result registers nothing, and is kept with its reason.

    A signature that was registered with the same channel for the same messages before is replaced.

    :raises Conflict: ``account_closed``, if it was closed meanwhile.
    """
    account = work.session.get_one(Account, UUID(process["subject"]["id"]))
    lock_customer(work.session, account.customer_id)
    work.session.refresh(account)
    result = entered_result(process["form"])
    is_registered = result["result"] == "registered"
    if is_registered and account.status == CLOSED:
        raise Conflict("account_closed", identifier=account.identifier)
    row = signature_of_process(work.session, process["process_id"])
    row.state = "registered" if is_registered else "refused"
    row.channel, row.result_note = result["channel"].strip(), result["result_note"] or ""
    row.settled_at = work.now
    work.session.flush()
    after = {"signature": row.signature, "type": row.type, "channel": row.channel}
    if is_registered:
        replace_registered(work.session, row, SHARING[row.type])
    work.audit(f"signature_{row.state}", ("account", account.id), after=after, why=row.result_note)
    zh, en = SIGNATURE_TYPE_NAMES[row.type]
    if not is_registered:
        return Effect(
            account.customer_id,
            f"通道 {row.channel} 未通过报备，账号 {account.identifier} 未登记签名【{row.signature}】：{row.result_note}",
            f"Channel {row.channel} refused 【{row.signature}】; {account.identifier} has it not: {row.result_note}",
        )
    return Effect(
        account.customer_id,
        f"签名【{row.signature}】已在账号 {account.identifier} 登记（{zh}，通道 {row.channel}）",
        f"Signature 【{row.signature}】 registered on account {account.identifier} ({en}, channel {row.channel})",
    )
