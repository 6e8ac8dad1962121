"""Bank statements, typed and posted receipts through HTTP: who may, once however often it is sent, and files that come back."""

from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
import requests

from deploy.api_client import wait_until
from services.kit.database import Database
from services.kit.sheets import MEDIA_TYPE
from tests.integration.gateway.company import PASSWORD, Client, RunningGateway
from tests.workbooks import rows_of, workbook

HEADER = "收款账号,流水号,到款时间,付款人,付款账号,金额,备注\n"
RECEIPT = {
    "bank_account": "6222",
    "reference": "T1",
    "received_at": "2026-04-03T10:00:00+08:00",
    "payer_name": "甲",
    "amount": "5.00",
}


def person(gateway: RunningGateway, login: str, *roles: str) -> Client:
    """Somebody with these roles, signed in."""
    made = gateway.client("admin").post("/users", {"name": login, "login": login, "roles": list(roles), "password": PASSWORD})
    if made.status_code == 201:
        passwords = {"current_password": PASSWORD, "new_password": PASSWORD + "!"}
        assert gateway.client(login).request("PUT", "/session/password", json=passwords).status_code == 204
    return Client(gateway.url).sign_in(login, PASSWORD + "!")


@pytest.fixture
def desk(worked_cash_desk: RunningGateway) -> RunningGateway:
    """Before any receipt."""
    database = Database(worked_cash_desk.database_url.format(service="payments"), pool_size=1)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql("TRUNCATE receipts, receipt_imports CASCADE")
    database.close()
    return worked_cash_desk


@pytest.fixture
def finance(desk: RunningGateway) -> Client:
    return person(desk, "finance", "finance")


def hand_in(client: Client, content: str | bytes, route: str = "/receipt-imports", name: str = "四月.csv", **query: str) -> Any:
    headers = {"X-Filename": quote(name)}
    raw = content.encode() if isinstance(content, str) else content
    return client.request("POST", route, params=query, data=raw, headers=headers)


def token_of(desk: RunningGateway, *scopes: str) -> requests.Session:
    """A service user's."""
    asked = {"name": f"bank {uuid4()}", "user_id": str(desk.users["platform"]), "scopes": list(scopes), "days": 1}
    issued = desk.client("admin").post("/tokens", asked)
    assert issued.status_code == 201, issued.text
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {issued.json()['token']}"
    return session


def test_a_statement_is_answered_with_its_report_which_can_be_read_later(finance: Client) -> None:
    rows = "6222,R1,2026-04-03,甲,310,1.00,\n6222,R2,2026-04-03,乙,310,x,\n6222,R3,2026-04-03,丙,310,y,\n"
    answer = hand_in(finance, HEADER + rows)
    assert answer.status_code == 201, answer.text
    report = answer.json()
    assert (report["state"], report["mapping"], report["file_name"], report["created_by_name"]) == (
        "done",
        "generic",
        "四月.csv",
        "finance",
    )
    assert [row["outcome"] for row in report["rows"]] == ["new", "wrong", "wrong"]
    path = f"/receipt-imports/{report['id']}"
    assert finance.get(path).json() == {name: value for name, value in report.items() if name != "rows"}
    assert finance.get("/receipt-imports").json()["items"] == [finance.get(path).json()]
    page = finance.get(f"{path}/rows", params={"outcome": "wrong", "page_size": 1}).json()
    assert page["items"] == report["rows"][1:2]
    assert (
        finance.get(f"{path}/rows", params={"outcome": "wrong", "cursor": page["next_cursor"]}).json()["items"]
        == report["rows"][2:]
    )


