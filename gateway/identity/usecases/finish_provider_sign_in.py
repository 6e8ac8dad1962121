"""Sign in whom the company's own provider has recognised (spec, gateway.md, "Identity and access").

People are administered here: the provider proves who somebody is, and makes nobody. Its subject is bound to the person at the
first sign-in, and from then on it is the subject that counts: a login that is renamed at the provider, or given to a successor,
opens nobody else's account.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from gateway.identity.domain.logins import normalise_login
from gateway.identity.problems import Unauthenticated
from gateway.identity.secrets import token_hash
from gateway.identity.store.identities import bind, bound_user, people_by_email, take_sign_in
from gateway.identity.store.people import find_by_login, find_user, lock_user
from gateway.identity.store.provider_tables import Identity
from gateway.identity.store.tables import User
from gateway.identity.usecases.begin_session import Browser, SignedIn, begin_session
from services.kit.caller import Caller
from services.kit.errors import Forbidden
from services.kit.unit_of_work import Begin, UnitOfWork

if TYPE_CHECKING:
    from gateway.identity.provider import ProvenPerson, Provider


@dataclass(frozen=True)
class Returned:
    """What the provider sent the browser back with.

    :param browser: what our cookie holds.
    :param issuer: the provider's ``iss``, if it said it (RFC 9207).
    """

    state: str
    code: str
    error: str
    issuer: str | None
    browser: str


def finish_provider_sign_in(begin: Begin, provider: "Provider", returned: Returned, browser: Browser) -> tuple[SignedIn, str]:
    """Begin a session.

    :returns: the session, and where in the console to go on.
    :raises Unauthenticated: ``provider_sign_in_failed``.
    :raises Forbidden: ``person_unknown_here``; ``person_bound_otherwise`` where the person signs in by another subject.
    :raises Unavailable: ``identity_provider_away``.
    """
    with begin() as work:
        begun = take_sign_in(work.session, token_hash(returned.state), token_hash(returned.browser), work.now)
    if begun is None or returned.error or not returned.code or returned.issuer not in (None, provider.issuer):
        raise Unauthenticated("provider_sign_in_failed")
    person = provider.person_of(returned.code, nonce=begun.nonce, code_verifier=begun.code_verifier)
    with begin() as work:
        bound_to = bound_user(work.session, person.issuer, person.subject)
        user = find_user(work.session, bound_to) if bound_to else _person_named(work, provider, person.login)
    with begin.on_behalf_of(Caller(user_id=str(user.id), name=user.name))() as work:
        user = lock_user(work.session, user.id)
        if not user.active or user.is_service:
            raise Forbidden("person_unknown_here", login=person.login)
        if bound_to is None:
            _bind(work, person, user.id)
        signed_in = begin_session(work, user.id, browser, kind="oidc", sign_out_url=person.sign_out_url)
    return signed_in, begun.next_path


def _person_named(work: UnitOfWork, provider: "Provider", login: str) -> User:
    if provider.login_claim == "email":
        people = people_by_email(work.session, login)
        if len(people) == 1:  # two who share an address are told apart by nothing that the provider says
            return people[0]
    elif user := find_by_login(work.session, normalise_login(login)):
        return user
    raise Forbidden("person_unknown_here", login=login)


def _bind(work: UnitOfWork, person: "ProvenPerson", user_id: UUID) -> None:
    identity = Identity(issuer=person.issuer, subject=person.subject, user_id=user_id, login=person.login, bound_at=work.now)
    if bind(work.session, identity):
        work.audit("identity_bound", ("user", user_id), after={"issuer": person.issuer, "login": person.login})
    elif bound_user(work.session, person.issuer, person.subject) != user_id:
        raise Forbidden("person_bound_otherwise", login=person.login)
