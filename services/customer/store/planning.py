"""How the database is to plan a transaction's queries."""

from sqlalchemy import text
from sqlalchemy.orm import Session


def plan_for_values(session: Session) -> None:
    """Have the rest of the transaction's queries planned for the very values they are asked with.

    After some calls a plan would be kept that is to serve any value, and what finds 科技, which a third of all names have, is not
    what finds 云帆. Nor is a query of milliseconds to be compiled.
    """
    session.execute(text("SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)"))
