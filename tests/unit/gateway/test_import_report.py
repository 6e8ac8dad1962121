"""The file of the rows that an import refused."""

import zipfile
from datetime import UTC, datetime

from gateway.import_report import report_sheet
from services.contracts.customer_import_calls import IMPORT_COLUMNS

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def test_under_headers_as_people_write_them_it_still_says_what_is_allowed() -> None:
    name, industry, *_ = IMPORT_COLUMNS
    refusals = [{"cells": ["云帆", "软件"], "problems": [{"field": "industry", "code": "industry_unknown", "params": {}}]}]
    with report_sheet(["客户名称*", " 行业＊"], refusals, "zh", NOW) as file, zipfile.ZipFile(file) as archive:
        notes = archive.read("xl/comments1.xml").decode()
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert name.note[0] in notes
    assert industry.note[0] in notes
    assert "<dataValidation " in sheet, "industries to choose from"
    assert "客户名称*" in sheet
    assert "行业：须为 GB/T 4754 门类的字母（A–T）或名称" in sheet
