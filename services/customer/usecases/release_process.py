"""Release what a process had reserved, when it is withdrawn or rejected."""

from uuid import UUID

from services.contracts.workflow import ProcessTurned
from services.customer.store.accounts import free_identifiers
from services.customer.store.customers import return_to_pool
from services.customer.store.processes import lock_process
from services.customer.store.signatures import free_signature
from services.kit.envelope import Event
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin, UnitOfWork

SERVICE = "customer"


def release_process(begin: Begin, event: Event) -> None:
    """A pool customer goes back, account identifiers and a signature are free.

    A withdrawn process stays so, even if it is heard of first here.
    A rejection that arrives after the process was resubmitted is out of date: it would release what the resubmission reserved.
    """
    if event.data["owner_service"] != SERVICE:
        return
    turned = load_told(ProcessTurned, event.data)
    with begin(consuming=event) as work:
        process, _ = lock_process(work.session, turned["process_id"], turned["code"], work.now)
        withdrawn = event.type == "process_withdrawn"
        late = 0 < event.aggregate_version <= process.version
        if process.state == "applied" or (late and not withdrawn):
            return
        process.state, process.changed_at = "withdrawn" if withdrawn else "released", work.now
        process.version = max(process.version, event.aggregate_version)
        _give_back(work, process.process_id, turned["opinion"])


def _give_back(work: UnitOfWork, process_id: UUID, why: str) -> None:
    # The customer before the identifiers, as preparing and applying lock them.
    customer_id = return_to_pool(work.session, process_id)
    free_identifiers(work.session, process_id)
    free_signature(work.session, process_id)
    if customer_id is not None:
        work.audit("customer_claim_ended", ("customer", customer_id), why=why)
