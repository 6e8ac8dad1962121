"""Messages, counters, and the places of the menu where they wait."""

from typing import Any

from gateway.http import ApiRequest, route
from services.contracts import notify_calls as calls
from services.contracts.notify_places import PLACES, PlaceList
from services.kit.bus.rpc import ServiceClient
from services.kit.schema import dump


class MessageRoutes:
    """``/messages`` and ``/counters``: the reader's own, settled by the claims that go along."""

    notify = ServiceClient("notify")

    @route("GET", "/messages", permission="messages.read", query=calls.MessageQuery, answer=calls.MessagePage)
    def list_messages(self, request: ApiRequest) -> Any:
        """The caller's messages: unread first, then the newest."""
        return self.notify.list_messages(request.query)

    @route("POST", "/messages/read", permission="messages.read", body=calls.MarkRead, answer=calls.Marked)
    def mark_messages_read(self, request: ApiRequest) -> Any:
        """Mark messages as read: those named, those that a list is narrowed to, or all."""
        return self.notify.mark_messages_read(request.body)

    @route("GET", "/counters", permission="messages.read", answer=calls.Counters)
    def count_messages(self, request: ApiRequest) -> Any:
        """Unread messages in all, and what waits at each place of the menu."""
        return self.notify.count_messages()

    @route("GET", "/places", permission="messages.read", answer=PlaceList)
    def list_places(self, request: ApiRequest) -> Any:
        """The places of the menu where messages wait, in its order, with their pages; what is above one comes before it."""
        return dump(PlaceList, {"items": PLACES.values()})
