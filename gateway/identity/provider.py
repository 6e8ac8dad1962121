"""A company's own OpenID provider: what it says of itself, whom it says has signed in (spec, gateway.md, "Identity and access").

OpenID Connect Core 1.0 by authorization code, with PKCE (RFC 7636), a state and a nonce. Nothing that comes from the provider is
believed but by its signature: of an algorithm on our list, by a key of its own, for us, now, and for this very sign-in.
"""

import base64
import hashlib
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

import requests
from joserfc import jwk, jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from gateway.identity.configured_provider import CALLBACK_PATH
from gateway.identity.problems import Unauthenticated
from services.kit.errors import Unavailable
from services.kit.settings import Settings

_log = logging.getLogger(__name__)

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures by a key that only the provider has. Neither ``none`` nor one by a secret that we would share."""

_CONNECT_SECONDS: Final = 3.0
_READ_SECONDS: Final = 5.0
_ANSWER_SECONDS_MAX: Final = 10.0
_ANSWER_BYTES_MAX: Final = 1_000_000
_METADATA_SECONDS: Final = 3600.0
_NEW_KEYS_SECONDS: Final = 10.0
"""How often an unknown key's name may make us ask for the keys anew: anybody can make up names."""

_LEEWAY_SECONDS: Final = 60
_SUBJECT_LENGTH_MAX: Final = 255


@dataclass(frozen=True)
class ProvenPerson:
    """Who signed in at the provider.

    :param subject: the provider's own name for the person, never given to another.
    :param login: the value of the claim that names the person here; it may change hands.
    :param sign_out_url: where the provider ends its own session; ``None`` if it says of no such place.
    """

    issuer: str
    subject: str
    login: str
    sign_out_url: str | None


