"""What beat does for workflow by itself."""

from pathlib import Path

from services.kit.settings import Settings
from services.kit.worker import celery_app
from services.workflow.tasks import tasks


def test_starts_that_died_are_looked_for_every_minute() -> None:
    settings = Settings("postgresql+psycopg:///{service}", "memory://", "memory://", Path("unused"))
    app = celery_app(settings, "workflow")
    tasks.register(app, settings)
    entry = app.conf.beat_schedule["workflow.recover_starts"]
    assert (entry["task"], entry["schedule"]) == ("workflow.recover_starts", 60)
    assert entry["task"] in app.tasks
