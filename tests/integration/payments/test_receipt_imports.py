"""Imports of statements: long ones by a job, reports that are kept, wrong rows that come back, mappings tried and saved
(spec, payments.md, "Receipts")."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from services.kit.caller import Caller
from services.kit.errors import Conflict, InvalidInput, NotFound
from services.kit.files import FolderStore
from services.kit.ids import new_id
from services.kit.jobs import LEASE, Shard
from services.kit.tables import audit_entries, job_shards
from services.payments.store.import_tables import ImportedRow, ReceiptImport
from services.payments.store.tables import BankMapping, Receipt
from services.payments.usecases import import_receipts
from services.payments.usecases.forget_receipt_imports import IMPORTS_KEPT, forget_receipt_imports
from services.payments.usecases.show_receipt_import import list_receipt_imports
from tests.integration.payments.importing import Imports
from tests.integration.payments.story import FINANCE, SERVICE, YUNFAN, Story
from tests.workbooks import workbook

CHECKOUT = Path(__file__).resolve().parents[3]
GENERIC = "收款账号,流水号,到款时间,付款人,付款账号,金额,备注\n"
OWN_COLUMNS = {"received_at": [["when"]], "payer_name": [["who"]], "amount": [["much"]], "reference": [["no"]]}


def lines(count: int, *, wrong_every: int = 0) -> str:
    """A statement of so many receipts; its payers come again and again."""
    rows = (
        f"6222,R{number},2026-04-03,公司{number % 7},310,{'x' if wrong_every and number % wrong_every == 0 else number}.00,\n"
        for number in range(1, count + 1)
    )
    return GENERIC + "".join(rows)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred lines are long."""
    monkeypatch.setattr(import_receipts, "STATEMENT_LINES_NOW_MAX", 100)
    monkeypatch.setattr(import_receipts, "LINES_AT_ONCE", 100)


class KeepingStore(FolderStore):
    """Where the slower of two workers can read the file, too."""

    def delete(self, key: str) -> None:
        pass


def lose_workers(story: Story) -> None:
    """As if the shards' workers had not been heard of for longer than a lease."""
    with story.database.session() as session, session.begin():
        session.execute(update(job_shards).values(heartbeat_at=job_shards.c.heartbeat_at - LEASE - timedelta(seconds=1)))


def receipt_count(story: Story) -> int:
    with story.database.session() as session:
        return session.scalar(select(func.count()).select_from(Receipt)) or 0


def counts(shown: Any) -> tuple[str, int, int, int, int, str]:
    return shown["state"], shown["new"], shown["known"], shown["skipped"], shown["wrong"], shown["amount"]


# Long files


@pytest.mark.usefixtures("short")
def test_a_long_file_is_imported_by_a_job_and_its_progress_is_seen(story: Story, imports: Imports) -> None:
    story.customer("公司1")
    asked = imports.take(lines(250, wrong_every=100), name="四月.csv")
    assert (asked["state"], asked["line_count"], asked["rows"], receipt_count(story)) == ("queued", None, [], 0)
    shard, seen = imports.shard(asked["id"]), []

    class Watched(Shard):
        def report(self, done: int, total: int | None = None) -> None:
            seen.append((done, total, imports.shown(asked["id"])["done_lines"]))

    import_receipts.run_receipt_import(Watched(**vars(shard)))
    assert seen == [(100, 250, 100), (200, 250, 200), (250, 250, 250)]
    shown = imports.shown(asked["id"])
    whole = sum(number for number in range(1, 251) if number % 100)
    assert counts(shown) == ("done", 248, 0, 0, 2, f"{whole}.00")
    assert (shown["line_count"], shown["done_lines"], shown["file_name"], shown["created_by_name"]) == (
        250,
        250,
        "四月.csv",
        "钱进",
    )
    assert receipt_count(story) == 248
    rows = imports.rows(asked["id"])
    assert [row["row"] for row in rows] == list(range(2, 252))
    assert {row["state"] for row in rows if row["payer_name"] == "公司1" and row["outcome"] == "new"} == {"matched"}
    assert [row["row"] for row in imports.rows(asked["id"], "wrong")] == [101, 201]
    assert not [path for path in imports.folder.rglob("*") if path.is_file()]


@pytest.mark.usefixtures("short")
def test_a_long_workbook_is_imported_like_a_csv(story: Story, imports: Imports) -> None:
    rows = [["6222", f"R{number}", "2026-04-03", f"公司{number}", "310", float(number), ""] for number in range(1, 131)]
    asked = imports.take(workbook(GENERIC.strip().split(","), *rows))
    imports.work(asked["id"])
    assert counts(imports.shown(asked["id"]))[:2] == ("done", 130)


