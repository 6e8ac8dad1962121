"""How the database is to plan a transaction's queries."""

from typing import Final

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

_SETTINGS: Final = {
    "plan_cache_mode": "force_custom_plan",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "random_page_cost": "1.1",
}


def plan_for_values(session: Session) -> None:
    """Have the rest of the transaction's queries planned for the very values they are asked with, on data that is in memory.

    After some calls a plan would be kept that is to serve any value, and what finds 科技, which a third of all names have, is
    not what finds 云帆. Nor is a query of milliseconds to be compiled, or shared out among processes that are to be started
    first; and a look into an index costs little more than the next page.
    """
    session.execute(select(*(func.set_config(name, value, true()) for name, value in _SETTINGS.items())))
