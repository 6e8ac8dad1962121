"""Whether a health address answers well: what a container's engine runs every few seconds, so it imports next to nothing."""

import sys
import urllib.request

_SECONDS_MAX = 8

if __name__ == "__main__":
    urllib.request.urlopen(sys.argv[1], timeout=_SECONDS_MAX).close()  # noqa: S310  # an address of this very container; anything but 2xx raises
