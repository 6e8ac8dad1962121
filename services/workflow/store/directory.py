"""Who can act: copies of the gateway's users and departments, and what a definition's nodes make of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, Select, Text, Uuid, any_, bindparam, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased

from services.kit.errors import InvalidInput, NotFound
from services.workflow.domain.acting import Handlers
from services.workflow.domain.definitions import Definition, Node
from services.workflow.domain.seats import Handler
from services.workflow.store.tables import Department, Process, User

_DEPTH_MAX = 50

Person = Row[UUID, str, UUID | None, list[str]]
"""A user's id, name, department and roles."""
Chosen = Mapping[str, Sequence[Mapping[str, str]]]
"""Whom an initiator chose: node → ``{"id", "name"}`` of users."""


def _above() -> Select[UUID, UUID | None]:
    own = select(Department.id, Department.parent_id, Department.lead_id, literal(0).label("depth"))
    up = own.where(Department.id == bindparam("department_id")).cte("up", recursive=True)
    above = aliased(Department)
    step = select(above.id, above.parent_id, above.lead_id, (up.c.depth + 1).label("depth"))
    up = up.union_all(step.join(up, above.id == up.c.parent_id).where(up.c.depth < _DEPTH_MAX))
    return select(up.c.id, up.c.lead_id).order_by(up.c.depth)


# Put together once: every decision looks for those who come next.
_ABOVE = _above()
_ASKED = (
    select(User.id, User.name, User.department_id, User.roles)
    .where(
        User.active,
        User.roles.overlap(bindparam("roles", type_=ARRAY(Text))) | (User.id == any_(bindparam("user_ids", type_=ARRAY(Uuid)))),
    )
    .order_by(User.name, User.id)
)


@dataclass(frozen=True)
class Initiator:
    """From whose place in the company handlers are found.

    :param person: who acts as the initiator: he or she, or who took over from one who has left.
    """

    person: Handler
    department_id: UUID | None


def initiator_of(process: Process) -> Initiator:
    if process.successor_id is not None:
        return Initiator(
            Handler(str(process.successor_id), process.successor_name or "", "initiator"), process.initiator_department_id
        )
    return Initiator(Handler(str(process.initiator_id), process.initiator_name, "initiator"), process.initiator_department_id)


def successor_in(session: Session, process: Process) -> User | None:
    """Who took over a process from its initiator, as he or she is now."""
    return None if process.successor_id is None else session.get(User, process.successor_id)


def handlers_of(session: Session, nodes: Sequence[Node], initiator: Initiator, chosen: Chosen) -> Handlers:
    """Who can act at each of these nodes as the directory stands, by name; nobody, where nobody can.

    In two queries, however many nodes there are. Whoever was named or chosen and has left acts through his or her successor:
    nobody else could let the process past that node.

    :param chosen: whom the initiator chose, by node: user's id and name.
    """
    above = _departments_above(session, initiator.department_id, nodes)
    users, heirs = _people_asked(session, nodes, chosen, above)
    return {node.code: _handlers_at(node, initiator.person, users, heirs, above, chosen.get(node.code, ())) for node in nodes}


def handlers_of_process(session: Session, definition: Definition, process: Process, *, since: str | None = None) -> Handlers:
    """The same for a process that is there: at every node, or at this one and those after it."""
    nodes = definition.nodes if since is None else definition.nodes[definition.position(since) :]
    return handlers_of(session, nodes, initiator_of(process), process.chosen)


def unheld_nodes(session: Session, found: Iterable[Definition], initiator: Initiator) -> dict[str, Node]:
    """The definitions that a start would be refused of, as nobody can act at a node: code → the first such node.

    In two queries, however many definitions there are. A node whose handlers the initiator chooses is the form's matter, and of
    one that may be passed only the owner's facts tell whether it asks anybody.
    """
    asked = {
        each.code: [node for node in each.nodes if node.pass_when is None and node.actors.kind != "chosen"] for each in found
    }
    nodes = [node for each in asked.values() for node in each]
    above = _departments_above(session, initiator.department_id, nodes)
    users, heirs = _people_asked(session, nodes, {}, above)
    unheld = {
        code: next((node for node in each if not _handlers_at(node, initiator.person, users, heirs, above, ())), None)
        for code, each in asked.items()
    }
    return {code: node for code, node in unheld.items() if node is not None}


def chosen_handlers(session: Session, definition: Definition, wanted: Mapping[str, Sequence[UUID]]) -> Chosen:
    """Whom an initiator chooses, as the process keeps them.

    :param wanted: node → users.
    :raises InvalidInput: at ``handlers.<node>``, for a node that lets nobody choose, a user who is not there or lacks the role,
        or none at all for a node that will ask somebody for sure.
    """
    nodes = {node.code: node for node in definition.nodes if node.actors.kind == "chosen"}
    users = {user.id: user for user in _active_users(session, {each for ids in wanted.values() for each in ids})}
    wrong = {f"handlers.{code}": ["unknown"] for code in wanted if code not in nodes}
    for code, node in nodes.items():
        ids = list(dict.fromkeys(wanted.get(code, ())))
        if not ids and node.pass_when is None:
            wrong[f"handlers.{code}"] = ["required"]
        for position, user_id in enumerate(ids):
            user = users.get(user_id)
            if user is None or (node.actors.roles and not set(node.actors.roles) & set(user.roles)):
                wrong[f"handlers.{code}.{position}"] = ["cannot_be_chosen"]
    if wrong:
        raise InvalidInput(fields=wrong)
    return {
        code: [{"id": str(each), "name": users[each].name} for each in dict.fromkeys(ids)] for code, ids in wanted.items() if ids
    }


