"""Tell whether channels are on, and how they are doing: for the health page (spec, notify.md, "Channels")."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from services.kit.clock import utc_now
from services.kit.database import database_of
from services.kit.settings import Settings
from services.notify.domain.robots import VENDORS
from services.notify.store.letters import channel_health
from services.notify.usecases.couriers import channels_with_servers

_FAILURES_COUNTED: Final = timedelta(days=1)


def channel_checks(settings: Settings) -> dict[str, Callable[[], dict[str, Any]]]:
    """``email`` and ``robots``. A server that is away makes nobody unready: what is to be sent waits for it."""
    return {
        "email": lambda: _check(settings, ("email",), "L2C_SMTP_URL"),
        "robots": lambda: _check(settings, VENDORS, "L2C_ROBOT_HOSTS"),
    }


def _check(settings: Settings, channels: tuple[str, ...], setting: str) -> dict[str, Any]:
    if channels[0] not in channels_with_servers(settings):
        return {"state": f"off (no {setting})"}
    with database_of("notify", settings).session() as session:
        is_keyless = channels == VENDORS and not settings.sealing_keys
        state = "on (no L2C_SEALING_KEYS: no address can be set)" if is_keyless else "on"
        return {"state": state, **channel_health(session, channels, utc_now() - _FAILURES_COUNTED)}
