"""Queries about payers: which have a text in their names, or sound like it (decision 0012)."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, text, union
from sqlalchemy.orm import Session

from services.payments.domain.payer_terms import AskedPayer, PayerTerms
from services.payments.store.payer_tables import Payer
from services.payments.store.tables import Receipt

# Not an executemany, which makes a round trip for each row.
_WRITE: Final = text(
    "UPDATE payers SET letters = given.letters, pinyin = given.pinyin, initials = given.initials, keys = given.keys"
    " FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given"
    " (payer text, letters text, pinyin text, initials text, keys integer[]) WHERE normalised_payer = given.payer"
)


def few_payers(session: Session, asked: AskedPayer, limit: int) -> list[str] | None:
    """The normalised names of all payers that are found by a text, if they are not more than a limit."""
    look_ups = [select(Payer.normalised_payer).where(condition).limit(limit + 1).subquery() for condition in _ways(asked)]
    if not look_ups:
        return []
    found = session.scalars(union(*(_names_of(look_up) for look_up in look_ups))).all()
    return list(found) if len(found) <= limit else None


def _names_of(look_up: Any) -> Select[str]:
    return select(look_up.c.normalised_payer)


def has_such_payer(asked: AskedPayer) -> ColumnElement[bool]:
    """Whether a receipt's payer is found by a text; for one receipt at a time, in whatever order a list has them."""
    return select(Payer.normalised_payer).where(Payer.normalised_payer == Receipt.normalised_payer, or_(*_ways(asked))).exists()


def _ways(asked: AskedPayer) -> list[ColumnElement[bool]]:
    """How a payer may be found by it, each by an index."""
    if not asked.letters:
        return []
    # One that came a moment ago is found by its name alone, until the sweep has been.
    ways = [
        _by_keys(asked.letter_keys, Payer.letters, asked.letters),
        and_(Payer.keys.is_(None), _has(Payer.normalised_payer, asked.name)),
    ]
    if asked.latin:
        ways += [
            _by_keys(asked.initial_keys, Payer.initials, asked.latin),
            _by_keys(asked.pinyin_keys, Payer.pinyin, asked.latin),
        ]
    return ways


def _by_keys(keys: list[int], column: Any, part: str) -> ColumnElement[bool]:
    return and_(Payer.keys.contains(keys), _has(column, part)) if keys else false()


def _has(column: Any, part: str) -> ColumnElement[bool]:
    # Not LIKE: by that the planner would think that it leaves few, and look for another way than the one it is given.
    return func.strpos(column, part) != 0


def lock_payers_to_come(session: Session, limit: int) -> list[str]:
    """Payers of whom nobody has written yet how they sound, but for those that another is at."""
    query = select(Payer.normalised_payer).where(Payer.keys.is_(None)).order_by(Payer.normalised_payer).limit(limit)
    return list(session.scalars(query.with_for_update(skip_locked=True)))


def write_payer_terms(session: Session, terms: Mapping[str, PayerTerms]) -> None:
    """Write what these payers are found by."""
    rows = [{"payer": payer, **asdict(each)} for payer, each in terms.items()]
    session.execute(_WRITE, {"rows": json.dumps(rows)})
