"""Put the effect of an archived process into force, once, and say so."""

from collections.abc import Callable
from typing import Any

from services.contracts.workflow import Process
from services.customer.store.processes import lock_process
from services.customer.usecases.effects import Effect
from services.customer.usecases.grant_special_request import grant_special_request
from services.customer.usecases.open_accounts import open_accounts
from services.customer.usecases.put_contract_in_force import put_contract_in_force
from services.customer.usecases.register_signature import register_signature
from services.customer.usecases.take_over_customer import take_over_customer
from services.kit.envelope import Event
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin, UnitOfWork

_EFFECTS: dict[str, Callable[[UnitOfWork, dict[str, Any]], Effect]] = {
    "claim_customer": take_over_customer,
    "test_account": open_accounts,
    "contract_review": put_contract_in_force,
    "channel_registration": register_signature,
    "special_request": grant_special_request,
}


def apply_process(begin: Begin, event: Event) -> None:
    """What an archived process of ours brings; processes of others pass by."""
    effect_of = _EFFECTS.get(event.data["code"])
    if effect_of is None:
        return
    archived = load_told(Process, event.data)
    with begin(consuming=event) as work:
        process, _ = lock_process(work.session, archived["process_id"], archived["code"], work.now)
        if process.state == "applied":
            return
        effect = effect_of(work, archived)
        process.state, process.changed_at, process.customer_id = "applied", work.now, effect.customer_id
        applied = {
            "process_id": process.process_id,
            "code": process.code,
            "summary_zh": effect.summary_zh,
            "summary_en": effect.summary_en,
        }
        work.publish("process_applied", process.process_id, applied)
