"""What an identity provider says is believed by its signature alone (spec, gateway.md: "OpenID Connect against a company's own
provider by configuration")."""

import base64
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from gateway.identity import provider as provider_module
from gateway.identity.problems import Unauthenticated
from gateway.identity.provider import Provider, code_challenge
from services.kit.errors import Unavailable
from services.kit.settings import Settings
from tests.integration.gateway.identity_providers import (
    CLIENT_ID,
    CLIENT_SECRET,
    CONSOLE_URL,
    Forger,
    new_key,
    running_forger,
)

VERIFIER, NONCE, STATE = "v" * 43, "nonce", "state"


@pytest.fixture
def forger() -> Iterator[Forger]:
    with running_forger() as forger:
        yield forger


@pytest.fixture
def settings(forger: Forger) -> Settings:
    return Settings(
        database_url="",
        amqp_url="",
        celery_broker_url="",
        files_folder=Path(),
        console_url=CONSOLE_URL,
        oidc_issuer=forger.issuer,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=CLIENT_SECRET,
    )


@pytest.fixture
def provider(settings: Settings) -> Provider:
    return Provider(settings)


def _sign_in(provider: Provider, forger: Forger, *, nonce: str = NONCE, code_verifier: str = VERIFIER) -> Any:
    url = provider.authorization_url(state=STATE, nonce=NONCE, code_verifier=VERIFIER)
    return provider.person_of(forger.recognise(url), nonce=nonce, code_verifier=code_verifier)


def test_whom_it_recognised_is_known_by_subject_and_login(provider: Provider, forger: Forger) -> None:
    person = _sign_in(provider, forger)
    assert (person.issuer, person.subject, person.login, person.sign_out_url) == (forger.issuer, "u-1001", "sales", None)


def test_the_challenge_is_the_one_of_the_standards_own_example() -> None:
    assert code_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_code_is_worth_nothing_without_the_verifier_and_nothing_twice(provider: Provider, forger: Forger) -> None:
    with pytest.raises(Unauthenticated, match="provider_sign_in_failed"):
        _sign_in(provider, forger, code_verifier="w" * 43)
    code = forger.recognise(provider.authorization_url(state=STATE, nonce=NONCE, code_verifier=VERIFIER))
    provider.person_of(code, nonce=NONCE, code_verifier=VERIFIER)
    with pytest.raises(Unauthenticated, match="provider_sign_in_failed"):
        provider.person_of(code, nonce=NONCE, code_verifier=VERIFIER)


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"nonce": "another"}, id="of another sign-in"),
        pytest.param({"nonce": None}, id="without a nonce"),
        pytest.param({"exp": time.time() - 120}, id="expired"),
        pytest.param({"exp": None}, id="that never expires"),
        pytest.param({"iat": time.time() + 3600}, id="issued in the future"),
        pytest.param({"nbf": time.time() + 3600}, id="not yet valid"),
        pytest.param({"aud": "another"}, id="for another"),
        pytest.param({"aud": None}, id="for nobody"),
        pytest.param({"aud": [CLIENT_ID, "another"]}, id="for several, asked by nobody knows whom"),
        pytest.param({"aud": [CLIENT_ID, "another"], "azp": "another"}, id="for several, asked by another"),
        pytest.param({"azp": "another"}, id="asked by another"),
        pytest.param({"iss": "https://elsewhere.example.com"}, id="of another provider"),
        pytest.param({"sub": None}, id="of no subject"),
        pytest.param({"sub": ""}, id="of an empty subject"),
        pytest.param({"sub": "u" * 256}, id="of a subject longer than any"),
        pytest.param({"preferred_username": None}, id="that names nobody"),
        pytest.param({"preferred_username": " "}, id="that names a blank"),
        pytest.param({"preferred_username": ["sales"]}, id="that names no text"),
    ],
)
def test_a_token_proves_nothing(provider: Provider, forger: Forger, claims: dict[str, Any]) -> None:
    _sign_in(provider, forger)
    forger.claims = claims
    with pytest.raises(Unauthenticated) as refused:
        _sign_in(provider, forger)
    assert refused.value.code == "provider_sign_in_failed"


def test_a_token_for_several_proves_whom_it_was_asked_for(provider: Provider, forger: Forger) -> None:
    forger.claims = {"aud": [CLIENT_ID, "another"], "azp": CLIENT_ID}
    assert _sign_in(provider, forger).subject == "u-1001"


def _unsigned(forger: Forger) -> str:
    return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(forger.right_claims(NONCE))}."


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def _by_a_shared_secret(forger: Forger) -> str:
    return jwt.encode({"alg": "HS256"}, forger.right_claims(NONCE), OctKey.import_key(CLIENT_SECRET))


