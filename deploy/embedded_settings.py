"""Settings of the embedded mode: everything under one folder, nothing to configure; the environment may say otherwise."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from services.kit.settings import Settings

SEALING_KEYS: Final = "sealing-keys"
"""The file of the keys in that folder."""

_OWN: Final = frozenset(
    {
        "L2C_DATABASE_URL",
        "L2C_DATABASE_PASSWORD",
        "L2C_DATABASE_OWNER_URL",
        "L2C_DATABASE_OWNER_PASSWORD",
        "L2C_AMQP_URL",
        "L2C_AMQP_PASSWORD",
        "L2C_CELERY_BROKER_URL",
        "L2C_FILES_FOLDER",
        "L2C_QUORUM_QUEUES",
    }
)


def embedded_settings(
    var: Path, database_url: str, *, allow_as_of: bool, environment: Mapping[str, str] = os.environ
) -> Settings:
    """
    :param var: the folder that holds all data.
    :param allow_as_of: whether callers may pretend another time, unless the environment says.
    :param environment: ``L2C_…`` variables have the last word, but for the servers' addresses, which are this process's own.
    """
    keys = var / SEALING_KEYS
    given = {"L2C_SEALING_KEYS_FILE": str(keys)} if keys.is_file() and "L2C_SEALING_KEYS" not in environment else {}
    given |= {name: text for name, text in environment.items() if name.removesuffix("_FILE") not in _OWN}
    return Settings.from_environment(
        {
            "L2C_MAX_WORKERS": "16",
            "L2C_ALLOW_AS_OF": str(allow_as_of).lower(),
            "L2C_LOG_FORMAT": "plain",
            **given,
            "L2C_DATABASE_URL": database_url,
            "L2C_AMQP_URL": "l2c-memory:///events",
            "L2C_CELERY_BROKER_URL": "l2c-memory:///jobs",
            "L2C_FILES_FOLDER": str(var / "files"),
            "L2C_QUORUM_QUEUES": "false",
        }
    )
