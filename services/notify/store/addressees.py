"""Who a reader is, to messages. That is settled here, from the reader's own claims, and nowhere else."""

from uuid import UUID

from services.kit.caller import Caller
from services.notify.domain.recipients import Recipient


def addressees_of(caller: Caller) -> list[str]:
    """Every recipient that the caller is now: himself or herself, the nearest lead of departments, holder of roles, and holder of
    roles in his or her department.

    A role in a department is held by who belongs to that very department: what is below it has messages of its own.
    """
    recipients = [Recipient("user", user_id=_id(caller.user_id))] if caller.user_id else []
    recipients += [Recipient("lead", department_id=_id(department)) for department in caller.nearest_lead_of]
    for role in sorted(caller.roles):
        recipients.append(Recipient("role", role=role))
        if caller.department_id:
            recipients.append(Recipient("role", role=role, department_id=_id(caller.department_id)))
    return [recipient.key for recipient in recipients]


def _id(text: str) -> str:
    """As the database writes it."""
    return str(UUID(text))