def _by_the_public_key_as_a_secret(forger: Forger) -> str:
    # By hand: the library refuses to make one.
    signed = f"{_part({'alg': 'HS256', 'kid': forger.keys[0].kid})}.{_part(forger.right_claims(NONCE))}"
    signature = hmac.digest(forger.keys[0].as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _by_another_key_of_the_same_name(forger: Forger) -> str:
    return forger.signed(forger.right_claims(NONCE), new_key(str(forger.keys[0].kid)))


def _by_a_key_that_it_brings_along(forger: Forger) -> str:
    key = new_key("brought")
    return forger.signed(forger.right_claims(NONCE), key, jwk=key.as_dict(private=False))


def _changed_after_it_was_signed(forger: Forger) -> str:
    head, _, signature = forger.signed(forger.right_claims(NONCE)).split(".")
    return ".".join((head, forger.signed({**forger.right_claims(NONCE), "preferred_username": "admin"}).split(".")[1], signature))


@pytest.mark.parametrize(
    "forge",
    [
        _unsigned,
        _by_a_shared_secret,
        _by_the_public_key_as_a_secret,
        _by_another_key_of_the_same_name,
        _by_a_key_that_it_brings_along,
        _changed_after_it_was_signed,
        lambda _: "no.token.at.all",
        lambda _: "é",
    ],
)
def test_a_forged_token_proves_nothing(provider: Provider, forger: Forger, forge: Any) -> None:
    forger.token = forge(forger)
    with pytest.raises(Unauthenticated) as refused:
        _sign_in(provider, forger)
    assert refused.value.code == "provider_sign_in_failed"


def test_a_new_key_is_fetched_when_it_signs_and_the_old_one_goes_on_till_it_is_withdrawn(
    provider: Provider, forger: Forger
) -> None:
    _sign_in(provider, forger)
    forger.keys.append(new_key("second"))
    assert _sign_in(provider, forger).subject == "u-1001"
    forger.token = forger.signed(forger.right_claims(NONCE), forger.keys[0])
    assert _sign_in(provider, forger).subject == "u-1001"
    assert forger.asked.count("/keys") == 2
    assert forger.asked.count("/.well-known/openid-configuration") == 1


def test_made_up_names_of_keys_do_not_make_us_ask_again_and_again(provider: Provider, forger: Forger) -> None:
    _sign_in(provider, forger)
    for number in range(5):
        forger.token = forger.signed(forger.right_claims(NONCE), new_key(f"made up {number}"))
        with pytest.raises(Unauthenticated):
            _sign_in(provider, forger)
    assert forger.asked.count("/keys") == 2


def test_an_address_counts_once_the_provider_has_verified_it(settings: Settings, forger: Forger) -> None:
    provider = Provider(replace(settings, oidc_login_claim="email"))
    for unverified in ({}, {"email_verified": False}, {"email_verified": None}):
        forger.claims = {"email": "zhang@example.com", **unverified}
        with pytest.raises(Unauthenticated):
            _sign_in(provider, forger)
    forger.claims = {"email": "zhang@example.com", "email_verified": True}
    assert _sign_in(provider, forger).login == "zhang@example.com"


def test_a_login_that_the_token_does_not_say_is_asked_for_of_the_same_person(provider: Provider, forger: Forger) -> None:
    forger.claims = {"preferred_username": None}
    forger.metadata = {"userinfo_endpoint": f"{forger.issuer}/userinfo"}
    forger.user_info = {"sub": "u-1001", "preferred_username": "lead", "iss": "of no weight"}
    assert _sign_in(provider, forger).login == "lead"
    forger.user_info = {"sub": "u-1002", "preferred_username": "admin"}
    with pytest.raises(Unauthenticated):
        _sign_in(provider, forger)


def test_its_own_session_ends_where_it_says(provider: Provider, forger: Forger) -> None:
    forger.metadata = {"end_session_endpoint": f"{forger.issuer}/logout?tenant=1"}
    url = urlsplit(_sign_in(provider, forger).sign_out_url)
    asked = {"tenant": ["1"], "client_id": [CLIENT_ID], "post_logout_redirect_uri": [CONSOLE_URL]}
    assert (url.path, parse_qs(url.query)) == ("/logout", asked)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"status": 500}, id="fails"),
        pytest.param({"status": 302}, id="sends us elsewhere"),
        pytest.param({"status": 404}, id="has nothing there"),
        pytest.param({"metadata": {"issuer": "https://elsewhere.example.com"}}, id="is another"),
        pytest.param({"metadata": {"authorization_endpoint": None}}, id="has no place to sign in at"),
        pytest.param({"metadata": {"authorization_endpoint": "javascript:alert(1)"}}, id="has a place that is none"),
    ],
)
def test_a_provider_that_is_not_itself_counts_as_away(provider: Provider, forger: Forger, change: dict[str, Any]) -> None:
    for name, value in change.items():
        setattr(forger, name, value)
    with pytest.raises(Unavailable, match="identity_provider_away"):
        provider.authorization_url(state=STATE, nonce=NONCE, code_verifier=VERIFIER)


def test_a_provider_that_does_not_answer_is_away_and_not_waited_for(
    provider: Provider, forger: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_module, "_READ_SECONDS", 0.2)
    forger.delay_seconds = 3.0
    began = time.monotonic()
    with pytest.raises(Unavailable, match="identity_provider_away"):
        provider.authorization_url(state=STATE, nonce=NONCE, code_verifier=VERIFIER)
    assert time.monotonic() - began < 2.5


def test_a_provider_that_fails_half_way_is_away(provider: Provider, forger: Forger) -> None:
    code = forger.recognise(provider.authorization_url(state=STATE, nonce=NONCE, code_verifier=VERIFIER))
    forger.status = 503
    with pytest.raises(Unavailable, match="identity_provider_away"):
        provider.person_of(code, nonce=NONCE, code_verifier=VERIFIER)


def test_nobody_answers_there(settings: Settings) -> None:
    with running_forger() as gone:
        issuer = gone.issuer
    with pytest.raises(Unavailable, match="identity_provider_away"):
        Provider(replace(settings, oidc_issuer=issuer)).authorization_url(state=STATE, nonce=NONCE, code_verifier=VERIFIER)
