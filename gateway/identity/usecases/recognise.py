"""Recognise whoever shows a session's or a bearer token (spec, gateway.md, "Identity and access")."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from gateway.identity.domain.departments import Tree, departments_led, nearest_lead_of
from gateway.identity.secrets import token_hash
from gateway.identity.store.people import read_tree
from gateway.identity.store.proofs import note_use, session_with_user, token_with_user
from gateway.identity.store.tables import User
from services.kit.caller import Caller
from services.kit.unit_of_work import Begin


@dataclass(frozen=True)
class Recognised:
    """The claims, and what they were proven with.

    :param caller: ``scopes`` are empty for a session.
    :param csrf_token: what a session's unsafe requests must show; ``None`` for a token, which a browser never sends by itself.
    :param must_change_password: whether nothing else is allowed before.
    """

    user_id: UUID
    caller: Caller
    csrf_token: str | None
    must_change_password: bool

    @property
    def by_token(self) -> bool:
        return self.csrf_token is None


def recognise_session(begin: Begin, token: str) -> Recognised | None:
    """Whose live session this is; ``None`` for nobody's. One query, and for leads a second one, for the departments' tree; every
    five minutes of use a write, that keeps it from ending as unused."""
    with begin() as work:
        row = session_with_user(work.session, token_hash(token), work.now)
        if row is None:
            return None
        session, user, leads = row
        note_use(work.session, session.token_hash, session.used_at, work.now)
        caller = claims_of(work.session, user, leads=leads)
        # Whoever comes from the company's own provider has shown no password here, and may know none.
        must_change_password = user.must_change_password and session.kind == "password"
        return Recognised(user.id, caller, session.csrf_token, must_change_password)


def recognise_token(begin: Begin, token: str) -> Recognised | None:
    """Whose live bearer token this is; ``None`` for nobody's."""
    with begin() as work:
        row = token_with_user(work.session, token_hash(token), work.now)
        if row is None:
            return None
        api_token, user, leads = row
        caller = claims_of(work.session, user, leads=leads, scopes=frozenset(api_token.scopes))
        return Recognised(user.id, caller, None, False)


def claims_of(session: Session, user: User, *, leads: bool, scopes: frozenset[str] = frozenset()) -> Caller:
    """A user's claims, as they travel with every call.

    :param leads: whether he or she leads any department.
    """
    return claims_in(read_tree(session) if leads else {}, user, scopes)


def claims_in(tree: Tree, user: User, scopes: frozenset[str] = frozenset()) -> Caller:
    """The same in a tree that is read already."""
    return Caller(
        user_id=str(user.id),
        name=user.name,
        department_id=str(user.department_id or ""),
        departments_led=tuple(sorted(str(each) for each in departments_led(tree, user.id))),
        nearest_lead_of=tuple(sorted(str(each) for each in nearest_lead_of(tree, user.id))),
        roles=frozenset(user.roles),
        scopes=scopes,
    )
