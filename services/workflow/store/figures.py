"""Figures of approvals under way, for those who watch the system."""

from sqlalchemy import func, or_, select

from services.kit.figures import Figure
from services.workflow.store.tables import Process, Task

_IS_OVERDUE = or_(Task.overdue_at.is_not(None), Task.due_at < func.now())

FIGURES = (
    Figure(
        "l2c_processes_waiting",
        "Processes that wait for somebody, by code",
        ("code",),
        lambda: select(Task.code, func.count(Task.process_id.distinct())).where(Task.state == "open").group_by(Task.code),
    ),
    Figure(
        "l2c_processes_overdue",
        "Processes that wait longer than their time limit, by code",
        ("code",),
        lambda: (
            select(Task.code, func.count(Task.process_id.distinct()).filter(_IS_OVERDUE))
            .where(Task.state == "open")
            .group_by(Task.code)
        ),
    ),
    Figure(
        "l2c_process_effects",
        "Archived processes whose effect is awaited, or has failed",
        ("effect",),
        lambda: select(Process.effect, func.count()).where(Process.effect.in_(("awaited", "failed"))).group_by(Process.effect),
    ),
)
