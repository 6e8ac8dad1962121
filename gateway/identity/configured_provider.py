"""The company's own OpenID provider, where settings name one: what speaks with it and checks signatures is loaded only then."""

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

from services.kit.settings import Settings

if TYPE_CHECKING:
    from gateway.identity.provider import Provider

CALLBACK_PATH: Final = "/api/v1/session/oidc/callback"
"""Where it sends the browser back to."""


@cache
def provider_of(settings: Settings) -> "Provider | None":
    """The process's one :class:`~gateway.identity.provider.Provider`; ``None`` where people sign in by password alone."""
    if not settings.oidc_issuer:
        return None
    provider: Provider = import_module("gateway.identity.provider").Provider(settings)
    return provider
