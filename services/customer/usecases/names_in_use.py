"""When a customer's name is another's already: what whoever enters it is told."""

from services.customer.store.tables import Customer
from services.kit.errors import Conflict

_POOL = "公共池"


def name_taken(holder: Customer) -> Conflict:
    """The refusal of a name that a customer has, with who looks after that one."""
    return Conflict("customer_name_taken", name=holder.name, owner=holder.owner_name or _POOL)
