"""What notify's worker does by itself, with the settings that it needs for that."""

from pathlib import Path
from typing import Any

import pytest

from services.kit.settings import Settings
from services.kit.worker import celery_app
from services.notify import tasks as module


def test_beat_sends_letters_by_the_processes_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings("postgresql+psycopg://x/{service}", "l2c-memory://", "memory://", Path("unused"), max_workers=3)
    app = celery_app(settings, "notify")
    module.tasks.register(app, settings)
    entry = app.conf.beat_schedule["notify.send_letters"]
    assert (entry["task"], entry["schedule"]) == ("notify.send_letters", 10)
    assert app.conf.beat_schedule["notify.forget_letters"]["schedule"] == 3600
    given: list[Any] = []
    monkeypatch.setattr(module, "send", lambda begin, own: given.append((begin.service, own)))
    app.tasks["notify.send_letters"].run()
    assert given == [("notify", settings)]
