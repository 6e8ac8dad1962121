"""Show statistics of processes (spec, workflow.md, "Administration": how many, how long per node, who is the bottleneck)."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row

from services.contracts.workflow_statistics_calls import DAYS, DAYS_MAX
from services.kit.clock import business_date, end_of_day, start_of_day
from services.kit.errors import InvalidInput
from services.kit.unit_of_work import Begin
from services.workflow.domain.definitions import Definition
from services.workflow.store import statistics
from services.workflow.store.definitions import all_current
from services.workflow.usecases.publish_definitions import ensure_published
from services.workflow.usecases.snapshots import node_snapshot


def show_statistics(begin: Begin, *, code: str | None, first_day: date | None, last_day: date | None) -> dict[str, Any]:
    """Of the processes that the caller may see, as the contract's ``Statistics``; seconds are whole.

    A node that the version in force has no more is not shown; its processes count in the totals.

    :param first_day: of the starts; 89 days before the last one for ``None``.
    :param last_day: today for ``None``.
    :raises InvalidInput: for a range that ends before it begins, or is longer than :data:`DAYS_MAX`.
    """
    ensure_published(begin)
    with begin() as work:
        last = last_day or business_date(work.now)
        first = first_day or last - timedelta(days=DAYS - 1)
        if last < first:
            raise InvalidInput(fields={"to": ["before_start"]})
        if (last - first).days >= DAYS_MAX:
            raise InvalidInput(fields={"to": [f"range|{first}|{first + timedelta(days=DAYS_MAX - 1)}"]})
        cohort = statistics.Cohort(work.caller, code, start_of_day(first), end_of_day(last), work.now)
        totals = statistics.totals_by_code(work.session, cohort)
        nodes = statistics.totals_by_node(work.session, cohort)
        returned = statistics.returns_by_node(work.session, cohort)
        definitions = {version.definition.code: version.definition for version in all_current(work.session)}
        awaited = statistics.most_awaited(work.session, cohort)
        handled = statistics.handling_times(work.session, cohort, [person.user_id for person in awaited])
    return {
        "first_day": first,
        "last_day": last,
        "items": [_of_definition(row, definitions[row.code], nodes, returned) for row in totals],
        "people": [
            {
                "user_id": person.user_id,
                "name": person.name,
                "open": person.open,
                "overdue": person.overdue,
                "oldest_at": person.oldest,
                "oldest_seconds": _seconds((work.now - person.oldest).total_seconds()),
                "done": handled[person.user_id].done if person.user_id in handled else 0,
                "median_seconds": _seconds(handled[person.user_id].median) if person.user_id in handled else None,
            }
            for person in awaited
        ],
    }


def _of_definition(
    row: Row[Any], definition: Definition, nodes: dict[tuple[str, str], Row[Any]], returned: dict[tuple[str, str], int]
) -> dict[str, Any]:
    counts = ("started", "running", "archived", "rejected", "withdrawn")
    return {
        "code": row.code,
        "name_zh": definition.name_zh,
        "name_en": definition.name_en,
        **{name: getattr(row, name) for name in counts},
        **_times(row),
        "nodes": [
            {
                **node_snapshot(node),
                **_of_node(nodes.get((row.code, node.code))),
                "returned": returned.get((row.code, node.code), 0),
            }
            for node in definition.nodes
        ],
    }


def _of_node(row: Row[Any] | None) -> dict[str, Any]:
    counts = ("processes", "tasks", "open", "overdue")
    return {**{name: 0 if row is None else getattr(row, name) for name in counts}, **_times(row)}


def _times(row: Row[Any] | None) -> dict[str, int | None]:
    return {
        "median_seconds": None if row is None else _seconds(row.median),
        "p90_seconds": None if row is None else _seconds(row.p90),
    }


def _seconds(seconds: Any) -> int | None:
    return None if seconds is None else round(seconds)
