"""What each user has set about the channels that messages reach him or her by."""

from typing import Any, Final

from gateway.http import ApiRequest, route
from services.contracts import notify_channel_calls as calls
from services.kit.bus.rpc import ServiceClient

_TEST_SECONDS_MAX: Final = 30.0
"""A mail server may take its time for each of a few steps."""


class ChannelRoutes:
    """``/message-preferences``: the caller's own."""

    notify = ServiceClient("notify")
    notify_tests = ServiceClient("notify", timeout_seconds=_TEST_SECONDS_MAX)

    @route("GET", "/message-preferences", permission="message_preferences", answer=calls.MessagePreferences)
    def show_message_preferences(self, request: ApiRequest) -> Any:
        """The caller's channels, digest, quiet hours and language; and how each channel is doing.

        A robot's address and secret are never shown whole."""
        return self.notify.show_preferences()

    @route(
        "PUT",
        "/message-preferences",
        permission="message_preferences",
        body=calls.SetMessagePreferences,
        answer=calls.MessagePreferences,
    )
    def set_message_preferences(self, request: ApiRequest) -> Any:
        """Set them anew. Which version was seen stands in the body (else 409) or in ``If-Match`` (else 412)."""
        return self.notify.set_preferences(request.change)

    @route(
        "POST",
        "/message-preferences/test",
        permission="message_preferences",
        body=calls.TryChannel,
        answer=calls.ChannelTried,
        long_lived=True,
        refuses=(429,),
    )
    def try_channel(self, request: ApiRequest) -> Any:
        """Send a test message over one of the caller's channels at once, and say what the server answered."""
        return self.notify_tests.try_channel(request.body)
