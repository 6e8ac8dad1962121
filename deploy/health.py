"""Whether a running system is ready, asked of its gateway alone."""

import urllib.error
import urllib.request

from deploy.answer import Answer


def show_health(base_url: str) -> Answer:
    """The gateway's readiness, which names each service's."""
    try:
        with urllib.request.urlopen(f"{base_url}/health/ready", timeout=15) as answer:  # noqa: S310  # http:// is put before it by the command
            return Answer([answer.read().decode()])
    except urllib.error.HTTPError as error:
        return Answer([error.read().decode()], status=1)
    except OSError as error:
        return Answer([f"{base_url} does not answer: {error}"], status=1)