def taker(session: Session, user_id: UUID) -> Handler:
    """Somebody who is to act from now on.

    :raises NotFound: as :func:`active_user`.
    """
    user = active_user(session, user_id)
    return Handler(str(user.id), user.name, "")


def active_user(session: Session, user_id: UUID) -> User:
    """
    :raises NotFound: ``taker_not_found``, also for one who has left.
    """
    user = session.scalar(select(User).where(User.id == user_id, User.active))
    if user is None:
        raise NotFound("taker_not_found")
    return user


def active_users(session: Session, user_ids: Iterable[UUID]) -> list[User]:
    """
    :raises InvalidInput: at ``user_ids``, for those who are not there or have left.
    """
    wanted = list(dict.fromkeys(user_ids))
    users = {user.id: user for user in _active_users(session, wanted)}
    wrong = {f"user_ids.{position}": ["cannot_be_chosen"] for position, each in enumerate(wanted) if each not in users}
    if wrong:
        raise InvalidInput(fields=wrong)
    return [users[each] for each in wanted]


def who_is_here(session: Session, user_ids: Collection[UUID]) -> set[UUID]:
    """Those of these people who have not left."""
    if not user_ids:
        return set()
    return set(session.scalars(select(User.id).where(User.id.in_(user_ids), User.active)))


def administrators(session: Session) -> list[str]:
    """The names of those who can help where nobody can act."""
    return list(session.scalars(select(User.name).where(User.active, User.roles.overlap(["admin"])).order_by(User.name)))


def names_of(session: Session, user_ids: Iterable[str]) -> dict[str, str]:
    """The names of these users, also of those who have left; by id."""
    wanted = [UUID(user_id) for user_id in user_ids]
    if not wanted:
        return {}
    return {str(user_id): name for user_id, name in session.execute(select(User.id, User.name).where(User.id.in_(wanted)))}


@dataclass(frozen=True)
class _Above:
    """The initiator's department and those above it, nearest first, with the lead of each."""

    departments: tuple[UUID, ...]
    leads: tuple[UUID, ...]


def _active_users(session: Session, user_ids: Iterable[UUID]) -> list[User]:
    wanted = list(user_ids)
    return list(session.scalars(select(User).where(User.id.in_(wanted), User.active))) if wanted else []


def _handlers_at(
    node: Node,
    initiator: Handler,
    users: Sequence[Person],
    heirs: Mapping[UUID, UUID],
    above: _Above,
    chosen: Sequence[Mapping[str, str]],
) -> tuple[Handler, ...]:
    actors = node.actors
    if actors.kind == "initiator":
        return (initiator,)
    named = {user.id: user for user in users}
    if actors.kind == "lead":
        lead = next((named[each] for each in above.leads if each in named), None)
        return () if lead is None else (Handler(str(lead.id), lead.name, "sales_lead"),)
    if actors.kind in ("users", "chosen"):
        ids = [UUID(each) for each in actors.user_ids] if actors.kind == "users" else [UUID(each["id"]) for each in chosen]
        here = dict.fromkeys(heirs.get(each, each) for each in ids)
        return tuple(Handler(str(each), named[each].name, "user") for each in here if each in named)
    holders = [(user, role) for user in users if (role := _role_of(user, actors.roles)) is not None]
    if actors.kind == "department_role":
        nearest = next((each for each in above.departments if any(user.department_id == each for user, _ in holders)), None)
        holders = [(user, role) for user, role in holders if nearest is not None and user.department_id == nearest]
    return tuple(Handler(str(user.id), user.name, role) for user, role in holders)


def _role_of(user: Person, roles: Iterable[str]) -> str | None:
    """The first of a node's roles that somebody holds."""
    return next((role for role in roles if role in user.roles), None)


def _people_asked(
    session: Session, nodes: Iterable[Node], chosen: Chosen, above: _Above
) -> tuple[Sequence[Person], Mapping[UUID, UUID]]:
    """Every active user whom some node asks: by role, by name, by choice or as a lead; by name.

    :returns: these, and who takes over from those named or chosen who have left.
    """
    roles = {role for node in nodes if node.actors.kind != "chosen" for role in node.actors.roles}
    named = {UUID(user_id) for node in nodes for user_id in node.actors.user_ids}
    named |= {UUID(each["id"]) for people in chosen.values() for each in people}
    user_ids = named | set(above.leads)
    if not roles and not user_ids:
        return [], {}
    heirs = _heirs_of(session, named) if named else {}
    asked = {"roles": sorted(roles), "user_ids": [*user_ids, *heirs.values()]}
    return session.execute(_ASKED, asked).all(), heirs


def _heirs_of(session: Session, user_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Who takes over from those of these people who have left."""
    left = select(User.id, User.successor_id).where(User.id.in_(user_ids), ~User.active, User.successor_id.is_not(None))
    return {row.id: row.successor_id for row in session.execute(left) if row.successor_id is not None}


def _departments_above(session: Session, department_id: UUID | None, nodes: Iterable[Node]) -> _Above:
    """Nothing, if no node asks for it."""
    if department_id is None or not any(node.actors.kind in ("lead", "department_role") for node in nodes):
        return _Above((), ())
    rows = session.execute(_ABOVE, {"department_id": department_id}).all()
    return _Above(tuple(row.id for row in rows), tuple(row.lead_id for row in rows if row.lead_id is not None))
