"""The views that each user saved of the console's lists."""

from typing import Any

from gateway.http import ApiRequest, route
from gateway.identity.usecases.delete_list_view import delete_list_view
from gateway.identity.usecases.list_list_views import list_list_views
from gateway.identity.usecases.save_list_view import save_list_view
from services.contracts import gateway_list_calls as calls
from services.kit.schema import dump, load
from services.kit.unit_of_work import Begin


class ListViewRoutes:
    """``/list-views``: the caller's own."""

    begin: Begin

    @route("GET", "/list-views", permission="list_views", query=calls.ListViewQuery, answer=calls.ListViews)
    def list_list_views(self, request: ApiRequest) -> Any:
        """The caller's views of a list, the first saved first."""
        views = list_list_views(self.begin, **load(calls.ListViewQuery, request.query))
        return dump(calls.ListViews, {"items": views})

    @route("PUT", "/list-views", permission="list_views", body=calls.SaveListView, answer=calls.ListView, refuses=(409,))
    def save_list_view(self, request: ApiRequest) -> Any:
        """Save a view under its name, in place of the one that had it."""
        return dump(calls.ListView, save_list_view(self.begin, **load(calls.SaveListView, request.body)))

    @route("DELETE", "/list-views", permission="list_views", query=calls.ListViewKey, status=204)
    def delete_list_view(self, request: ApiRequest) -> Any:
        """Forget a view; of one that is not there, nothing happens."""
        delete_list_view(self.begin, **load(calls.ListViewKey, request.query))
