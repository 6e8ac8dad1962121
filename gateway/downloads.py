"""Files as answers. Stored ones: by range, unchanged ones not again, and shown in the page only where that runs nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from werkzeug.wrappers import Request, Response

from services.kit.file_kinds import PREVIEWED
from services.kit.files import FileStore
from services.kit.sheets import MEDIA_TYPE

_PREVIEW_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
_IN_SANDBOX: Final = "; sandbox"


@dataclass(frozen=True)
class Download:
    """A stored file as it is to be sent.

    :param key: names it in its store.
    :param sha256: of its content, which is its ETag.
    """

    key: str
    name: str
    content_type: str
    size_bytes: int
    sha256: str


def send_file(request: Request, store: FileStore, file: Download, *, preview: bool = False) -> Response:
    """The file, or the part of it that is asked for (206), or word that it has not changed (304).

    :param preview: show it in the page, if it is an image or a PDF.
    :raises NotFound: ``file_not_found``.
    """
    is_shown = preview and file.content_type in PREVIEWED
    response = Response(mimetype=file.content_type)
    # As a download unless it is known to run nothing: whatever somebody uploaded must not run in our origin.
    shown_as = "inline" if is_shown else "attachment"
    response.headers["Content-Disposition"] = f"{shown_as}; filename*=UTF-8''{quote(file.name, safe='')}"
    # Browsers keep it, and ask each time whether they may still show it.
    response.headers["Cache-Control"] = "private, no-cache"
    if is_shown:
        # Chromium shows no PDF in a sandbox (its viewer is one by itself), and none whose viewer may have no style of its own.
        is_pdf = file.content_type == "application/pdf"
        response.headers["Content-Security-Policy"] = _PREVIEW_POLICY if is_pdf else _PREVIEW_POLICY + _IN_SANDBOX
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.set_etag(file.sha256)
    response.content_length = file.size_bytes
    response.make_conditional(request, accept_ranges=True, complete_length=file.size_bytes)
    if response.status_code == 304:
        return response
    wanted = response.content_range
    if response.status_code == 206 and wanted.start is not None and wanted.stop is not None:
        response.response = _first(wanted.stop - wanted.start, store.read(file.key, start=wanted.start))
    else:
        response.response = store.read(file.key)
    return response


def send_made(store: FileStore, made: Mapping[str, str], ascii_name: str) -> Response:
    """A workbook that a service made for this answer alone: it is not kept.

    :param made: its ``file_key`` and ``file_name``.
    """
    content = store.read(made["file_key"])
    # Open by now: its name is needed no more, however the answer ends.
    store.delete(made["file_key"])
    return workbook(content, made["file_name"], ascii_name)


def workbook(content: Iterable[bytes], file_name: str, ascii_name: str) -> Response:
    """A workbook to be saved.

    :param ascii_name: for whoever cannot read the other.
    """
    disposition = f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(file_name, safe='')}"
    return Response(content, content_type=MEDIA_TYPE, headers={"Content-Disposition": disposition})


def _first(size: int, pieces: Iterator[bytes]) -> Iterable[bytes]:
    for piece in pieces:
        yield piece[:size]
        size -= len(piece)
        if size <= 0:
            break