class Provider:
    """The provider of :class:`Settings`. Keeps what it says of itself for an hour, and its keys until another one signs."""

    def __init__(self, settings: Settings) -> None:
        self.issuer = settings.oidc_issuer
        self.login_claim = settings.oidc_login_claim
        self._client_id = settings.oidc_client_id
        self._client_secret = settings.oidc_client_secret
        self._console_url = settings.console_url
        self._metadata: tuple[float, Mapping[str, Any]] | None = None
        self._keys: KeySet | None = None
        self._keys_asked_at = float("-inf")

    @property
    def redirect_uri(self) -> str:
        return self._console_url + CALLBACK_PATH

    def authorization_url(self, *, state: str, nonce: str, code_verifier: str) -> str:
        """Where the browser goes to sign in.

        :raises Unavailable: ``identity_provider_away``.
        """
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid profile email",
            "state": state,
            "nonce": nonce,
            "code_challenge": code_challenge(code_verifier),
            "code_challenge_method": "S256",
        }
        return _with_query(self._address("authorization_endpoint"), asked)

    def person_of(self, code: str, *, nonce: str, code_verifier: str) -> ProvenPerson:
        """Exchange the code that the browser brought back for who it is.

        :raises Unauthenticated: ``provider_sign_in_failed``: the provider does not know the code, or what it says proves nothing.
        :raises Unavailable: ``identity_provider_away``.
        """
        tokens = self._exchange(code, code_verifier)
        claims = self._verified(tokens.get("id_token"), nonce)
        if self.login_claim not in claims and "userinfo_endpoint" in self._said():
            claims = {**self._user_info(tokens.get("access_token"), claims["sub"]), **claims}
        return ProvenPerson(self.issuer, claims["sub"], self._login_of(claims), self._sign_out_url())

    def _exchange(self, code: str, code_verifier: str) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": code_verifier,
        }
        credentials = None
        methods = self._said().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if self._client_secret and "client_secret_basic" in methods:
            credentials = (quote_plus(self._client_id), quote_plus(self._client_secret))  # RFC 6749, 2.3.1
        else:
            form["client_id"] = self._client_id
            if self._client_secret:
                form["client_secret"] = self._client_secret
        return self._ask("POST", self._address("token_endpoint"), data=form, auth=credentials)

    def _verified(self, id_token: object, nonce: str) -> dict[str, Any]:
        registry = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self._client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = self._decoded(str(id_token)).claims
            registry.validate(claims)
        except (JoseError, ValueError) as error:
            raise _failed(f"its token proves nothing: {error}") from error
        authorized = claims.get("azp", self._client_id if claims["aud"] in (self._client_id, [self._client_id]) else None)
        if authorized != self._client_id:  # of a token for several it must say for whom it was asked
            raise _failed(f"its token is for {authorized}")
        if not 0 < len(claims["sub"]) <= _SUBJECT_LENGTH_MAX:
            raise _failed("its token names nobody")
        return claims

    def _decoded(self, id_token: str) -> jwt.Token:
        if self._keys is None:
            self._keys = self._fetch_keys()
        try:
            return jwt.decode(id_token, self._keys, algorithms=ALGORITHMS)
        except InvalidKeyIdError:
            if time.monotonic() - self._keys_asked_at < _NEW_KEYS_SECONDS:
                raise
            self._keys_asked_at = time.monotonic()
            self._keys = self._fetch_keys()
            return jwt.decode(id_token, self._keys, algorithms=ALGORITHMS)

    def _fetch_keys(self) -> KeySet:
        keys = []
        for each in self._ask("GET", self._address("jwks_uri")).get("keys", []):
            if each.get("use", "sig") != "sig" or each.get("kty") == "oct":
                continue
            try:
                keys.append(jwk.import_key(each))
            except (JoseError, ValueError, KeyError):
                _log.info("the identity provider has a key of a kind that we do not know: %s", each.get("kid"))
        return KeySet(keys)

    def _user_info(self, access_token: object, subject: str) -> Mapping[str, Any]:
        headers = {"Authorization": f"Bearer {access_token}"}
        answer = self._ask("GET", self._address("userinfo_endpoint"), headers=headers)
        if answer.get("sub") != subject:
            raise _failed("it tells of somebody else")
        return answer

    def _login_of(self, claims: Mapping[str, Any]) -> str:
        login = claims.get(self.login_claim)
        if not isinstance(login, str) or not login.strip():
            raise _failed(f"it does not say the person's {self.login_claim}")
        if self.login_claim == "email" and claims.get("email_verified") not in (True, "true"):
            # Somebody may have written in whatever address.
            raise _failed(f"it has not verified the address of {claims['sub']}")
        return login.strip()

    def _sign_out_url(self) -> str | None:
        if "end_session_endpoint" not in self._said():
            return None
        asked = {"client_id": self._client_id, "post_logout_redirect_uri": self._console_url}
        return _with_query(self._address("end_session_endpoint"), asked)

    def _address(self, name: str) -> str:
        address = self._said().get(name)
        if not isinstance(address, str) or urlsplit(address).scheme not in {"https", urlsplit(self.issuer).scheme}:
            _log.error("the identity provider's %s is no address to go to: %s", name, address)
            raise _away()
        return address

    def _said(self) -> Mapping[str, Any]:
        """What it says of itself (OpenID Connect Discovery 1.0)."""
        if self._metadata is None or time.monotonic() - self._metadata[0] > _METADATA_SECONDS:
            said = self._ask("GET", self.issuer.rstrip("/") + "/.well-known/openid-configuration")
            if said.get("issuer") != self.issuer:
                _log.error("the identity provider calls itself %s, and L2C_OIDC_ISSUER is %s", said.get("issuer"), self.issuer)
                raise _away()
            self._metadata = (time.monotonic(), said)
        return self._metadata[1]

    def _ask(self, method: str, url: str, **options: Any) -> Mapping[str, Any]:
        """
        :returns: the answer's JSON object.
        """
        try:
            status, body = _fetch(method, url, options)
            answer = json.loads(body)
        except (requests.RequestException, ValueError) as error:
            _log.warning("the identity provider is away: %s", error)
            raise _away() from error
        if isinstance(answer, dict) and status == 200:
            return answer
        if isinstance(answer, dict) and 400 <= status < 500 and "error" in answer:
            raise _failed(f"it answered {status} {answer['error']} {answer.get('error_description', '')}")
        _log.warning("the identity provider answered %d to %s", status, url)
        raise _away()


def code_challenge(code_verifier: str) -> str:
    """What the provider is told beforehand of the secret that the code's bringer will show (RFC 7636, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).rstrip(b"=").decode()


def _fetch(method: str, url: str, options: Mapping[str, Any]) -> tuple[int, bytes]:
    timeouts, until = (_CONNECT_SECONDS, _READ_SECONDS), time.monotonic() + _ANSWER_SECONDS_MAX
    headers = {"Accept": "application/json", **options.get("headers", {})}
    asked = {**options, "headers": headers, "allow_redirects": False, "stream": True}
    body = b""
    with requests.request(method, url, timeout=timeouts, **asked) as answer:
        for piece in answer.iter_content(64 * 1024):
            body += piece
            if len(body) > _ANSWER_BYTES_MAX or time.monotonic() > until:
                raise requests.ConnectionError("an answer without an end")
        return answer.status_code, body


def _with_query(url: str, values: Mapping[str, str]) -> str:
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(values)}"


def _away() -> Unavailable:
    return Unavailable("identity_provider_away")


def _failed(reason: str) -> Unauthenticated:
    # The reason is for who runs the system; the caller is told no more than that.
    _log.warning("sign-in at the identity provider failed: %s", reason)
    return Unauthenticated("provider_sign_in_failed")
