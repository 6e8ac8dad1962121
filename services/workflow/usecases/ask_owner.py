"""Ask the owning service about a process: before it starts, before it starts again, and where a node's handler enters fields.

Always outside a transaction: the answer may take as long as the call's deadline, and the owner commits for itself.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from services.contracts.workflow import Prepared, PrepareProcess
from services.kit.errors import Conflict, InvalidInput, Refusal, Unavailable
from services.kit.schema import dump, load
from services.workflow.domain.definitions import Definition
from services.workflow.domain.forms import Form
from services.workflow.domain.searched_texts import SearchedTexts
from services.workflow.store.process_texts import write_texts
from services.workflow.store.tables import Process, User
from services.workflow.usecases.snapshots import initiator_of

Owners = Mapping[str, Callable[[dict[str, Any]], Any]]
"""By service name: its ``prepare_process``."""


def ask_owner(
    owners: Owners,
    process: Process,
    definition: Definition,
    form: Form,
    *,
    phase: str,
    node: str | None = None,
    successor: User | None = None,
) -> dict[str, Any]:
    """What the owner shows and decides on (:class:`services.contracts.workflow.Prepared`).

    :param form: every value entered so far, those to be checked among them.
    :param phase: ``start``, ``resubmit`` or ``node``.
    :param successor: who has taken over from the initiator and starts it again: whoever has left gets no customer and no claim.
    :raises Refusal: the owner's own, with its reasons by field.
    """
    request = {
        "process_id": process.id,
        "code": process.code,
        "phase": phase,
        "node": node,
        "subject_id": process.subject_key,
        "form": form,
        "initiator": initiator_of(process) if successor is None else _as_initiator(successor),
        "process_version": process.version,
    }
    try:
        answer = owners[process.owner_service](dump(PrepareProcess, request))
    except (InvalidInput, Conflict) as error:
        raise _in_the_form(error, definition) from error
    return load(Prepared, answer)


def _as_initiator(user: User) -> dict[str, Any]:
    return {"id": user.id, "name": user.name, "department_id": user.department_id}


def number_question(process: Process) -> int:
    """Give a question about a running process a version of its own, under the row's lock and before it is asked.

    Of two questions at once owner and process then agree which is the newer: the owner refuses the older one if it comes late,
    and the process goes on with the answer to the newest alone.

    :returns: the version that the process has until something else happens to it.
    """
    process.version += 1
    return process.version


def is_refused(error: Exception) -> bool:
    """Whether an error of :func:`ask_owner` proves that the owner holds nothing: only an answer that says no does."""
    return isinstance(error, Refusal) and not isinstance(error, Unavailable)


def _in_the_form(error: InvalidInput | Conflict, definition: Definition) -> InvalidInput | Conflict:
    """The owner's reasons at the places where the form's sender finds them: it knows the form, and not what stands around it."""
    codes = {field.code for field in definition.fields}
    places = {f"form.{path}" if path.partition(".")[0] in codes else path: found for path, found in error.fields.items()}
    return type(error)(error.code, fields=places, **error.params)


def keep_answer(session: Session, process: Process, prepared: Mapping[str, Any]) -> None:
    """Write what the owner of a running process answered: into its row, and what it is found by, if that has changed."""
    before = _searched(process)
    put_answer(process, prepared)
    searched = _searched(process)
    if searched != before:
        with session.no_autoflush:  # the row is written once, when the turn is made
            write_texts(session, process.id, SearchedTexts.of(*searched))


def put_answer(process: Process, prepared: Mapping[str, Any]) -> None:
    """Write into the process's row what its owner answered."""
    process.title = prepared["title"]
    process.subject_type = prepared["subject"]["type"]
    process.subject_id = prepared["subject"]["id"]
    process.subject_name = prepared["subject"]["name"]
    process.customer_id = prepared["customer_id"]
    process.customer_name = prepared["customer_name"]
    process.form = dict(prepared["form"])
    process.facts = dict(prepared["facts"])
    process.product_ids = prepared["product_ids"]


def texts_answered(process: Process, prepared: Mapping[str, Any]) -> SearchedTexts:
    """What a process is found by whose owner answered this."""
    names = prepared["title"], prepared["subject"]["name"], prepared["customer_name"]
    return SearchedTexts.of(*names, process.initiator_name)


def _searched(process: Process) -> tuple[str, str, str | None, str]:
    return process.title, process.subject_name, process.customer_name, process.initiator_name
