"""Who can act: copies of the gateway's users and departments, and what a definition's nodes make of them."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import literal, select
from sqlalchemy.orm import Session, aliased

from services.kit.errors import NotFound
from services.workflow.domain.definitions import Definition, Node
from services.workflow.domain.history import Handler
from services.workflow.domain.process import Handlers
from services.workflow.store.tables import Department, Process, User

_DEPTH_MAX = 50


def handlers_of(session: Session, definition: Definition, process: Process) -> Handlers:
    """Who can act at each node as the directory stands, by name; nobody, where nobody can.

    In two queries, however many nodes there are.
    """
    initiator = Handler(str(process.initiator_id), process.initiator_name, "initiator")
    kinds = {node.actors.kind for node in definition.nodes}
    lead = _nearest_lead(session, process.initiator_department_id) if "lead" in kinds else None
    holders = _holders(session, definition.nodes)
    return {node.code: _handlers_at(node, initiator, lead, holders) for node in definition.nodes}


def active_user(session: Session, user_id: UUID) -> User:
    """
    :raises NotFound: ``taker_not_found``, also for one who has left.
    """
    user = session.scalar(select(User).where(User.id == user_id, User.active))
    if user is None:
        raise NotFound("taker_not_found")
    return user


def names_of(session: Session, user_ids: Iterable[str]) -> dict[str, str]:
    """The names of these users, also of those who have left; by id."""
    wanted = [UUID(user_id) for user_id in user_ids]
    if not wanted:
        return {}
    return {str(user_id): name for user_id, name in session.execute(select(User.id, User.name).where(User.id.in_(wanted)))}


def _handlers_at(node: Node, initiator: Handler, lead: User | None, holders: Iterable[User]) -> tuple[Handler, ...]:
    actors = node.actors
    if actors.kind == "initiator":
        return (initiator,)
    if actors.kind == "lead":
        return () if lead is None else (Handler(str(lead.id), lead.name, "sales_lead"),)
    if actors.kind == "users":
        named = {str(user.id): user for user in holders}
        return tuple(Handler(user_id, named[user_id].name, "user") for user_id in actors.user_ids if user_id in named)
    found = ((user, next((role for role in actors.roles if role in user.roles), None)) for user in holders)
    return tuple(Handler(str(user.id), user.name, role) for user, role in found if role is not None)


def _holders(session: Session, nodes: Iterable[Node]) -> list[User]:
    """Every active user whom some node asks by role or by name."""
    roles = {role for node in nodes for role in node.actors.roles}
    user_ids = [UUID(user_id) for node in nodes for user_id in node.actors.user_ids]
    asked = User.roles.overlap(sorted(roles))
    if user_ids:
        asked = asked | User.id.in_(user_ids)
    return list(session.scalars(select(User).where(User.active, asked).order_by(User.name, User.id)))


def _nearest_lead(session: Session, department_id: UUID | None) -> User | None:
    """The lead of the department or of the nearest one above that has one."""
    if department_id is None:
        return None
    own = select(Department.parent_id, Department.lead_id, literal(0).label("depth")).where(Department.id == department_id)
    up = own.cte("up", recursive=True)
    above = aliased(Department)
    step = select(above.parent_id, above.lead_id, (up.c.depth + 1).label("depth"))
    up = up.union_all(step.join(up, above.id == up.c.parent_id).where(up.c.depth < _DEPTH_MAX))
    return session.scalar(select(User).join(up, up.c.lead_id == User.id).where(User.active).order_by(up.c.depth).limit(1))
