"""Customers from a file: how far it is, and of every row that was refused why, to be mended and sent again (spec, gateway.md,
"Console": "every long job shows its progress")."""

from uuid import uuid4

from playwright.sync_api import expect

from tests.browser.conftest import SignIn
from tests.browser.screens import show
from tests.workbooks import rows_of, workbook

REFUSED = 3_000
"""So many that one sees it at work."""


def test_customers_come_from_a_file_and_its_refused_rows_go_back_as_one(sign_in: SignIn) -> None:
    page = sign_in("zhang.wei")
    name = f"苏州导入{uuid4().hex[:6]}有限公司"
    sheet = workbook(("客户名称", "地区"), (name, "江苏省"), *(("", f"第 {row} 行") for row in range(REFUSED)))
    show(page, "/customers/imports")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.locator("#main input[type=file]").set_input_files({"name": f"{name}.xlsx", "mimeType": kind, "buffer": sheet})
    drawer = page.get_by_role("dialog", name=f"{name}.xlsx")
    progress = drawer.get_by_role("progressbar", name="进度")
    expect(progress).to_be_visible()
    expect(progress).to_have_count(0)
    expect(drawer).to_contain_text("这里显示前 100 行")
    expect(drawer.get_by_role("row", name="3 客户名称 必填。", exact=True)).to_be_visible()
    with page.expect_download() as downloading:
        drawer.get_by_role("button", name="下载被拒绝的行").click()
    header, *rows = rows_of(downloading.value.path().read_bytes())
    assert len(rows) == REFUSED
    assert {row[header.index("地区")] for row in rows} >= {"第 0 行", f"第 {REFUSED - 1} 行"}
    show(page, f"/customers?q={name}")
    expect(page.locator("#main .list-row")).to_have_count(1)
