"""The console as it was built (``gateway/web/dist``): its page, and the files that the page asks for.

Every address that no route has is one of the console's own, which shows what is there or says that nothing is; but never below
``/api``, and only where a page is asked for.
"""

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from werkzeug.wrappers import Request, Response

from services.kit.errors import NotFound

BUILT: Final = Path(__file__).resolve().parent / "web" / "dist"

# The components' styles are made as they are shown; scripts are files of ours and nothing else. What is looked at in the page, a
# statement or an attachment, stands in a frame of its own.
POLICY: Final = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; frame-src blob:; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)

_ENCODINGS: Final = {"br": ".br", "gzip": ".gz"}
"""What stands beside a built file, the smaller first."""

_FOR_EVER: Final = "public, max-age=31536000, immutable"
"""For what has its content's hash in its name."""

_NOT_BUILT: Final = "控制台尚未构建：请运行 make console。 / The console is not built: run make console.\n"


@dataclass(frozen=True)
class Console:
    """What was built into a folder; read once."""

    files: dict[str, bytes]

    @classmethod
    def of(cls, folder: Path) -> "Console":
        """:param folder: of the build; where there is none, the console has no files and says so."""
        paths = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
        return cls({path.relative_to(folder).as_posix(): path.read_bytes() for path in paths})

    def show_page(self, request: Request) -> Response:
        """The one page, which shows the place that its address names."""
        if "index.html" not in self.files:
            return Response(_NOT_BUILT, status=503, content_type="text/plain; charset=utf-8")
        response = self._file(request, "index.html", "no-cache")
        response.headers["Content-Security-Policy"] = POLICY
        return response

    def show_asset(self, request: Request, name: str) -> Response:
        """
        :raises NotFound: ``route_not_found``. A name is looked up among those there are, and never becomes a path.
        """
        return self._file(request, f"assets/{name}", _FOR_EVER)

    def show_icon(self, request: Request) -> Response:
        """The icon in the browser's tab."""
        return self._file(request, "icon.svg", "no-cache")

    def _file(self, request: Request, name: str, caching: str) -> Response:
        if name not in self.files or name.endswith(tuple(_ENCODINGS.values())):
            raise NotFound("route_not_found")
        liked = [each for each in _ENCODINGS if request.accept_encodings[each] > 0 and name + _ENCODINGS[each] in self.files]
        encoding = liked[0] if liked else None
        content = self.files[name + _ENCODINGS[encoding] if encoding else name]
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        is_text = media_type.startswith("text/")
        response = Response(content, content_type=f"{media_type}; charset=utf-8" if is_text else media_type)
        response.headers["Cache-Control"] = caching
        response.headers["Vary"] = "Accept-Encoding"
        if encoding:
            response.headers["Content-Encoding"] = encoding
        response.set_etag(hashlib.sha256(content).hexdigest()[:32])
        response.make_conditional(request)
        return response


@cache
def console() -> Console:
    """The one that was built here."""
    return Console.of(BUILT)


def asks_for_page(request: Request) -> bool:
    """Whether a request that no route answers is a person's on the way to a place of the console."""
    is_read = request.method in {"GET", "HEAD"}
    # What ends like a file is one, and it is not there.
    is_place = not request.path.startswith("/api/") and "." not in request.path.rpartition("/")[2]
    return is_read and is_place and request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"
