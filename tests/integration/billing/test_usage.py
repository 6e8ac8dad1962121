"""Usage counts once whichever way it comes, in whatever order, and nothing is dropped."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
import xlsxwriter

from services.billing.usecases.import_usage import show_usage_import, start_usage_import
from services.billing.usecases.list_usage import list_usage
from services.billing.usecases.record_usage import Report, record_reported_usage
from services.contracts.billing_usage_calls import UsageImport
from services.kit.envelope import Event
from services.kit.errors import Conflict, Forbidden, InvalidInput
from services.kit.ids import new_id
from services.kit.inbox import AlreadyConsumed
from services.kit.jobs import open_job
from tests.integration.billing.office import FINANCE, NOW, OTHER_SALES, SALES, Office

DAY, NEXT = date(2026, 3, 30), date(2026, 3, 31)
NO_FILTER: dict[str, Any] = {
    "month": None,
    "customer_id": None,
    "product_id": None,
    "unknown_accounts": False,
    "page_size": 50,
    "sort": "",
    "cursor": "",
}


def _sums(office: Office) -> dict[tuple[str, date, str], int]:
    rows = office.rows("SELECT account, day, operator, quantity FROM usage_daily WHERE quantity > 0")
    return {(row.account, row.day, row.operator): row.quantity for row in rows}


def _raw_lines(office: Office) -> int:
    return int(office.value("SELECT count(*) FROM usage_lines"))


def test_lines_add_up_by_account_day_and_operator(office: Office) -> None:
    office.report([("a1", DAY, "CMCC", 5), ("a1", DAY, "CMCC", 7), ("a1", DAY, "CUCC", 1)])
    office.report([("a1", DAY, "CMCC", 100), ("a1", NEXT, "CMCC", 3)])
    assert _sums(office) == {("a1", DAY, "CMCC"): 112, ("a1", DAY, "CUCC"): 1, ("a1", NEXT, "CMCC"): 3}


def test_a_partition_stands_for_every_month_that_has_lines(office: Office) -> None:
    office.report([("a1", DAY, "CMCC", 5), ("a1", date(2026, 2, 28), "CMCC", 7), ("a1", date(2026, 4, 1), "CMCC", 7)])
    partitions = office.rows("SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'usage_lines'::regclass")
    assert sorted(row.name for row in partitions) == ["usage_lines_2026_02", "usage_lines_2026_03", "usage_lines_2026_04"]
    assert office.value("SELECT count(*) FROM usage_lines_2026_02") == 1


def test_the_same_report_twice_counts_once_and_answers_alike(office: Office) -> None:
    first = office.report([("a1", DAY, "CMCC", 5)], "march-1")
    again = office.report([("a1", DAY, "CMCC", 5)], "march-1")
    assert (first["repeated"], again["repeated"], again["id"]) == (False, True, first["id"])
    assert _sums(office) == {("a1", DAY, "CMCC"): 5}
    assert _raw_lines(office) == 1


def test_the_same_report_id_with_other_lines_is_refused(office: Office) -> None:
    office.report([("a1", DAY, "CMCC", 5)], "march-1")
    with pytest.raises(Conflict, match="usage_report_differs"):
        office.report([("a1", DAY, "CMCC", 6)], "march-1")
    assert _sums(office) == {("a1", DAY, "CMCC"): 5}


def test_report_ids_belong_to_their_source(office: Office) -> None:
    office.report([("a1", DAY, "CMCC", 5)], "1", source="north")
    office.report([("a1", DAY, "CMCC", 6)], "1", source="south")
    assert _sums(office) == {("a1", DAY, "CMCC"): 11}


def test_the_same_report_many_times_at_once_counts_once(office: Office) -> None:
    def report(_number: int) -> bool:
        return bool(office.report([("a1", DAY, "CMCC", 5), ("a2", DAY, "CTCC", 1)], "march-1")["repeated"])

    with ThreadPoolExecutor(8) as pool:
        repeated = list(pool.map(report, range(8)))
    assert sorted(repeated) == [False, *[True] * 7]
    assert _sums(office) == {("a1", DAY, "CMCC"): 5, ("a2", DAY, "CTCC"): 1}


def test_reports_of_the_same_accounts_at_once_neither_lose_nor_block_each_other(office: Office) -> None:
    def report(number: int) -> None:
        accounts = [f"a{index}" for index in range(20)]
        ordered = accounts if number % 2 else accounts[::-1]
        office.report([(account, DAY, "CMCC", 1) for account in ordered], f"march-{number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(report, range(16)))
    assert set(_sums(office).values()) == {16}


def test_a_correction_takes_the_place_of_the_report_it_names(office: Office) -> None:
    office.report([("a1", DAY, "CMCC", 5), ("a1", NEXT, "CMCC", 9)], "march-1")
    office.report([("a1", DAY, "CMCC", 4), ("a2", DAY, "CMCC", 1)], "march-1b", replaces="march-1")
    assert _sums(office) == {("a1", DAY, "CMCC"): 4, ("a2", DAY, "CMCC"): 1}
    assert _raw_lines(office) == 4


def test_a_correction_may_come_before_what_it_corrects(office: Office) -> None:
    office.report([("a1", DAY, "CMCC", 4)], "march-1b", replaces="march-1")
    office.report([("a1", DAY, "CMCC", 5)], "march-1")
    assert _sums(office) == {("a1", DAY, "CMCC"): 4}


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_of_a_chain_of_corrections_the_last_counts_in_any_order(office: Office, order: tuple[int, int, int]) -> None:
    chain = [(1, "first", None), (10, "second", "first"), (100, "third", "second")]
    for index in order:
        quantity, name, replaces = chain[index]
        office.report([("a1", DAY, "CMCC", quantity)], name, replaces=replaces)
    assert _sums(office) == {("a1", DAY, "CMCC"): 100}


def test_an_original_and_its_correction_at_once_leave_the_correction(office: Office) -> None:
    def report(number: int) -> None:
        day = date(2026, 3, 1 + number // 2)
        if number % 2:
            office.report([("a1", day, "CMCC", 5)], f"day-{number // 2}")
        else:
            office.report([("a1", day, "CMCC", 4)], f"day-{number // 2}b", replaces=f"day-{number // 2}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(report, range(24)))
    assert set(_sums(office).values()) == {4}


def test_reports_that_name_nothing_to_replace_with_an_empty_text_are_no_corrections_of_each_other(office: Office) -> None:
    office.report([("a1", DAY, "CMCC", 5)], "march-1", replaces="")
    office.report([("a1", DAY, "CMCC", 4)], "march-2", replaces="")
    assert _sums(office) == {("a1", DAY, "CMCC"): 9}


def test_two_corrections_that_exchange_their_usage_at_once_do_not_lock_each_other_out(office: Office) -> None:
    together = Barrier(2, timeout=10)

    def correct(line: tuple[str, str], round_: int) -> None:
        here, there = line
        for number in range(round_):
            together.wait()
            replaces = here if number == 0 else f"{here}{number - 1}"
            account = there if number % 2 == 0 else here
            office.report([(account, DAY, "CMCC", 1)], f"{here}{number}", replaces=replaces)

    for account in ("a", "b"):
        office.report([(account, DAY, "CMCC", 1)], account)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(correct, [("a", "b"), ("b", "a")], [40, 40]))
    assert _sums(office) == {("a", DAY, "CMCC"): 1, ("b", DAY, "CMCC"): 1}


def test_a_report_is_corrected_by_one_other_alone(office: Office) -> None:
    office.report([("a1", DAY, "CMCC", 5)], "march-1")
    office.report([("a1", DAY, "CMCC", 4)], "march-1b", replaces="march-1")
    with pytest.raises(Conflict, match="usage_report_replaced_already"):
        office.report([("a1", DAY, "CMCC", 3)], "march-1c", replaces="march-1")
    with pytest.raises(InvalidInput):
        office.report([("a1", DAY, "CMCC", 3)], "march-2", replaces="march-2")
    assert _sums(office) == {("a1", DAY, "CMCC"): 4}


@pytest.mark.parametrize(
    ("line", "field", "code"),
    [
        (("a1", date(2026, 4, 3), "CMCC", 1), "lines.1.day", "day_in_future"),
        (("a1", date(2022, 1, 1), "CMCC", 1), "lines.1.day", "day_too_old|36"),
        (("a1", DAY, "XX", 1), "lines.1.operator", "segment_unknown|XX"),
    ],
)
def test_a_wrong_line_refuses_the_whole_report_by_field(office: Office, line: Any, field: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        office.report([("a1", DAY, "CMCC", 1), line])
    assert refusal.value.fields == {field: [code]}
    assert _sums(office) == {}


def test_customers_are_told_of_their_usage_and_unknown_accounts_are_named(office: Office) -> None:
    customer = office.customer()
    product = office.product(customer)
    office.account(product, customer, "yunfan01")
    counted = office.report([("yunfan01", DAY, "CMCC", 5), ("yunfan01", NEXT, "CUCC", 6), ("nobody", DAY, "CMCC", 2)])
    assert counted["unknown_accounts"] == ["nobody"]
    assert office.events("usage_recorded") == [{"customer_id": str(customer), "last_day": "2026-03-31", "quantity": 11}]


def test_usage_that_came_before_its_account_is_the_accounts_once_it_appears(office: Office) -> None:
    office.report([("yunfan01", DAY, "CMCC", 5)])
    assert office.events("usage_recorded") == []
    customer = office.customer()
    office.account(office.product(customer), customer, "yunfan01")
    assert office.events("usage_recorded") == [{"customer_id": str(customer), "last_day": "2026-03-30", "quantity": 5}]
    page = list_usage(office.begin(SALES), **{**NO_FILTER, "customer_id": customer})
    assert [(row["account"], row["quantity"]) for row in page.items] == [("yunfan01", 5)]


def test_news_of_an_account_that_has_long_been_there_say_nothing_of_its_usage_again(office: Office) -> None:
    customer = office.customer()
    product = office.product(customer)
    account = office.account(product, customer, "yunfan01")
    office.report([("yunfan01", DAY, "CMCC", 5)])
    office.account(product, customer, "yunfan01", id=account, version=2)
    assert [told["quantity"] for told in office.events("usage_recorded")] == [5]


def test_usage_is_seen_by_its_customers_owner_and_unknown_usage_by_those_who_see_all(office: Office) -> None:
    customer = office.customer()
    office.account(office.product(customer), customer, "yunfan01")
    office.report([("yunfan01", DAY, "CMCC", 5), ("nobody", DAY, "CMCC", 2)])
    seen = {
        name: list_usage(office.begin(caller), **NO_FILTER).items for name, caller in (("own", SALES), ("other", OTHER_SALES))
    }
    assert (len(seen["own"]), len(seen["other"])) == (1, 0)
    unknown = list_usage(office.begin(FINANCE), **{**NO_FILTER, "unknown_accounts": True}).items
    assert [row["account"] for row in unknown] == ["nobody"]
    with pytest.raises(Forbidden):
        list_usage(office.begin(SALES), **{**NO_FILTER, "unknown_accounts": True})


def test_pages_of_usage_hold_every_row_once(office: Office) -> None:
    office.report([(f"a{number:02}", DAY, operator, 1) for number in range(15) for operator in ("CMCC", "CUCC")])
    found, cursor = [], ""
    while True:
        page = list_usage(office.begin(), **{**NO_FILTER, "unknown_accounts": True, "page_size": 7, "cursor": cursor})
        found += [(row["account"], row["operator"]) for row in page.items]
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert len(found) == len(set(found)) == 30


def test_an_event_delivered_twice_counts_once(office: Office) -> None:
    event = Event(new_id(), "external", "usage_reported", "", NOW, 1, 0, {})
    report = Report("platform", "e1", None, "event")
    lines = [{"account": "a1", "day": DAY, "operator": "CMCC", "quantity": 5}]
    begin = office.begin(consumer="on_usage_reported")
    record_reported_usage(begin, report, lines, event)
    with pytest.raises(AlreadyConsumed):
        record_reported_usage(begin, report, lines, event)
    assert _sums(office) == {("a1", DAY, "CMCC"): 5}


def _import(office: Office, content: bytes, name: str = "用量.csv", **named: Any) -> Any:
    stored = office.files.save(BytesIO(content), max_bytes=10_000_000)
    jobs: list[UUID] = []

    def start_job(job: str, as_of: date, params: dict[str, Any]) -> UUID:
        with office.begin()() as work:
            job_id, _ = open_job(work, job, params["import_id"], as_of=as_of, params=params)
        jobs.append(job_id)
        return job_id

    values = {"source": "file", "report_id": "", "replaces": None, **named}
    started = start_usage_import(office.begin(), start_job, file_key=stored.key, file_name=name, sha256=stored.sha256, **values)
    office.do_shard(jobs[0])
    return show_usage_import(office.begin(), started.id)


CSV = '账号,日期,运营商,数量\na1,2026-03-30,移动,5\na1,2026/3/31,CUCC,"1,200"\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_csv_is_counted_in_every_encoding_people_use(office: Office, encoding: str) -> None:
    done = _import(office, CSV.encode(encoding))
    assert (done.state, done.row_count, done.errors) == ("counted", 2, [])
    assert _sums(office) == {("a1", DAY, "CMCC"): 5, ("a1", NEXT, "CUCC"): 1200}


def test_the_same_file_again_counts_once(office: Office) -> None:
    assert _import(office, CSV.encode()).result["repeated"] is False
    assert _import(office, CSV.encode(), "again.csv").result["repeated"] is True
    assert sum(_sums(office).values()) == 1205


def test_an_xlsx_is_counted_and_a_ruined_long_number_is_refused(office: Office) -> None:
    def book(account: Any) -> bytes:
        content = BytesIO()
        with xlsxwriter.Workbook(content) as workbook:
            sheet = workbook.add_worksheet()
            sheet.write_row(0, 0, ["quantity", "account", "day", "operator"])
            sheet.write_row(1, 0, [77, account, "2026-03-30", "ctcc"])
        return content.getvalue()

    assert _import(office, book("yunfan01"), "用量.xlsx").state == "counted"
    assert _sums(office) == {("yunfan01", DAY, "CTCC"): 77}
    refused = _import(office, book(1234567890123456789), "用量.xlsx")
    assert [(error["row"], error["field"], error["code"]) for error in refused.errors] == [(2, "account", "digits_lost")]


def test_one_wrong_row_refuses_the_whole_file_with_a_report_by_row(office: Office) -> None:
    rows = [
        "account,day,operator,quantity",
        "a1,2026-03-30,CMCC,5",
        ",2026-03-30,CMCC,5",
        "a1,2026-02-30,CMCC,-5",
        "a1,2026-03-30,XX,1",
    ]
    done = _import(office, "\n".join(rows).encode())
    assert done.state == "refused"
    assert [(error["row"], error["field"], error["code"]) for error in done.errors] == [
        (3, "account", "length|1|64"),
        (4, "day", "invalid"),
        (4, "quantity", "invalid"),
        (5, "operator", "segment_unknown|XX"),
    ]
    told = UsageImport().dump(done)["errors"]
    assert [error["words_zh"] for error in told] == [
        "长度须在 1 到 64 之间。",
        "格式不正确。",
        "格式不正确。",
        "未知的运营商或国家：XX。",
    ]
    assert told[-1]["words_en"] == "No such operator or country here: XX."
    assert _sums(office) == {}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "column_missing|account"),
        (b"account,day,operator,quantity\n", "empty_file"),
        (b"account,day,operator\na,b,c\n", "column_missing|date"),
        (b"PK\x03\x04 no sheet", "not_a_usage_file"),
        (b"account,day,operator,quantity\na\0,2026-03-30,CMCC,1\n", "not_a_usage_file"),
    ],
)
def test_what_is_no_usage_file_is_refused_with_the_reason(office: Office, content: bytes, code: str) -> None:
    done = _import(office, content)
    assert done.state == "refused"
    assert done.errors[0]["field"] == "file"
    assert done.errors[0]["code"].split("|")[0] == code.split("|", maxsplit=1)[0]


def test_a_large_file_is_streamed_piece_by_piece(office: Office) -> None:
    rows = [f"账号{number % 50:03},2026-03-{1 + number % 31:02},CMCC,1" for number in range(20_000)]
    done = _import(office, ("账号,日期,运营商,数量\n" + "\n".join(rows)).encode("gbk"))
    assert (done.state, done.row_count) == ("counted", 20_000)
    assert sum(_sums(office).values()) == 20_000
