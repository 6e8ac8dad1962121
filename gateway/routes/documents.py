"""What is read by people and programs that come for the first time: the console, the API's documents, its reference."""

import json
import mimetypes
from collections.abc import Hashable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from swagger_ui_bundle import swagger_ui_path
from werkzeug.wrappers import Response

from gateway.console import console
from gateway.http import ApiRequest, route
from services.kit.errors import NotFound

_DOCS: Final = Path(__file__).resolve().parents[1] / "docs"

# Swagger UI sets styles on its elements and draws its arrows from data URLs; scripts are still only ours.
_POLICY: Final = (
    "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:"
)

_SWAGGER_FILES: Final = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")


class DocumentRoutes:
    """``/``, ``/assets``, ``/icon.svg``, ``/docs``, ``/openapi.json``, ``/asyncapi.json``."""

    @route("GET", "/openapi.json", public=True, prefix="", documented=False)
    def show_openapi(self, request: ApiRequest) -> Any:
        return _document(_openapi(cast(Hashable, type(self)), "3.1.0"))

    @route("GET", "/asyncapi.json", public=True, prefix="", documented=False)
    def show_asyncapi(self, request: ApiRequest) -> Any:
        return _document(_asyncapi())

    @route("GET", "/docs", public=True, prefix="", documented=False)
    def show_docs(self, request: ApiRequest) -> Any:
        return _file({"index.html": _DOCS / "index.html"}, "index.html")

    @route("GET", "/docs/openapi-3.0.json", public=True, prefix="", documented=False)
    def show_openapi_for_docs(self, request: ApiRequest) -> Any:
        # The Swagger UI that PyPI has is of version 4, which cannot show 3.1; apispec writes the same routes as 3.0.
        return _document(_openapi(cast(Hashable, type(self)), "3.0.3"))

    @route("GET", "/docs/<name>", public=True, prefix="", documented=False)
    def show_docs_file(self, request: ApiRequest, name: str) -> Any:
        return _file(_docs_files(), name)

    @route("GET", "/", public=True, prefix="", documented=False)
    def show_page(self, request: ApiRequest) -> Any:
        return console().show_page(request.http)

    @route("GET", "/assets/<name>", public=True, prefix="", documented=False)
    def show_asset(self, request: ApiRequest, name: str) -> Any:
        return console().show_asset(request.http, name)

    @route("GET", "/icon.svg", public=True, prefix="", documented=False)
    def show_icon(self, request: ApiRequest) -> Any:
        return console().show_icon(request.http)


@cache
def _openapi(service_class: Any, version: str) -> str:
    # As what it returns: nothing of it is there before somebody asks, which of most gateways nobody does.
    from gateway.openapi import openapi_of  # noqa: PLC0415

    return json.dumps(openapi_of(service_class, version), ensure_ascii=False)


@cache
def _asyncapi() -> str:
    from gateway.asyncapi import asyncapi  # noqa: PLC0415  # as above

    return json.dumps(asyncapi(), ensure_ascii=False)


@cache
def _docs_files() -> Mapping[str, Path]:
    vendor = Path(str(swagger_ui_path))
    return {"start.js": _DOCS / "start.js", **{name: vendor / name for name in _SWAGGER_FILES}}


def _document(text: str) -> Response:
    return Response(text, content_type="application/json", headers={"Cache-Control": "no-cache"})


def _file(files: Mapping[str, Path], name: str) -> Response:
    # Looked up among the files there are: a name never becomes a path.
    if name not in files:
        raise NotFound("route_not_found")
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if media_type.startswith("text/"):
        media_type = f"{media_type}; charset=utf-8"
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}
    return Response(files[name].read_bytes(), content_type=media_type, headers=headers)
