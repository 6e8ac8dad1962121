"""What a newcomer finds on the first look after ``make run``: of everything that can happen to money, one at least."""

from collections.abc import Iterator
from typing import Any

import pytest

from deploy.api_client import ApiClient, ApiProblem, wait_until
from deploy.office import Office
from services.kit.clock import utc_now
from tests.e2e.list_files import are_alike, cells_of, header_of, sheets
from tests.e2e.systems import EmbeddedSystem
from tests.workbooks import rows_of, workbook


@pytest.fixture(scope="module")
def office(embedded: EmbeddedSystem) -> Iterator[Office]:
    """The sales force at a system with the demo's data."""
    said = embedded.start("--demo")
    assert any(line.startswith("演示数据完成") for line in said), said
    office = Office(embedded.base_url)
    yield office
    office.close()


@pytest.fixture(scope="module")
def admin(office: Office) -> ApiClient:
    """Sales administration, who sees all."""
    return office.holder("sales_admin").client


@pytest.fixture(scope="module")
def statements(admin: ApiClient) -> list[dict[str, Any]]:
    """Of the months in which anything was accrued or earned, the newest first."""
    months = sorted({entry["booked_on"][:7] for entry in admin.every("/interest", page_size=200)}, reverse=True)
    this_month = admin.get("/dashboard")["profit_and_commission"]["month"]["month"]
    return [admin.get("/commission-statements", month=month, page_size=200) for month in (this_month, *months)]


def test_a_receipt_may_be_of_two_and_each_owner_sees_the_other_by_the_owners_name_alone(office: Office, admin: ApiClient) -> None:
    (receipt,) = admin.get("/receipts", state="ambiguous")["items"]
    candidates = admin.get(f"/receipts/{receipt['id']}")["candidates"]
    assert len({candidate["customer_id"] for candidate in candidates}) == 2
    logins = {
        office.desk(login).name: login for login in ("zhang.wei", "wang.fang", "li.qiang", "liu.yang", "zhao.lei", "sun.li")
    }
    for candidate in candidates:
        seen = office.desk(logins[candidate["owner_name"]]).client.get(f"/receipts/{receipt['id']}")["candidates"]
        assert [each["customer_name"] for each in seen] == [candidate["customer_name"], None]


def test_what_is_nobodys_has_suggestions_of_several_kinds_and_a_payer_is_remembered(admin: ApiClient) -> None:
    receipts = [admin.get(f"/receipts/{row['id']}") for row in admin.every("/receipts", state="unmatched", page_size=200)]
    best = {receipt["suggestions"][0]["reasons"][0]["code"] for receipt in receipts if receipt["suggestions"]}
    assert {"one_slip", "other_form", "branch_office", "account_before"} <= best
    assert [receipt for receipt in receipts if not receipt["suggestions"]], "and one that says nothing"
    (alias,) = admin.get("/payer-aliases", in_force=True)["items"]
    assert alias["why"]


def test_the_newest_import_has_rows_that_are_new_and_known_and_one_that_is_wrong(office: Office) -> None:
    finance = office.holder("finance").client
    newest = finance.get("/receipt-imports")["items"][0]
    rows = finance.get(f"/receipt-imports/{newest['id']}/rows", page_size=200)["items"]
    assert {row["outcome"] for row in rows} == {"new", "known", "wrong"}
    (wrong,) = [row for row in rows if row["outcome"] == "wrong"]
    assert wrong["fault"]["zh"] == "“一千二百元”不是金额。"


def test_write_offs_wait_are_partial_under_approval_and_reversed(admin: ApiClient) -> None:
    write_offs = admin.every("/write-offs", page_size=200)
    kinds = {(each["automatic"], each["state"], each["reverses"] is not None) for each in write_offs}
    for automatic, state, reverses in (
        (True, "archived", False),
        (True, "started", False),
        (False, "archived", False),
        (False, "started", False),
        (False, "archived", True),
    ):
        assert (automatic, state, reverses) in kinds
    receivables = admin.every("/receivables", page_size=200)
    assert [each for each in receivables if each["state"] == "open" and each["written_off"] != "0.00"]


def test_rates_have_a_history_an_account_is_left_out_and_a_penalty_was_corrected(admin: ApiClient) -> None:
    rates = admin.get("/interest-rates")["items"]
    assert (len(rates), len({rate["rate"] for rate in rates})) == (3, 3)
    (exempt,) = admin.get("/interest-exemptions")["items"]
    assert exempt["is_exempt"]
    entries = admin.every("/interest", page_size=200)
    assert {entry["kind"] for entry in entries} == {"penalty", "credit"}
    assert "overdue_without_exempt" in {entry["origin"]["code"] for entry in entries}
    (correction,) = [entry for entry in entries if entry["number"] > 1]
    (receipt,) = correction["origin"]["receipts"]
    assert (correction["origin"]["code"], receipt["received_on"] < correction["month"]) == ("received_in_time", True)


