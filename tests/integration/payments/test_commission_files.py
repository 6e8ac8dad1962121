"""The commission statement as xlsx: every entry with its source, the sums by salesperson, and no formulas."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from services.kit.caller import Caller
from services.kit.errors import InvalidInput
from services.kit.files import FolderStore
from services.payments.usecases import export_commission as module
from services.payments.usecases.export_commission import export_commission
from tests.integration.payments.accruals import Accruals
from tests.integration.payments.commission import APRIL, all_entries, interest, reversed_, settled
from tests.integration.payments.story import FINANCE, OTHER_SALES, SALES, Story
from tests.integration.payments.test_commission_by_balances import void


def sheets(
    story: Story, folder: Path, caller: Caller = FINANCE, *, owner_id: UUID | None = None, language: str = "zh"
) -> list[list[dict[str, Any]]]:
    """The file's sheets as rows by their headers."""
    files = FolderStore(folder)
    made = export_commission(story.begin(caller), files, month=APRIL, owner_id=owner_id, language=language)
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(files.read(made["file_key"]))))
    tables = [book.get_sheet_by_index(at).to_python() for at in range(len(book.sheet_names))]
    return [[dict(zip(map(str, table[0]), row, strict=True)) for row in table[1:]] for table in tables]


def test_it_holds_every_entry_with_its_source_and_a_row_of_sums_a_salesperson(story: Story, tmp_path: Path) -> None:
    customer_id = story.customer("甲")
    story.customer("乙", owner=OTHER_SALES)
    settled(story)
    reversed_(story, customer_id, settled(story, "2900.00"))
    settled(story, payer="乙")
    interest(story, "12.00")
    interest(story, "4.00", kind="penalty")
    entries, owners = sheets(story, tmp_path)
    assert sorted(row["类型"] for row in entries) == ["冲销扣回", "罚息", "计息", "销账", "销账", "销账"]
    taken_back = next(row for row in entries if row["类型"] == "冲销扣回")
    assert (taken_back["冲销原因"], taken_back["提成"]) == ("认错了客户", -10.0)
    assert taken_back["冲销原提成日期"].isoformat() == "2026-04-10"
    assert "2026-04-10 甲 3500.00" in {row["到款"] for row in entries}
    assert next(row for row in entries if row["类型"] == "计息")["计息月份"] == "2026-03"
    assert {row["销售"]: row["应发提成"] for row in owners} == {"张伟": 78.0, "李娜": 70.0}
    assert sum(row["提成"] for row in entries) == 148.0
    theirs, _ = sheets(story, tmp_path, OTHER_SALES)
    assert [row["客户"] for row in theirs] == ["乙"]
    one, sums = sheets(story, tmp_path, owner_id=UUID(SALES.user_id), language="en")
    assert ({row["Salesperson"] for row in one}, [row["Commission"] for row in sums]) == ({"张伟"}, [78.0])


def test_a_correction_of_interest_says_in_words_what_came_to_light(accruals: Accruals, tmp_path: Path) -> None:
    """Spec, payments.md, "Commission": "with every entry's origin"; the run's own entries, as they are on the statement."""
    story = accruals.story
    customer_id = story.customer("甲")
    bill_id = story.bill(customer_id, "1000.00", month="2026-01")  # due on 28 February
    accruals.run("2026-04-01")
    accruals.paid(customer_id, bill_id, "1000.00", date(2026, 2, 20))  # it turns up late
    accruals.run("2026-05-01")
    (entry,) = [one for one in all_entries(story, FINANCE) if one["kind"] == "penalty"]
    details = entry["source"]["details"]
    assert (entry["amount"], details["code"]) == ("5.00", "received_in_time")
    assert [(one["received_on"], one["amount"]) for one in details["receipts"]] == [("2026-02-20", "1000.00")]
    (row,) = [one for one in sheets(story, tmp_path)[0] if one["类型"] == "罚息"]
    assert (row["提成"], row["计息月份"], row["到款"]) == (5.0, "2026-03", "2026-02-20 甲 1000.00")
    assert row["说明"] == "更正：计提后查明，2026-03 之前已到款 1000.00 元；月初未到款应为 0.00 元。"
    (row,) = [one for one in sheets(story, tmp_path, language="en")[0] if one["Kind"] == "Penalty"]
    assert row["Details"] == details["en"]


def test_what_a_voided_bill_takes_back_says_so(story: Story, tmp_path: Path) -> None:
    customer_id = story.customer("甲")
    bill_id = story.bill(customer_id, "0.00", covered="3500.00", covered_quantity=100_000)
    void(story, customer_id, bill_id)
    rows = {row["类型"]: row for row in sheets(story, tmp_path)[0]}
    assert rows.keys() == {"余额抵扣", "冲销扣回"}
    assert (rows["冲销扣回"]["提成"], rows["冲销扣回"]["说明"]) == (-70.0, "账单已作废，抵扣的余额已退回。")


def test_a_name_that_looks_like_a_formula_stays_a_text(story: Story, tmp_path: Path) -> None:
    story.customer("=1+1")
    settled(story, payer="=1+1")
    assert sheets(story, tmp_path)[0][0]["客户"] == "=1+1"


def test_it_is_audited(story: Story, tmp_path: Path) -> None:
    sheets(story, tmp_path)
    with story.database.engine.connect() as connection:
        entry = connection.execute(text("SELECT * FROM audit_entries WHERE action = 'commission_exported'")).one()
    assert (entry.user_name, entry.subject_id, entry.after) == (FINANCE.name, "2026-04", {"owner_id": None, "entries": 0})


def test_more_than_a_file_has_is_asked_for_by_salesperson(story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EXPORT_ROWS_MAX", 1)
    for _ in range(2):
        interest(story, "1.00")
    with pytest.raises(InvalidInput, match="commission_entries_too_many"):
        sheets(story, tmp_path)
