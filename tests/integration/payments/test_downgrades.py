"""Every migration since the second goes down and up again with the money that is there: nothing of it moves."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from services.kit.database import Database
from services.kit.ids import new_id
from services.kit.migration import _config, migrate
from tests.integration.payments.accruals import Accruals
from tests.integration.payments.money import require_every_yuan_in_one_place
from tests.integration.payments.story import Story

NEWEST = 10
OLDEST = 2
MONEY = """
SELECT array_agg(row ORDER BY row)
  FROM (SELECT (id, amount, held, used, match)::text FROM receipts
         UNION ALL SELECT (bill_id, amount, held, written_off)::text FROM receivables
         UNION ALL SELECT (id, receipt_id, bill_id, amount, state)::text FROM write_off_pairs
         UNION ALL SELECT (id, written_off, cost, amount)::text FROM commission_entries) AS each (row)
"""


def downgrade(engine: Engine, revision: int) -> None:
    with engine.connect() as connection:
        command.downgrade(_config("payments", connection), f"payments@{revision:04}")


def money(engine: Engine) -> Any:
    with engine.connect() as connection:
        return connection.scalar(text(MONEY))


def tell(story: Story) -> None:
    """Money in every place: in the pool, held, used, reversed; of an ambiguous payer, by an alias, of a cancelled write-off."""
    customer_id = story.customer(account="6222021001")
    others = [story.customer("天宇", version=1), story.customer("天宇")]
    for amount in ("100.00", "40.00"):
        story.bill(customer_id, amount, shares={new_id(): amount})
        story.receipt(amount)
    first, second = story.started()
    story.turn("archived", first)
    reversal_id, _ = story.prepare_reversal(customer_id, first)
    story.turn("archived", reversal_id, code="reversal")
    story.turn("rejected", second)
    story.bill(customer_id, "30.00", month="2026-02")
    story.receipt("30.00")
    story.bill(others[0], "70.00", kind="mms", mode="prepaid")
    story.receipt("70.00", payer="天宇", account="6222021001")
    story.receipt("5.00", payer="谁")


@pytest.fixture
def filled(fresh_database: Callable[[str], str]) -> str:
    url = fresh_database("payments")
    with closing(Database(url, pool_size=2)) as database:
        tell(Story(database))
    return url


def test_it_goes_down_step_by_step_and_up_again_and_no_yuan_moves(filled: str) -> None:
    engine = create_engine(filled, poolclass=NullPool)
    before = money(engine)
    for revision in range(NEWEST - 1, OLDEST - 1, -1):
        downgrade(engine, revision)
        assert money(engine) == before
    for revision in range(OLDEST + 1, NEWEST + 1):
        migrate("payments", filled, to=f"{revision:04}")
        assert money(engine) == before
    migrate("payments", filled)
    with closing(Database(filled, pool_size=2)) as database:
        require_every_yuan_in_one_place(database)
        Story(database, references=100).receipt("30.00", payer="后来")
        require_every_yuan_in_one_place(database)


def test_what_was_accrued_is_not_forgotten_and_accrued_again(filled: str) -> None:
    with closing(Database(filled, pool_size=2)) as database:
        accruals = Accruals(Story(database))
        accruals.rate("0.005", "2026-04")
        accruals.run("2026-06-01")
        assert accruals.entries()
    engine = create_engine(filled, poolclass=NullPool)
    with pytest.raises(RuntimeError, match="interest_entries"):
        downgrade(engine, 6)
    migrate("payments", filled)
