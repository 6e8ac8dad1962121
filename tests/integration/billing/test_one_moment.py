"""What would be missed or wait in a circle if two things met at one moment: each is held at the lock where they meet."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from services.billing.store.bills import lines_of
from services.billing.usecases.import_usage import show_usage_import, start_usage_import
from services.billing.usecases.void_bill import finish_void, give_up_void
from services.kit.ids import new_id
from tests.integration.billing.late import amounts, bill_id, priced_product, sent, shown
from tests.integration.billing.office import Office

NAMES = "SELECT pg_advisory_xact_lock(16707)"
"""What whoever gives a name to an account holds, and reports share (``store/account_names.py``)."""
TEN_TO_MIDNIGHT, AFTER_MIDNIGHT = datetime(2026, 3, 31, 15, 50, tzinfo=UTC), datetime(2026, 3, 31, 16, 1, tzinfo=UTC)


@contextmanager
def _meanwhile(office: Office, lock: str, work: Callable[[], Any], **params: Any) -> Iterator[Future[Any]]:
    """Somebody else holds a lock, ``work`` waits for it, and is let go at the end."""
    engine = create_engine(office.database.url, poolclass=NullPool)
    with ThreadPoolExecutor(1) as pool:
        with engine.connect() as connection, connection.begin():
            connection.execute(text(lock), params)
            done = pool.submit(work)
            office.wait_until_blocked()
            yield done
        done.result(timeout=30)


def test_a_report_that_ends_after_its_month_was_billed_is_late_though_it_began_before_midnight(office: Office) -> None:
    customer_id, _ = priced_product(office)
    office.now = TEN_TO_MIDNIGHT
    sent(office, ("yunfan-1", "2026-03-10", 1_000))
    later = Office(office.database, office.folder, AFTER_MIDNIGHT)
    with _meanwhile(office, NAMES, lambda: sent(office, ("yunfan-1", "2026-03-31", 200))):
        later.run_billing(customer_id=customer_id)
        assert amounts(office) == {"2026-03": "50.00"}
    assert later.rerate() == {"replaced": 1}
    assert amounts(office) == {"2026-03": "60.00"}


def test_a_month_whose_last_hour_has_begun_is_not_billed(office: Office) -> None:
    priced_product(office)
    office.now = TEN_TO_MIDNIGHT
    sent(office, ("yunfan-1", "2026-03-10", 1_000))
    assert office.rerate() == {}
    assert (amounts(office), office.value("SELECT count(*) FROM bill_refusals")) == ({}, 0)


def test_a_correction_that_was_corrected_itself_takes_usage_away_of_whoever_has_the_name_by_then(office: Office) -> None:
    priced_product(office)
    office.report([("yunfan-1", date(2026, 3, 10), "CMCC", 1_000)], "first")
    office.report([("yunfan-2", date(2026, 3, 10), "CMCC", 10)], "third", replaces="second")
    office.run_billing()
    second = [("yunfan-1", date(2026, 3, 10), "CMCC", 5)]
    with _meanwhile(office, NAMES, lambda: office.report(second, "second", replaces="first")):
        assert office.rerate() == {}, "it has marked nothing yet, and nothing of it is seen"
    assert office.rerate() == {"replaced": 1}


def test_a_bill_that_is_rated_anew_while_somebody_reads_it_is_shown_as_it_was(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    priced_product(office)
    sent(office, ("yunfan-1", "2026-03-10", 1_000))
    office.run_billing()
    sent(office, ("yunfan-1", "2026-03-31", 200))

    def read_after_rerating(session: Session, bill_ids: Any) -> Any:
        assert office.rerate() == {"replaced": 1}
        return lines_of(session, bill_ids)

    monkeypatch.setattr("services.billing.usecases.show_bill.lines_of", read_after_rerating)
    bill = shown(office, bill_id(office))
    assert (bill["amount"], [line["amount"] for line in bill["lines"]]) == ("50.00", ["50.00"])
    assert amounts(office) == {"2026-03": "60.00"}


@pytest.mark.parametrize(
    ("answer", "amounts_told"),
    [(finish_void, {}), (give_up_void, {"held": "120.00", "written_off": "0.00"})],
    ids=["cancelled", "kept"],
)
def test_payments_answer_waits_for_the_process_before_it_takes_the_bill(
    office: Office, customer: UUID, receivables: list[UUID], answer: Any, amounts_told: dict[str, str]
) -> None:
    """Processes before bills: whoever holds the process, and wants the bill, finds it free."""
    process, form = new_id(), {"kind": "bill", "target_id": str(receivables[0]), "reason": "单价录错"}
    office.prepare("reversal", process, customer, form)
    office.archive("reversal", process, form)
    told = {**office.events("bill_void_asked")[-1], **amounts_told}
    hold = "SELECT 1 FROM processes WHERE process_id = :process FOR UPDATE"
    with _meanwhile(office, hold, lambda: office.hear(answer, "answered", told), process=process):
        assert office.rows("SELECT id FROM bills WHERE id = :bill FOR UPDATE NOWAIT", bill=receivables[0])
    assert office.value("SELECT state FROM bills WHERE id = :bill", bill=receivables[0]) in {"void", "reconciled"}


def test_a_file_whose_job_could_not_be_sent_is_counted_all_the_same(office: Office) -> None:
    """The caller was killed, or the queue away, between the row and the sending: the workers' sweep finds the job."""
    stored = office.files.save(BytesIO("账号,日期,运营商,数量\na1,2026-03-30,移动,5\n".encode()), max_bytes=1_000)

    def killed(_name: str, _as_of: date, _params: dict[str, Any]) -> UUID:
        raise ConnectionError

    named: dict[str, Any] = {"source": "file", "report_id": "", "replaces": None}
    with pytest.raises(ConnectionError):
        start_usage_import(office.begin(), killed, file_key=stored.key, file_name="1.csv", sha256=stored.sha256, **named)
    import_id = office.value("SELECT id FROM usage_imports")
    office.do_shard(office.value("SELECT id FROM jobs WHERE key = :key", key=str(import_id)))
    assert show_usage_import(office.begin(), import_id).state == "counted"