@pytest.mark.usefixtures("short")
def test_an_import_killed_between_batches_loses_nothing_and_adds_nothing_twice(story: Story, imports: Imports) -> None:
    asked = imports.take(lines(450, wrong_every=50))
    with story.database.session() as session:
        job_id = session.scalars(select(ReceiptImport.job_id)).one()
    program = [sys.executable, str(Path(__file__).with_name("receipt_import_process.py"))]
    arguments = [story.database.url, str(job_id), str(imports.folder)]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    with subprocess.Popen(
        [*program, *arguments], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "the second batch is written and not committed\n"
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    cut_off = imports.shown(asked["id"])
    assert (cut_off["state"], cut_off["done_lines"], cut_off["new"], receipt_count(story)) == ("running", 100, 98, 98)
    lose_workers(story)
    imports.work(asked["id"])
    assert counts(imports.shown(asked["id"]))[:5] == ("done", 441, 0, 0, 9)
    assert receipt_count(story) == 441 == len(story.told("receipt_recorded"))
    assert [row["row"] for row in imports.rows(asked["id"])] == list(range(2, 452))


@pytest.mark.usefixtures("short")
def test_two_workers_at_one_import_do_every_line_once(story: Story, imports: Imports, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_receipts, "LINES_AT_ONCE", 20)
    asked = imports.take(lines(300))
    first = imports.shard(asked["id"])
    lose_workers(story)  # wrongly: the first is alive
    second = imports.shard(asked["id"])
    with ThreadPoolExecutor(2) as pool:
        both = [replace(shard, files=KeepingStore(imports.folder)) for shard in (first, second)]
        list(pool.map(import_receipts.run_receipt_import, both))
    assert counts(imports.shown(asked["id"]))[:5] == ("done", 300, 0, 0, 0)
    assert receipt_count(story) == 300


@pytest.mark.usefixtures("short")
def test_two_long_imports_of_the_same_lines_at_once_add_each_receipt_once(story: Story, imports: Imports) -> None:
    asked = [imports.take(lines(count)) for count in (300, 250, 300, 200)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(imports.work, [each["id"] for each in asked]))
    shown = [imports.shown(each["id"]) for each in asked]
    assert (sum(each["new"] for each in shown), sum(each["known"] for each in shown)) == (300, 750)
    assert receipt_count(story) == 300


@pytest.mark.usefixtures("short")
def test_a_long_file_with_an_end_that_cannot_be_read_is_refused_whole(story: Story, imports: Imports) -> None:
    asked = imports.take(lines(200) + '"' + "x" * 200_000)
    imports.work(asked["id"])
    shown = imports.shown(asked["id"])
    assert (shown["state"], shown["problem"]["code"], receipt_count(story)) == ("refused", "statement_unreadable", 0)
    assert shown["problem"]["zh"].startswith("文件无法读取")


@pytest.mark.usefixtures("short")
def test_a_file_over_the_limit_is_refused_whole(story: Story, imports: Imports, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_receipts, "STATEMENT_LINES_MAX", 150)
    asked = imports.take(lines(151))
    imports.work(asked["id"])
    shown = imports.shown(asked["id"])
    assert (shown["state"], shown["problem"]["params"], receipt_count(story)) == ("refused", {"max": 150}, 0)


@pytest.mark.usefixtures("short")
def test_a_long_file_is_read_by_what_its_mapping_said_when_it_came(story: Story, imports: Imports) -> None:
    imports.save_mapping("own", columns=OWN_COLUMNS)
    content = "no,when,who,much\n" + "".join(f"R{number},2026-04-03,甲,1.00\n" for number in range(150))
    asked = imports.take(content, mapping="own", bank_account="6222")
    imports.save_mapping("own", columns={**OWN_COLUMNS, "payer_name": [["elsewhere"]]}, version=1)
    imports.work(asked["id"])
    assert counts(imports.shown(asked["id"]))[:2] == ("done", 150)


# What is kept


def test_of_a_file_done_at_once_the_report_is_kept_and_the_file_is_not(story: Story, imports: Imports) -> None:
    report = imports.take(lines(30, wrong_every=10))
    assert imports.shown(report["id"]) == {name: value for name, value in report.items() if name != "rows"}
    assert imports.rows(report["id"]) == report["rows"]
    assert report["finished_at"] is not None
    assert not [path for path in imports.folder.rglob("*") if path.is_file()]
    with story.database.session() as session:
        audited = (
            session.execute(select(audit_entries.c.after).where(audit_entries.c.action == "receipts_imported")).scalars().all()
        )
    assert audited == [{"file": "a.csv", "mapping": "generic", "state": "done", "new": 27, "known": 0, "skipped": 0, "wrong": 3}]


def test_wrong_rows_come_back_as_they_were_given_and_mended_they_are_taken(story: Story, imports: Imports) -> None:
    content = (
        "账号：6222\n交易时间,收入金额,支出金额,账户余额,对方账号,对方户名,摘要\n"
        "2026-04-03 10:00:00,一百,,900.00,310,甲公司,货款\n"
        "2026-04-03 11:00:00,5.00,,905.00,310,乙公司,货款\n"
        "2026-04-03 12:00:00,6.00,,911.00\n"
    )
    report = imports.take(content, mapping="abc")
    assert [row["outcome"] for row in report["rows"]] == ["wrong", "new", "wrong"]
    given = imports.wrong_rows(report["id"])
    assert given["headers"] == ["交易时间", "收入金额", "支出金额", "账户余额", "对方账号", "对方户名", "摘要", "收款账号"]
    assert [(row["row"], row["cells"]) for row in given["items"]] == [
        (3, ["2026-04-03 10:00:00", "一百", "", "900.00", "310", "甲公司", "货款", "6222"]),
        (5, ["2026-04-03 12:00:00", "6.00", "", "911.00", "", "", "", "6222"]),
    ]
    assert [row["fault"]["zh"] for row in given["items"]] == ["“一百”不是金额。", "缺少付款人 / payer。"]
    assert [row["row"] for row in imports.wrong_rows(report["id"], after=3)["items"]] == [5]
    mended = [[*row["cells"], row["row"], row["fault"]["zh"]] for row in given["items"]]
    mended[0][1], mended[1][5] = 100.0, "丙公司"
    again = imports.take(workbook([*given["headers"], "行号", "原因"], *mended))
    assert (again["mapping"], again["new"]) == ("abc", 2)
    assert imports.take(content, mapping="abc")["known"] == 1, "the rows that are wrong still are"


def test_a_row_whose_reference_is_anothers_says_what_is_different(story: Story, imports: Imports) -> None:
    imports.take(f"{GENERIC}6222,R1,2026-04-03 10:00:00,{YUNFAN},310,5.00,\n")
    report = imports.take(
        f"{GENERIC}6222,R1,2026-04-03 10:00:00,{YUNFAN},310,6.00,\n6222,R1,2026-04-04 10:00:00,别的公司,310,5.00,\n"
    )
    assert [row["fault"]["params"]["fields"] for row in report["rows"]] == ["金额 / amount", "到款时间 / time；付款人 / payer"]


def test_imports_are_listed_the_newest_first_and_anothers_are_hidden_from_a_token(story: Story, imports: Imports) -> None:
    def listed(caller: Caller) -> list[str]:
        return [str(each["id"]) for each in list_receipt_imports(story.begin(caller), page_size=50, sort="", cursor="").items]

    own = imports.take(f"{GENERIC}6222,R1,2026-04-03,甲,310,1.00,\n", caller=SERVICE)["id"]
    other = imports.take(f"{GENERIC}6222,R2,2026-04-03,甲,310,1.00,\n")["id"]
    assert (sorted(listed(FINANCE)), listed(SERVICE)) == (sorted([own, other]), [own])
    with pytest.raises(NotFound, match="receipt_import_not_found"):
        imports.shown(other, SERVICE)


def test_imports_are_forgotten_after_their_time_and_their_receipts_stay(story: Story, imports: Imports) -> None:
    imports.take(lines(3))
    story.now += IMPORTS_KEPT + timedelta(days=1)
    kept = imports.take(lines(4))
    shard = Shard(story.begin(Caller.system("payments")), new_id(), 0, 1, story.now.date(), {})
    assert forget_receipt_imports(replace(shard, files=imports.files)) == {"imports": 1}
    with story.database.session() as session:
        assert [str(each) for each in session.scalars(select(ReceiptImport.id))] == [kept["id"]]
        assert session.scalar(select(func.count()).select_from(ImportedRow)) == 4
    assert receipt_count(story) == 4


# Mappings


def test_a_mapping_is_tried_on_a_file_and_nothing_is_recorded(story: Story, imports: Imports) -> None:
    imports.take(f"{GENERIC}6222,R1,2026-04-03 10:00:00,甲,310,5.00,\n")
    content = (
        f"{GENERIC}6222,R1,2026-04-03 10:00:00,甲,310,5.00,\n6222,R1,2026-04-03 10:00:00,甲,310,6.00,\n"
        "6222,R2,2026-04-03 10:00:00,乙,310,7.00,货款\n6222,R2,2026-04-03 10:00:00,乙,310,7.00,\n"
        "6222,R3,2026-04-03 10:00:00,乙,310,x,\n"
    )
    preview = imports.preview(content)
    assert [row["outcome"] for row in preview["rows"]] == ["known", "wrong", "new", "known", "wrong"]
    assert (preview["mapping"], preview["amount"], preview["is_whole"]) == ("generic", "7.00", True)
    new = preview["rows"][2]
    assert (new["bank_account"], new["received_at"], new["payer_account"], new["amount"], new["remark"]) == (
        "6222",
        "2026-04-03T02:00:00Z",
        "310",
        "7.00",
        "货款",
    )
    assert receipt_count(story) == 1
    assert [row["outcome"] for row in imports.take(content)["rows"]] == [row["outcome"] for row in preview["rows"]]


def test_a_mapping_is_saved_under_its_name_and_changed_by_who_has_seen_it(story: Story, imports: Imports) -> None:
    saved = imports.save_mapping("own", columns=OWN_COLUMNS)
    assert (saved["version"], saved["changed_by_name"], saved["columns"]) == (1, "钱进", OWN_COLUMNS)
    content = "no,when,who,much\nR1,2026-04-03,甲,1.00\n"
    assert imports.take(content, mapping="own", bank_account="6222")["new"] == 1
    changed = imports.save_mapping("own", columns=OWN_COLUMNS, unique_by=["year"], version=1)
    assert changed["version"] == 2
    for stale in (0, 1, 3):
        with pytest.raises(Conflict, match="bank_mapping_changed_meanwhile"):
            imports.save_mapping("own", columns=OWN_COLUMNS, version=stale)
    with pytest.raises(Conflict, match="bank_mapping_version_unknown"):
        imports.save_mapping("other", columns=OWN_COLUMNS, version=1)
    with story.database.session() as session:
        entries = session.execute(
            select(audit_entries.c.before, audit_entries.c.after)
            .where(audit_entries.c.action == "bank_mapping_set")
            .order_by(audit_entries.c.at, audit_entries.c.id)
        ).all()
    assert tuple(entries[1]) == ({"unique_by": []}, {"unique_by": ["year"]})


def test_of_many_who_change_a_mapping_at_once_one_wins(story: Story, imports: Imports) -> None:
    def change(number: int) -> bool:
        try:
            imports.save_mapping("own", columns=OWN_COLUMNS, passed_over=[f"合计{number}"])
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(change, range(8))) == [False] * 7 + [True]
    with story.database.session() as session:
        assert session.scalars(select(BankMapping.version).where(BankMapping.code == "own")).all() == [1]


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        pytest.param({"columns": {**OWN_COLUMNS, "payee": [["x"]]}}, {"columns.payee": ["unknown"]}, id="an unknown field"),
        pytest.param(
            {"columns": {"amount": [["much"]]}}, {"columns.payer_name", "columns.received_at"}, id="required ones missing"
        ),
        pytest.param(
            {"columns": {name: OWN_COLUMNS[name] for name in ("received_at", "payer_name", "amount")}},
            {"columns.reference": ["required"]},
            id="neither a reference nor the time to tell by",
        ),
        pytest.param({"columns": OWN_COLUMNS, "unique_by": ["balance"]}, {"columns.balance"}, id="a balance from no column"),
        pytest.param({"columns": OWN_COLUMNS, "unique_by": ["year", "year"]}, {"unique_by": ["repeated"]}, id="twice the same"),
        pytest.param({"columns": OWN_COLUMNS, "time_formats": ["%Y-%m"]}, {"time_formats.0"}, id="a format of no whole day"),
        pytest.param(
            {"columns": OWN_COLUMNS, "incoming": {"headers": ["x"]}}, {"incoming.values": ["required"]}, id="half a mark"
        ),
        pytest.param({"columns": {**OWN_COLUMNS, "amount": [[]]}}, {"columns.amount.0": ["required"]}, id="a part of no header"),
    ],
)
def test_a_wrong_mapping_is_told_by_its_fields(imports: Imports, change: dict[str, Any], wrong: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        imports.save_mapping("own", **change)
    assert set(refused.value.fields) == set(wrong)
    if isinstance(wrong, dict):
        assert refused.value.fields == wrong


def test_the_account_is_asked_for_where_a_file_does_not_tell_it(story: Story, imports: Imports) -> None:
    imports.save_mapping("own", columns=OWN_COLUMNS)
    content = "no,when,who,much\nR1,2026-04-03,甲,1.00\n"
    with pytest.raises(InvalidInput) as refused:
        imports.take(content, mapping="own")
    assert (refused.value.code, refused.value.params) == ("statement_columns_missing", {"columns": "收款账号 / bank account"})
    report = imports.take(content, mapping="own", bank_account=" 6222 ")
    assert story.shown_receipt(report["rows"][0]["receipt_id"])["bank_account"] == "6222"
    assert report["amount"] == str(Decimal("1.00"))
