"""Roles, and who sees whose customers (spec, "People")."""

from dataclasses import dataclass
from typing import Final

from services.kit.caller import Caller

ROLES: Final[dict[str, tuple[str, str]]] = {
    "sales": ("销售", "Sales"),
    "sales_lead": ("销售部门领导", "Sales lead"),
    "sales_director": ("销售事业部总", "Sales director"),
    "sales_admin": ("销管", "Sales administration"),
    "finance": ("财务(总部)", "Finance"),
    "legal": ("法务", "Legal"),
    "resource": ("资源部", "Resources"),
    "tech_support": ("技术支持", "Technical support"),
    "billing_expert": ("计费专家", "Billing expert"),
    "audit_expert": ("运营稽核专家", "Audit expert"),
    "risk_expert": ("风控专家", "Risk expert"),
    "customer_care": ("客户维护专员", "Customer care"),
    "operations_vp": ("运营副总", "Operations VP"),
    "routing_manager": ("智能路由经理", "Routing manager"),
    "admin": ("系统管理员", "Administrator"),
}
"""Code → Chinese and English name."""

OPERATIONS_ROLES: Final = (
    "billing_expert",
    "audit_expert",
    "risk_expert",
    "customer_care",
    "operations_vp",
    "routing_manager",
)
OWNER_ROLES: Final = frozenset({"sales", "sales_lead"})
"""Who brings in customers and looks after them; nobody else becomes an owner."""

SEES_ALL_CUSTOMERS: Final = frozenset({"sales_admin", "finance", "sales_director", "admin", "system", *OPERATIONS_ROLES})

BILLS_ALL_CUSTOMERS: Final = frozenset({"finance", "sales_admin", "admin", *OPERATIONS_ROLES})
"""Who has the month's bills made of all customers at once; others make those of a customer whom they see."""


@dataclass(frozen=True)
class Visibility:
    """Whose customers a caller sees; a query's condition is made from it.

    :param everything: all customers; the other two do not matter then.
    :param owner_id: his or her own, by owner.
    :param department_ids: all of the departments that he or she leads, by the owner's department.
    """

    everything: bool
    owner_id: str
    department_ids: tuple[str, ...]


def visibility_of(caller: Caller) -> Visibility:
    """What the spec's "Who sees what" gives this caller. Pool customers are seen by all besides."""
    return Visibility(caller.has_role(*SEES_ALL_CUSTOMERS), caller.user_id, caller.departments_led)