def test_statements_have_every_kind_of_entry_and_what_is_missing_several_reasons(statements: list[dict[str, Any]]) -> None:
    kinds = {entry["kind"] for statement in statements for entry in statement["entries"]}
    assert kinds == {"write_off", "balance", "reversal", "interest_credit", "penalty"}
    reasons = {bill["reason"]["code"] for bill in statements[0]["missing"]}
    assert {
        "not_reconciled",
        "reconciling",
        "no_receipt",
        "balance_too_small",
        "waiting_for_confirmation",
        "in_approval",
        "write_off_declined",
    } <= reasons


@pytest.fixture(scope="module")
def rare(office: Office) -> None:
    """A row of each list that the demo leaves empty: a name in usage that nobody knows, one assigned, files, a statement."""
    admin = office.desk("admin").client
    lines = [{"account": name, "day": "2026-03-01", "operator": "CMCC", "quantity": 10} for name in ("nobody01", "nobody02")]
    admin.post("/usage-reports", {"source": "test", "report_id": "rare", "lines": lines})
    account = admin.get("/accounts")["items"][0]
    assigned = {"name": "nobody02", "account_id": account["id"], "reason": "改名前的账号"}
    wait_until("billing to know the name", lambda: admin.every("/usage/unknown-accounts"))
    admin.post("/usage/assigned-names", assigned)
    admin.upload("/usage-imports", "用量.csv", "账号,日期,运营商,数量\nnobody01,2026-03-02,CMCC,5\n".encode())
    admin.post("/statements", {"bill_ids": [admin.get("/bills", state="open")["items"][0]["id"]]})
    admin.upload("/customer-imports", "客户.xlsx", workbook(["客户名称"], ["云"]))


@pytest.mark.usefixtures("rare")
@pytest.mark.parametrize("path", sheets())
def test_a_lists_file_holds_just_what_its_reader_sees_in_the_list(office: Office, path: str) -> None:
    """Spec, gateway.md: every list exports. Whoever may not see the list gets no file of it."""
    sheet, seen = sheets()[path], []
    for login, language in (("zheng.hua", "zh"), ("zhang.wei", "en"), ("admin", "zh")):
        client = office.desk(login).client
        asked_path, query = _asked(office, path)
        items = _seen(client, asked_path, query)
        if items is None:
            with pytest.raises(ApiProblem, match=": 403 "):
                client.download(f"{asked_path}.xlsx", **query)
            continue
        with client.speaking(language):
            header, *rows = rows_of(client.download(f"{asked_path}.xlsx", **query))
        assert header == header_of(sheet, language)
        told = [cells_of(sheet, item, language) for item in items]
        assert len(rows) == len(told), login
        assert [pair for pair in zip(rows, told, strict=True) if not are_alike(*pair)] == []
        seen.append(len(rows))
    assert max(seen), "of a list without rows nothing is shown here"


def _seen(client: ApiClient, path: str, query: dict[str, str]) -> list[dict[str, Any]] | None:
    """All of a list; ``None`` for whoever may not see it."""
    try:
        return client.every(path, **query, page_size=200)
    except ApiProblem as problem:
        if problem.status == 403:
            return None
        raise


def _asked(office: Office, path: str) -> tuple[str, dict[str, str]]:
    """A list's path with what stands in it, and what is asked besides: what it needs, and an order where it has one."""
    finance = office.desk("zheng.hua").client
    match path.split("/")[1]:
        case "accounts" if "<" in path:
            return path.replace("<account_id>", finance.get("/balances")["items"][0]["account_id"]), {}
        case "receipt-imports" if "<" in path:
            return path.replace("<import_id>", finance.get("/receipt-imports")["items"][0]["id"]), {"outcome": "new"}
        case "commission-statements":
            return path, {"month": finance.get("/dashboard")["profit_and_commission"]["month"]["month"]}
        case "audit":
            return path, {"to": utc_now().isoformat()}  # who asks for a file leaves an entry
        case "processes":
            return path, {"box": "todo", "sort": "-waiting_since"}
        case "bills":
            return path, {"sort": "-amount"}
        case "receipts":
            return path, {"pool": "false", "sort": "payer_name"}
        case _:
            return path, {}
