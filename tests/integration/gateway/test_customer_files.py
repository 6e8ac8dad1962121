"""Customers as files through HTTP: who may, in whose words, and that the report of refused rows can be downloaded, mended and
handed in again (pitfalls: "import errors that cannot be downloaded")."""

import zipfile
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
import requests

from deploy.api_client import wait_until
from services.contracts.customer_import_calls import IMPORT_COLUMNS, IMPORT_FILE_BYTES_MAX
from services.kit.database import Database
from services.kit.sheets import MEDIA_TYPE
from tests.integration.gateway.company import Client, RunningGateway
from tests.workbooks import rows_of, workbook

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def sales(house: RunningGateway) -> Client:
    """张伟, before any customer."""
    database = Database(house.database_url.format(service="customer"), pool_size=1)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("TRUNCATE customers, customer_imports, customer_exports CASCADE")
    database.close()
    return house.client("sales")


def _hand_in(client: Client, content: bytes, name: str = "客户.xlsx", query: str = "") -> requests.Response:
    headers = {"Content-Type": MEDIA_TYPE, "X-Filename": quote(name)}
    return client.request("POST", f"/customer-imports{query}", data=content, headers=headers)


def _take_in(client: Client, content: bytes, **options: Any) -> dict[str, Any]:
    answer = _hand_in(client, content)
    assert answer.status_code == 202, answer.text

    def ended() -> dict[str, Any] | None:
        shown: dict[str, Any] = client.get(f"/customer-imports/{answer.json()['id']}", **options).json()
        return shown if shown["state"] in ("done", "refused", "failed") else None

    return wait_until("the import to end", ended)


def test_a_file_is_taken_in_and_its_report_mended_and_handed_in_again(sales: Client) -> None:
    answer = _hand_in(sales, workbook(["客户名称"], ["云帆"]), query="?confirm_near_duplicates=true")
    assert answer.status_code == 202, answer.text
    queued = answer.json()
    assert (queued["file_name"], queued["confirm_near_duplicates"], queued["created_by_name"]) == ("客户.xlsx", True, "张伟")

    shown = _take_in(
        sales,
        workbook(
            ["客户名称", "手机", "联系人", "行业"],
            ["海纳", "13800138000", "顾", "I"],
            ["百川", "138", "", "软件"],
            ["=cmd|x", "", "", "?"],
        ),
    )
    assert (shown["state"], shown["row_count"], shown["done"], shown["added"], shown["refused"]) == ("done", 3, 3, 1, 2)
    first = {problem["field"]: (problem["column"], problem["message"]) for problem in shown["refusals"][0]["problems"]}
    assert first == {
        "contact.mobile": ("手机", "格式不正确。"),
        "contact.name": ("联系人", "必填。"),
        "industry": ("行业", "须为 GB/T 4754 门类的字母（A–T）或名称。"),
    }

    report = sales.get(f"/customer-imports/{shown['id']}.xlsx")
    assert report.headers["Content-Type"] == MEDIA_TYPE
    assert quote("客户-原因.xlsx") in report.headers["Content-Disposition"]
    header, *rows = rows_of(report.content)
    assert header == ["客户名称", "手机", "联系人", "行业", "原因"]
    assert [row[:4] for row in rows] == [["百川", "138", "", "软件"], ["=cmd|x", "", "", "?"]]
    assert rows[0][4].split("；") == [
        "行业：须为 GB/T 4754 门类的字母（A–T）或名称",
        "联系人：必填",
        "手机：格式不正确",
    ]
    again = _take_in(sales, report.content)
    assert (again["added"], again["refused"]) == (0, 2)

    rows[0][1:4], rows[1][3] = ["13900139000", "李", "I"], ""
    mended = _take_in(sales, workbook(header, *rows))
    assert (mended["added"], mended["refused"]) == (2, 0)
    assert rows_of(sales.get(f"/customer-imports/{mended['id']}.xlsx").content) == [header]


def test_reasons_come_in_the_readers_language(sales: Client) -> None:
    _take_in(sales, workbook(["Customer"], ["云帆"]))
    shown = _take_in(sales, workbook(["Customer", "Owner"], ["云帆", ""], ["海纳", "nobody"], ["海纳", ""]), headers=ENGLISH)
    messages = [problem["message"] for row in shown["refusals"] for problem in row["problems"]]
    assert messages == [
        "Customer “云帆” exists already; its owner is 张伟.",
        "Nobody signs in as “nobody”.",
        "The same name as in row 3.",
    ]
    header, *rows = rows_of(sales.get(f"/customer-imports/{shown['id']}.xlsx", headers=ENGLISH).content)
    assert header == ["Customer", "Owner", "Reason"]
    assert rows[1] == ["海纳", "nobody", "Owner: Nobody signs in as “nobody”"]


