"""Gives a broker its definitions through its management interface: what `l2c broker-definitions` prints, on standard input.

    l2c broker-definitions | python3 -I deploy/images/send_definitions.py http://rabbitmq:15672

Who may do that stands in the folder of L2C_BROKER_ADMIN_FOLDER, in the files `username` and `password`.
"""

import base64
import os
import sys
import urllib.request
from pathlib import Path

_SECONDS_MAX = 60

if __name__ == "__main__":
    folder = Path(os.environ["L2C_BROKER_ADMIN_FOLDER"])
    admin = ":".join((folder / name).read_text("utf-8").rstrip("\n") for name in ("username", "password"))
    headers = {"Content-Type": "application/json", "Authorization": f"Basic {base64.b64encode(admin.encode()).decode()}"}
    definitions = sys.stdin.buffer.read()
    request = urllib.request.Request(f"{sys.argv[1]}/api/definitions", definitions, headers, method="POST")  # noqa: S310  # the operator's own broker
    urllib.request.urlopen(request, timeout=_SECONDS_MAX).close()  # noqa: S310  # as above; anything but 2xx raises
