"""The effect of 合同评审: the contract is in force, the customer a contract customer."""

from typing import Any
from uuid import UUID

from services.contracts.customer_forms import ContractReviewForm
from services.customer.store.contracts import next_contract_number
from services.customer.store.customers import lock_customer
from services.customer.store.tables import Contract, ContractProduct, Customer
from services.customer.usecases.effects import Effect, leave_in_pool, lift, standing
from services.customer.usecases.moves import Owner, settle
from services.customer.usecases.successors import owner_by_process
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork


def put_contract_in_force(work: UnitOfWork, process: dict[str, Any]) -> Effect:
    """Keep the contract; lift the customer, if the contract's end lies ahead still."""
    initiator, left = process["initiator"], None
    new_owner = owner_by_process(work, initiator)
    customer = lock_customer(work.session, UUID(process["subject"]["id"]))
    contract = _keep(work, customer, process)
    if contract.valid_to > work.today and customer.tier != "contract":
        if customer.tier != "pool":
            lift(work, customer, "contract", process["code"], process["process_id"])
        elif new_owner is None:
            left = leave_in_pool(work, customer, process)
        else:
            _take_back(work, customer, process, new_owner)
    customer.contract_ends_on = max(contract.valid_to, customer.contract_ends_on or contract.valid_to)
    settle(work, customer)
    in_force = {
        "id": contract.id,
        "number": contract.number,
        "customer_id": customer.id,
        "customer_name": customer.name,
        "process_id": contract.process_id,
        "valid_from": contract.valid_from,
        "valid_to": contract.valid_to,
        "amount": contract.amount,
        "owner_id": customer.owner_id or initiator["id"],
    }
    work.publish("contract_in_force", contract.id, in_force)
    zh, en = left or standing(customer)
    return Effect(
        customer.id,
        f"合同 {contract.number} 生效（{contract.valid_from} 至 {contract.valid_to}），{zh}",
        f"contract {contract.number} in force ({contract.valid_from} to {contract.valid_to}); {en}",
    )


def _take_back(work: UnitOfWork, customer: Customer, process: dict[str, Any], owner: Owner) -> None:
    """Whoever signed a contract with a customer that fell into the pool meanwhile gets it back, from who is claiming it, too."""
    lost = None
    if customer.claim_process_id is not None:
        lost = {
            "customer_id": customer.id,
            "customer_name": customer.name,
            "process_id": customer.claim_process_id,
            "claimant_id": customer.claimant_id,
            "claimant_name": customer.claimant_name,
            "owner_name": owner.name,
        }
    lift(work, customer, "contract", process["code"], process["process_id"], owner)
    if lost is not None:
        work.publish("claim_lost", customer.id, lost, version=customer.version)
        work.audit("customer_claim_ended", ("customer", customer.id), why="contract_review")


def _keep(work: UnitOfWork, customer: Customer, process: dict[str, Any]) -> Contract:
    form = load(ContractReviewForm, process["form"])
    contract = Contract(
        id=work.new_id(),
        number=next_contract_number(work.session, work.today),
        customer_id=customer.id,
        process_id=process["process_id"],
        valid_from=form["valid_from"],
        valid_to=form["valid_to"],
        monthly_volume=form["monthly_volume"],
        amount=form["amount"],
        unit_price=form["unit_price"],
        is_standard=form["is_standard"],
        is_auto_renewing=bool(form["is_auto_renewing"]),
        renews_contract_id=form["renews_contract_id"],
        draft=process["form"]["draft"],
        stamped_scan=process["form"].get("stamped_scan") or [],
        remarks=form["remarks"] or "",
        created_at=work.now,
    )
    work.session.add(contract)
    work.session.flush()
    product_ids = dict.fromkeys(form["product_ids"] or [])
    work.session.add_all([ContractProduct(contract_id=contract.id, product_id=each) for each in product_ids])
    work.audit("contract_in_force", ("contract", contract.id), after={"number": contract.number, "customer": customer.name})
    return contract