def test_a_file_that_is_refused_whole_says_why(sales: Client) -> None:
    unreadable = _take_in(sales, b"no sheet")
    assert (unreadable["state"], unreadable["problems"][0]["message"]) == ("refused", "不是可读取的 xlsx 或 xls 文件。")
    unknown = _take_in(sales, workbook(["客户名称", "生日"], ["云帆", "1"]))
    assert [problem["message"] for problem in unknown["problems"]] == ["不认识的列“生日”，请删除或改名。"]


def test_a_file_over_the_limit_is_refused_before_it_is_kept(sales: Client) -> None:
    answer = _hand_in(sales, b"x" * (IMPORT_FILE_BYTES_MAX + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    wrong = _hand_in(sales, workbook(["客户名称"], ["云帆"]), query="?confirm_near_duplicates=perhaps")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "confirm_near_duplicates")


def test_imports_are_listed_for_their_importer(house: RunningGateway, sales: Client) -> None:
    mine = _take_in(sales, workbook(["客户名称"], ["云帆"]))
    assert [each["id"] for each in sales.get("/customer-imports").json()["items"]] == [mine["id"]]
    lead = house.client("lead")
    assert lead.get("/customer-imports").json()["items"] == []
    assert lead.get(f"/customer-imports/{mine['id']}").status_code == 404
    assert lead.get(f"/customer-imports/{mine['id']}.xlsx").status_code == 404
    assert [each["id"] for each in house.client("admin").get("/customer-imports").json()["items"]] == [mine["id"]]
    assert house.client("director").get("/customer-imports").status_code == 403


@pytest.mark.parametrize(("language", "name"), [("zh", "信息传输、软件和信息技术服务业"), ("en", "Finance")])
def test_the_template_has_every_column_and_says_what_is_allowed(sales: Client, language: str, name: str) -> None:
    answer = sales.get("/customer-import-template.xlsx", headers={"Accept-Language": language})
    at = ("zh", "en").index(language)
    assert rows_of(answer.content) == [[column.header[at] for column in IMPORT_COLUMNS]]
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        texts = "".join(archive.read(each).decode() for each in archive.namelist() if each.endswith(".xml"))
    assert IMPORT_COLUMNS[0].note[at] in texts
    assert name in texts
    assert texts.count("<dataValidation ") == 2
    filled = rows_of(answer.content)[0]
    taken = _take_in(sales, workbook(filled, ["云帆", name, *[""] * (len(filled) - 2)]))
    assert (taken["added"], taken["refused"]) == (1, 0)


def test_a_list_is_downloaded_with_its_filters(house: RunningGateway, sales: Client) -> None:
    _take_in(sales, workbook(["客户名称", "行业"], ["云帆", "I"], ["海纳", ""]))
    answer = sales.get("/customers.xlsx?q=云&sort=-name")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, MEDIA_TYPE)
    header, *rows = rows_of(answer.content)
    assert [(row[0], row[header.index("行业")]) for row in rows] == [("云帆", "信息传输、软件和信息技术服务业")]
    assert len(rows_of(sales.get("/customers.xlsx").content)) == 3
    english, *_ = rows_of(sales.get("/customers.xlsx", headers=ENGLISH).content)
    assert english[:2] == ["Customer", "Tier"]
    wrong = sales.get("/customers.xlsx?colour=red")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "colour")
    assert house.client().get("/customers.xlsx").status_code == 401


def test_a_long_list_is_made_in_the_background(house: RunningGateway, sales: Client) -> None:
    _take_in(sales, workbook(["客户名称"], ["云帆"], ["海纳"]))
    wanted = {"tier": "intent", "completeness_max": "0.5", "sort": "-name"}
    asked = sales.post("/customer-exports", wanted, headers={"Idempotency-Key": "export-1"})
    assert asked.status_code == 202, asked.text
    again = sales.post("/customer-exports", wanted, headers={"Idempotency-Key": "export-1"})
    assert again.json()["id"] == asked.json()["id"]
    path = f"/customer-exports/{asked.json()['id']}"
    shown = wait_until("the export to end", lambda: (found := sales.get(path).json())["state"] == "done" and found)
    assert (shown["done"], shown["total"]) == (2, 2)
    answer = sales.get(f"{path}.xlsx")
    assert [row[0] for row in rows_of(answer.content)[1:]] == ["海纳", "云帆"]
    assert house.client("admin").get(path).status_code == 404
    assert house.client("admin").get(f"{path}.xlsx").status_code == 404
