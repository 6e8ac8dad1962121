"""Start the process of a write-off that payments began by itself (spec, workflow.md, "The catalogue", ``write_off``)."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from services.contracts.payments import WriteOffStarted
from services.kit.envelope import Event
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin
from services.workflow.domain.acting import Decision
from services.workflow.domain.process import start
from services.workflow.domain.searched_texts import SearchedTexts
from services.workflow.store import definitions, directory
from services.workflow.store.process_texts import first_texts
from services.workflow.store.processes import dossier_of, lock_any
from services.workflow.store.tables import Process
from services.workflow.usecases.publish_definitions import ensure_published
from services.workflow.usecases.write_turn import write_turn

CODE = "write_off"


def start_automatic_write_off(begin: Begin, event: Event) -> None:
    """A process with the write-off's id, for its owner to confirm. Payments holds the amounts already and is not asked.

    A write-off that a person started has its process; it is left alone.
    """
    write_off = load_told(WriteOffStarted, event.data)
    if not write_off["automatic"]:
        return
    ensure_published(begin)
    with begin(consuming=event) as work:
        version = definitions.current(work.session, CODE)
        row = {**_row(write_off, event), "definition_version": version.version, "started_at": work.now, "changed_at": work.now}
        made = work.session.execute(insert(Process).values(row).on_conflict_do_nothing().returning(Process.id)).first()
        process = lock_any(work.session, row["id"], first_texts(row["id"], _texts(row))) if made else None
        if process is None:
            return
        dossier = dossier_of(work.session, process)
        handlers = directory.handlers_of_process(work.session, dossier.definition, process)
        decision = Decision(dossier.initiator, work.now)
        write_turn(work, dossier, start(dossier.definition, decision, dossier.values, handlers))


def _row(write_off: dict[str, Any], event: Event) -> dict[str, Any]:
    customer_id: UUID = write_off["customer_id"]
    return {
        "id": write_off["write_off_id"],
        "code": CODE,
        "owner_service": "payments",
        "state": "starting",
        "title": f"{write_off['customer_name']} 自动销账 {write_off['amount']}",
        "subject_key": str(customer_id),
        "subject_type": "customer",
        "subject_id": str(customer_id),
        "subject_name": write_off["customer_name"],
        "customer_id": customer_id,
        "customer_name": write_off["customer_name"],
        "initiator_id": write_off["owner_id"],
        "initiator_name": write_off["owner_name"],
        "initiator_department_id": write_off["owner_department_id"],
        "form": {"pairs": event.data["pairs"], "remarks": "自动销账流程"},
        "facts": {"automatic": 1},
        "version": 0,
    }


def _texts(row: dict[str, Any]) -> SearchedTexts:
    return SearchedTexts.of(row["title"], row["subject_name"], row["customer_name"], row["initiator_name"])
