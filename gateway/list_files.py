"""Lists as files: beside a list's route, the one that gives all of it as xlsx (spec, gateway.md: every list exports).

::

    class ListFileRoutes:
        billing_lists = ListClient("billing")

        download_bills = list_file(BillRoutes.list_bills, "billing")

The list's own route says where the file is (its path and ``.xlsx``), who may have it, and what it is narrowed to.
"""

import inspect
from collections.abc import Callable
from typing import Any, Final

from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR
from werkzeug.wrappers import Response

from gateway.downloads import send_made
from gateway.http import API, ApiRequest, Route, route
from services.kit.bus.rpc import ServiceClient
from services.kit.list_files import ROWS_MAX, whole
from services.kit.sheets import MEDIA_TYPE
from services.kit.storage import file_store
from services.kit.unit_of_work import Begin

_SECONDS_MAX: Final = 300.0
"""A hundred thousand rows take a quarter of a minute; on a host that is busy with other things, several times that."""


class ListClient(ServiceClient):
    """A service that is asked for lists as files."""

    def __init__(self, service: str) -> None:
        super().__init__(service, timeout_seconds=_SECONDS_MAX)


def list_file(
    listing: Callable[..., Any],
    service: str,
    *,
    permission: str | None = None,
    asked: Callable[[Begin, dict[str, str]], dict[str, str]] | None = None,
) -> Callable[..., Response]:
    """The route of a list's file.

    :param listing: the list's route, ``list_…``; what it is called without that the service calls the list, too.
    :param service: who makes it, by the class's ``…_lists``.
    :param permission: another one than the list's.
    :param asked: what the service is asked, of the query: as the list's own route does it.
    """
    listed = _route_of(listing)
    assert listed.query is not None, f"{listed.url} is no list"
    name = listing.__name__.partition("_")[2]
    stem = listed.url.rpartition("/")[2]

    def download(self: Any, request: ApiRequest, **path: str) -> Response:
        query = request.query if asked is None else asked(self.begin, request.query)
        wanted = {"name": name, "path": list(path.values()), "query": query, "language": request.language}
        made = getattr(self, f"{service}_lists").export_list(wanted)
        return send_made(file_store(self.settings), made, f"{stem}.xlsx")

    download.__name__ = download.__qualname__ = f"download_{name}"
    download.__doc__ = (
        f"The list of ``GET {listed.url.removeprefix(API)}`` as a file.\n\n"
        f"All that its filters leave, in its order; at most {ROWS_MAX:,} rows."
    )
    # What stands in the path is handed over by name: whoever asks for the signature is told of it.
    names = ["self", "request", *listed.path_variables]
    parameters = [inspect.Parameter(each, inspect.Parameter.POSITIONAL_OR_KEYWORD) for each in names]
    download.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # as functools sets it on functions
    return route(
        "GET",
        f"{listed.url.removeprefix(API)}.xlsx",
        permission=permission or listed.permission,
        query=whole(listed.query),
        media_type=MEDIA_TYPE,
        long_lived=True,
    )(download)


def _route_of(listing: Any) -> Route:
    (entrypoint,) = getattr(listing, ENTRYPOINT_EXTENSIONS_ATTR)
    assert isinstance(entrypoint, Route)
    return entrypoint