def test_the_wrong_rows_are_downloaded_mended_and_handed_in_again(finance: Client) -> None:
    rows = ["6222,R1,2026-04-03,甲,310,1.00,", *(f"6222,W{number},2026-04-03,乙,310,x,=cmd|x" for number in range(450))]
    report = hand_in(finance, HEADER + "\n".join(rows)).json()
    answer = finance.get(f"/receipt-imports/{report['id']}.xlsx", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, MEDIA_TYPE)
    assert quote("四月-Reason.xlsx") in answer.headers["Content-Disposition"]
    header, *wrong = rows_of(answer.content)
    assert header == [*HEADER.strip().split(","), "Row", "Reason"]
    assert [row[-2:] for row in wrong[:1]] == [[3.0, "“x” is not an amount."]]
    assert (len(wrong), wrong[0][6]) == (450, "=cmd|x")
    for number, row in enumerate(wrong, start=1):
        row[5] = float(number)
    mended = hand_in(finance, workbook(header, *wrong)).json()
    assert (mended["new"], mended["wrong"]) == (450, 0)


def test_a_long_statement_is_answered_at_once_and_done_by_the_worker(finance: Client) -> None:
    content = HEADER + "".join(
        f"6222,R{number},2026-04-03,甲,310,{number if number % 100 == 0 else 'x'},\n" for number in range(1, 5_201)
    )
    answer = hand_in(finance, content)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["state"], answer.json()["rows"]) == ("queued", [])

    def ended() -> Any:
        shown = finance.get(f"/receipt-imports/{answer.json()['id']}").json()
        return shown if shown["state"] not in ("queued", "running") else None

    shown = wait_until("the import to end", ended)
    assert (shown["state"], shown["new"], shown["wrong"], shown["line_count"], shown["done_lines"]) == (
        "done",
        52,
        5_148,
        5_200,
        5_200,
    )
    assert hand_in(finance, content[: content.index("R101,")]).json()["known"] == 1


def test_a_mapping_is_administered_tried_and_used(finance: Client) -> None:
    listed = finance.get("/bank-mappings").json()["items"]
    assert {"icbc", "ccb", "abc", "boc", "cmb", "alipay", "generic"} <= {mapping["code"] for mapping in listed}
    columns = {"reference": [["no"]], "received_at": [["when"]], "payer_name": [["who"]], "amount": [["much"]]}
    body = {"name_zh": "自家系统", "name_en": "Own system", "columns": columns}
    made = finance.request("PUT", "/bank-mappings/own", json=body)
    assert (made.status_code, made.json()["version"], made.headers["ETag"]) == (200, 1, '"1"'), made.text
    changed = finance.request("PUT", "/bank-mappings/own", json={**body, "unique_by": ["year"]}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["unique_by"]) == (200, ["year"]), changed.text
    late = finance.request("PUT", "/bank-mappings/own", json=body, headers={"If-Match": '"1"'})
    assert (late.status_code, late.json()["code"]) == (412, "bank_mapping_changed_meanwhile")
    assert finance.get("/bank-mappings/own").json() == changed.json()
    assert finance.request("PUT", "/bank-mappings/Own Bank", json=body).json()["errors"][0]["field"] == "code"
    content = "no,when,who,much\nR1,2026-04-03,甲,1.00\n"
    tried = hand_in(finance, content, "/receipt-import-previews", bank_account="6222")
    assert (tried.status_code, tried.json()["mapping"], tried.json()["new"]) == (200, "own", 1), tried.text
    assert finance.get("/receipts").json()["items"] == []
    assert hand_in(finance, content, mapping="own", bank_account="6222").json()["new"] == 1
    assert [row["reference"] for row in finance.get("/receipts").json()["items"]] == ["R1/2026"]


@pytest.mark.parametrize(
    ("roles", "imports", "administers"),
    [
        (["finance"], 201, 200),
        (["sales_admin"], 201, 200),
        (["admin"], 403, 403),
        (["sales"], 403, 403),
        (["sales_director"], 403, 403),
    ],
    ids=str,
)
def test_finance_and_sales_administration_import_and_administer_mappings(
    desk: RunningGateway, roles: list[str], imports: int, administers: int
) -> None:
    client = person(desk, f"someone-{'-'.join(roles)}", *roles)
    assert hand_in(client, f"{HEADER}6222,R1,2026-04-03,甲,310,1.00,\n").status_code == imports
    generic = desk.client("admin").get("/bank-mappings/generic").status_code
    assert generic == 403
    body = {
        "name_zh": "x",
        "name_en": "x",
        "columns": {name: [["x"]] for name in ("reference", "received_at", "payer_name", "amount")},
    }
    answer = client.request("PUT", f"/bank-mappings/of-{roles[0].replace('_', '-')}", json=body)
    assert answer.status_code == administers, answer.text


