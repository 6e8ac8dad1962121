"""Which addresses stay within this system. Pure."""

import re
from typing import Final
from urllib.parse import urlsplit

_PLAIN: Final = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def is_local_path(text: str) -> bool:
    """Whether a browser that is sent there stays here: ``/customers?tier=pool`` does.

    ``//elsewhere`` does not, nor ``/\\elsewhere``, which browsers read alike, nor what has a tab or a line's end in it, which
    they leave out.
    """
    if not _PLAIN.fullmatch(text):
        return False
    url = urlsplit(text)
    return not (url.scheme or url.netloc)
