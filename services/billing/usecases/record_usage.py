"""Count a report of usage, whichever way it came (spec, billing.md, "Usage")."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.billing.domain.usage import ReportSummary, UsageLine, check_line, summarise
from services.billing.store import usage
from services.billing.store.late_usage import mark_usage_of_reports
from services.billing.store.usage_tables import UsageReport
from services.kit.clock import business_date
from services.kit.envelope import Event
from services.kit.errors import Conflict, InvalidInput
from services.kit.unit_of_work import Begin, Fact, UnitOfWork

UNKNOWN_SHOWN_MAX = 100


@dataclass(frozen=True)
class Report:
    """A report's name.

    :param replaces: the earlier report of the same source that it corrects; it may also come later.
    :param way: ``event``, ``http`` or ``file``.
    """

    source: str
    report_id: str
    replaces: str | None
    way: str


def record_reported_usage(begin: Begin, report: Report, lines: list[dict[str, Any]], consuming: Event | None = None) -> Any:
    """Count a report whose lines came with it; they are checked first, and it is refused whole if one is wrong.

    :raises InvalidInput: by field (``lines.3.day``).
    """
    today = business_date(begin.now)
    wanted = [UsageLine(line["account"], line["day"], line["operator"], line["quantity"]) for line in lines]
    wrong = {
        f"lines.{number}.{field}": codes for number, line in enumerate(wanted) for field, codes in check_line(line, today).items()
    }
    if wrong:
        raise InvalidInput(fields=wrong)
    return record_usage(begin, report, wanted, consuming)


def record_usage(begin: Begin, report: Report, lines: Iterable[UsageLine], consuming: Event | None = None) -> dict[str, Any]:
    """Count a report once.

    :param lines: checked; gone through twice, so no iterator.
    :returns: as ``UsageCounted`` of the contract; the same again, with ``repeated``, for a report that was counted before.
    :raises Conflict: ``usage_report_differs`` if it was, with other lines; ``usage_report_replaced_already``.
    :raises InvalidInput: a report that replaces itself.
    """
    if report.replaces == report.report_id:
        raise InvalidInput(fields={"replaces": ["replaces_itself"]})
    summary = summarise(lines)
    with begin() as work:
        usage.make_partitions(work.session, summary.months)
    with begin(consuming=consuming) as work:
        names = {report.report_id, *([report.replaces] if report.replaces else [])}
        usage.lock_reports(work.session, report.source, names)
        known = usage.find_report(work.session, report.source, report.report_id)
        if known is not None:
            if (known.fingerprint, known.line_count) != (summary.fingerprint, summary.line_count):
                raise Conflict("usage_report_differs", source=report.source, report_id=report.report_id)
            return _counted(work, known, repeated=True)
        return _counted(work, _count(work, report, summary, lines), repeated=False)


def _count(work: UnitOfWork, report: Report, summary: ReportSummary, lines: Iterable[UsageLine]) -> UsageReport:
    session = work.session
    if report.replaces:
        rival = usage.find_correction_of(session, report.source, report.replaces)
        if rival is not None:
            raise Conflict("usage_report_replaced_already", replaces=report.replaces, by=rival.report_id)
    # Its correction may have come first; then its lines are kept and count nothing.
    is_counted = usage.find_correction_of(session, report.source, report.report_id) is None
    row = UsageReport(
        id=work.new_id(),
        source=report.source,
        report_id=report.report_id,
        replaces=report.replaces,
        way=report.way,
        line_count=summary.line_count,
        quantity=summary.quantity,
        first_day=summary.first_day,
        last_day=summary.last_day,
        fingerprint=summary.fingerprint,
        is_counted=is_counted,
        recorded_at=work.now,
    )
    session.add(row)
    session.flush()
    usage.copy_lines(session, row.id, lines)
    replaced = usage.find_report(session, report.source, report.replaces) if report.replaces else None
    if replaced is not None and replaced.is_counted:
        # In one order for everybody: two corrections that exchange accounts would wait for each other for ever.
        usage.lock_daily_sums(session, [replaced.id, row.id])
    if is_counted:
        usage.add_to_daily_sums(session, row.id)
    if replaced is not None and replaced.is_counted:
        usage.take_from_daily_sums(session, replaced.id)
        replaced.is_counted = False
    work.audit(
        "usage_recorded",
        ("usage_report", row.id),
        after={"source": row.source, "report_id": row.report_id, "replaces": row.replaces, "quantity": row.quantity},
    )
    if is_counted:
        _tell_whose(work, row.id)
    changed = [row.id] if replaced is None else [row.id, replaced.id]
    mark_usage_of_reports(session, changed, work.now)
    return row


def _tell_whose(work: UnitOfWork, report: UUID) -> None:
    usage.lock_reports_against_accounts(work.session)
    facts = [
        Fact(
            "usage_recorded",
            came.customer_id,
            {"customer_id": came.customer_id, "last_day": came.last_day, "quantity": came.quantity},
        )
        for came in usage.usage_by_customer(work.session, report)
    ]
    work.publish_all(facts)


def _counted(work: UnitOfWork, row: UsageReport, *, repeated: bool) -> dict[str, Any]:
    return {
        "id": row.id,
        "source": row.source,
        "report_id": row.report_id,
        "repeated": repeated,
        "line_count": row.line_count,
        "quantity": row.quantity,
        "unknown_accounts": usage.unknown_accounts_of_report(work.session, row.id, UNKNOWN_SHOWN_MAX),
    }