def test_a_receipt_is_typed_in_once_however_often_it_is_sent(finance: Client) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first, again = (finance.post("/receipts", RECEIPT, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    other = finance.post("/receipts", {**RECEIPT, "amount": "6.00"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    without_key = finance.post("/receipts", RECEIPT)
    assert without_key.json()["id"] == first.json()["id"]
    taken = finance.post("/receipts", {**RECEIPT, "amount": "6.00"})
    assert (taken.status_code, taken.json()["code"]) == (409, "reference_taken")
    assert len(finance.get("/receipts").json()["items"]) == 1


def test_another_system_posts_receipts_with_a_token_and_may_do_nothing_else(desk: RunningGateway, finance: Client) -> None:
    bank, api = token_of(desk, "receipts.write"), f"{desk.url}/api/v1"
    key = {"Idempotency-Key": str(uuid4())}
    first, again = (bank.post(f"{api}/receipts", json=RECEIPT, headers=key, timeout=20) for _ in range(2))
    assert (first.status_code, again.status_code, first.json()["id"]) == (201, 201, again.json()["id"]), first.text
    content = f"{HEADER}6222,T1,2026-04-03 10:00:00,甲,310,5.00,\n6222,T2,2026-04-03 10:00:00,甲,310,5.00,\n".encode()
    report = bank.post(f"{api}/receipt-imports", data=content, timeout=20).json()
    assert (report["known"], report["new"]) == (1, 1)
    mine = hand_in(finance, f"{HEADER}6222,T3,2026-04-03 10:00:00,甲,310,5.00,\n").json()
    assert bank.get(f"{api}/receipt-imports/{mine['id']}", timeout=20).status_code == 404
    assert bank.get(f"{api}/receipt-imports/{report['id']}/rows", timeout=20).status_code == 200
    assert bank.get(f"{api}/receipts", timeout=20).status_code == 403
    assert bank.put(f"{api}/bank-mappings/own", json={}, timeout=20).status_code == 403
    assert token_of(desk, "usage.report").post(f"{api}/receipts", json=RECEIPT, timeout=20).status_code == 403


def test_the_pool_is_downloaded_with_its_filters_and_its_sort(finance: Client) -> None:
    for number, payer in enumerate(("甲公司", "乙公司", "=甲|x"), start=1):
        answer = finance.post("/receipts", {**RECEIPT, "reference": f"T{number}", "payer_name": payer, "amount": f"{number}.50"})
        assert answer.status_code == 201, answer.text
    file = finance.get("/receipts.xlsx", params={"payer": "甲", "sort": "-amount"})
    assert (file.status_code, file.headers["Content-Type"]) == (200, MEDIA_TYPE), file.text
    header, *rows = rows_of(file.content)
    assert header[:4] == ["到款时间", "收款账户", "流水号", "付款人"]
    shown = [header.index(name) for name in ("流水号", "付款人", "到款金额", "状态", "未自动销账的原因")]
    assert [tuple(row[at] for at in shown) for row in rows] == [
        ("T3", "=甲|x", 3.5, "未匹配", "付款人与任何客户的名称或开票名称都不一致。"),
        ("T1", "甲公司", 1.5, "未匹配", "付款人与任何客户的名称或开票名称都不一致。"),
    ]
    assert rows[0][0].isoformat() == "2026-04-03T10:00:00", "Shanghai's clock"
    refused = finance.get("/receipts.xlsx", params={"sort": "colour", "amount_from": "x"})
    assert (refused.status_code, [error["field"] for error in refused.json()["errors"]]) == (422, ["amount_from"])
