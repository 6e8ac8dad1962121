"""Count a report of usage, whichever way it came (spec, billing.md, "Usage")."""

from dataclasses import dataclass
from typing import Any

from services.billing.domain.usage import GivenLines, Lines, UsageLine, check_line, months_of
from services.billing.store import daily_sums, usage, usage_reports
from services.billing.store.account_names import lock_reports_against_names
from services.billing.store.late_usage import mark_counted_usage
from services.billing.store.usage_partitions import make_partitions
from services.billing.store.usage_staging import UsageLoad, fingerprint_of_lines
from services.billing.store.usage_tables import UsageReport
from services.kit.clock import Month, business_date
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
    given = GivenLines(wanted)
    # Before the report has a connection: were all of them waiting for a second one, none would come.
    _make_partitions(begin, months_of(given.slots))
    return record_usage(begin, report, given, consuming)


def record_usage(begin: Begin, report: Report, lines: Lines, consuming: Event | None = None) -> dict[str, Any]:
    """Count a report once.

    :param lines: checked, or checking themselves: what they raise undoes it all.
    :returns: as ``UsageCounted`` of the contract; the same again, with ``repeated``, for a report that was counted before.
    :raises Conflict: ``usage_report_differs`` if it was, with other lines; ``usage_report_replaced_already``.
    :raises InvalidInput: a report that replaces itself.
    """
    if report.replaces == report.report_id:
        raise InvalidInput(fields={"replaces": ["replaces_itself"]})
    with begin(consuming=consuming) as work:
        names = {report.report_id, *([report.replaces] if report.replaces else [])}
        usage_reports.lock_reports(work.session, report.source, names)
        load = UsageLoad(work.session, lines, lambda months: _make_partitions(begin, months))
        known = usage_reports.find_report(work.session, report.source, report.report_id)
        if known is None:
            return _counted(work, _count(work, report, load), repeated=False)
        _require_same(work, known, load)
        return _counted(work, known, repeated=True)


def _make_partitions(begin: Begin, months: list[Month]) -> None:
    with begin() as work:
        make_partitions(work.session, months)


def _require_same(work: UnitOfWork, known: UsageReport, load: UsageLoad) -> None:
    load.take_in(None)
    fingerprint = load.stage()
    if known.fingerprint is None:
        known.fingerprint = fingerprint_of_lines(work.session, known.id, (known.first_day, known.last_day))
    if (known.fingerprint, known.line_count) != (fingerprint, load.line_count):
        raise Conflict("usage_report_differs", source=known.source, report_id=known.report_id)


def _count(work: UnitOfWork, report: Report, load: UsageLoad) -> UsageReport:
    session = work.session
    if report.replaces:
        rival = usage_reports.find_correction_of(session, report.source, report.replaces)
        if rival is not None:
            raise Conflict("usage_report_replaced_already", replaces=report.replaces, by=rival.report_id)
    # Its correction may have come first; then its lines are kept and count nothing.
    is_counted = usage_reports.find_correction_of(session, report.source, report.report_id) is None
    replaced = usage_reports.find_report(session, report.source, report.replaces) if report.replaces else None
    report_id = work.new_id()
    load.take_in(report_id)
    fingerprint = _change_sums(work, load, is_counted, replaced)
    days = [slot.day for slot in load.slots]
    row = UsageReport(
        id=report_id,
        source=report.source,
        report_id=report.report_id,
        replaces=report.replaces,
        way=report.way,
        line_count=load.line_count,
        quantity=load.quantity,
        first_day=min(days),
        last_day=max(days),
        fingerprint=fingerprint,
        is_counted=is_counted,
        recorded_at=work.now,
    )
    session.add(row)
    work.audit(
        "usage_recorded",
        ("usage_report", row.id),
        after={"source": row.source, "report_id": row.report_id, "replaces": row.replaces, "quantity": row.quantity},
    )
    if is_counted or replaced is not None:
        lock_reports_against_names(session)
        mark_counted_usage(session, work.now)
    if is_counted:
        _tell_whose(work)
    return row


def _change_sums(work: UnitOfWork, load: UsageLoad, is_counted: bool, replaced: UsageReport | None) -> int:
    """
    :returns: the report's fingerprint.
    """
    if replaced is not None and replaced.is_counted:
        replaced.is_counted = False
        return daily_sums.correct(work.session, load, replaced, counts=is_counted)
    return daily_sums.count(work.session, load) if is_counted else load.stage()


def _tell_whose(work: UnitOfWork) -> None:
    facts = [
        Fact(
            "usage_recorded",
            came.customer_id,
            {"customer_id": came.customer_id, "last_day": came.last_day, "quantity": came.quantity},
        )
        for came in usage.staged_usage_by_customer(work.session)
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
        "unknown_accounts": usage.unknown_staged_accounts(work.session, UNKNOWN_SHOWN_MAX),
    }
