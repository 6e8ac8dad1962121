"""Customers import from xlsx with a report of every row that was refused and why (spec, customer.md, "Data")."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.contracts.paging import PageQuery
from services.customer.store.tables import Contact, Customer, Department, TierMove
from services.customer.usecases import import_customers
from services.customer.usecases.list_under_customer import list_under_customer
from services.customer.usecases.show_customer_import import list_customer_imports, show_customer_import
from services.kit.caller import Caller
from services.kit.errors import NotFound
from services.kit.files import FolderStore
from services.kit.ids import new_id
from services.kit.jobs import fail_shard, take_shard
from services.kit.schema import load
from tests.integration.customer.files import Desk
from tests.workbooks import workbook

CHECKOUT = Path(__file__).resolve().parents[3]
PAGE: dict[str, Any] = {"page_size": 50, "sort": "", "cursor": ""}


class KeepingStore(FolderStore):
    """Where the slower of two workers can read the file, too; otherwise it fails, and finds at its next try that all is done."""

    def delete(self, key: str) -> None:
        pass


def _refusals(shown: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(row["row"], each["field"], each["code"]) for row in shown["refusals"] for each in row["problems"]]


def _customers(desk: Desk) -> list[Customer]:
    with desk.office.database.session() as session:
        return list(session.scalars(select(Customer).order_by(Customer.name)))


def test_right_rows_become_customers_with_department_and_contact(desk: Desk) -> None:
    shown = desk.take_in(
        desk.office.zhang,
        ["客户名称", "行业", "来源", "税务号", "部门", "联系人", "职务", "手机", "电话", "QQ", "决策人"],
        [
            "上海云帆网络科技有限公司",
            "I",
            "展会",
            "123456789012345",
            "市场部",
            "顾晓岚",
            "经理",
            13800138000,
            "021-1",
            12345,
            "是",
        ],
        ["海纳百川", "", "", "", "", "", "", "", "", "", ""],
    )
    assert (shown["state"], shown["row_count"], shown["done"], shown["added"], shown["refused"]) == ("done", 2, 2, 2, 0)
    first, second = _customers(desk)
    assert (first.industry, first.source, first.tax_number, first.filled_items) == ("I", "展会", "123456789012345", 3)
    assert (second.name, second.filled_items) == ("海纳百川", 0)
    with desk.office.database.session() as session:
        contact = session.scalars(select(Contact)).one()
        department = session.scalars(select(Department)).one()
    assert (contact.name, contact.mobile, contact.qq, contact.is_decision_maker) == ("顾晓岚", "13800138000", "12345", True)
    assert (department.name, contact.department_id) == ("市场部", department.id)


def test_an_imported_customer_is_as_one_added_by_hand(desk: Desk) -> None:
    by_hand = desk.office.row(desk.office.add(desk.office.zhang, "手工添加", industry="I", region="上海"))
    desk.take_in(desk.office.zhang, ["客户名称", "行业", "地区"], ["文件导入", "I", "上海"])
    imported = next(customer for customer in _customers(desk) if customer.name == "文件导入")
    own = {"id", "name", "normalised_name"}
    for column in {column.key for column in Customer.__table__.columns} - own:
        assert getattr(imported, column) == getattr(by_hand, column), column
    assert imported.next_look_on is not None
    assert desk.office.moves(imported.id) == desk.office.moves(by_hand.id) == [(None, "intent", "added")]
    said = desk.office.said("customer_added")
    assert [event["name"] for event in said] == ["手工添加", "文件导入"]
    assert {**said[1], "id": 0, "name": ""} == {**said[0], "id": 0, "name": ""}
    audited = "SELECT user_name, action FROM audit_entries WHERE action LIKE 'customer%' ORDER BY at, id"
    assert desk.values(audited) == [("张伟", "customer_added")] * 2 + [("张伟", "customers_imported")]


def test_a_contact_in_a_file_is_as_one_added_by_hand(desk: Desk) -> None:
    zhang = desk.office.zhang
    by_hand = desk.office.add(zhang, "手工添加")
    desk.office.contact(zhang, by_hand, mobile="13800138000", title="经理", wechat="gu")
    desk.take_in(zhang, ["客户名称", "联系人", "手机", "职务", "微信"], ["文件导入", "顾晓岚", "13800138000", "经理", "gu"])
    imported = next(customer for customer in _customers(desk) if customer.name == "文件导入")
    assert imported.filled_items == desk.office.row(by_hand).filled_items == 2
    one, other = (
        list_under_customer(desk.office.begin(zhang), "contacts", each, **load(PageQuery, {})).items[0]
        for each in (by_hand, imported.id)
    )
    own = {"id", "customer_id", "customer_name"}
    assert {key: one[key] for key in one.keys() - own} == {key: other[key] for key in other.keys() - own}


def test_of_every_wrong_row_is_told_in_which_column_and_why_and_the_others_are_added(desk: Desk) -> None:
    shown = desk.take_in(
        desk.office.zhang,
        ["客户名称", "行业", "税务号", "银行账号", "联系人", "手机", "邮箱", "决策人"],
        ["云帆", "I", "", "", "", "", "", ""],
        ["", "I", "", "", "", "", "", ""],
        ["海纳", "软件", "9131", 6222020000000000000, "", 12345, "gu", "也许"],
        ["百川", "", "", "", "顾晓岚", "13800138000", "gu@example.com", "否"],
    )
    assert (shown["state"], shown["added"], shown["refused"]) == ("done", 2, 2)
    assert sorted(_refusals(shown)) == [
        (3, "name", "required"),
        (4, "contact.email", "format"),
        (4, "contact.is_decision_maker", "answer_unknown"),
        (4, "contact.mobile", "format"),
        (4, "contact.name", "required"),
        (4, "industry", "industry_unknown"),
        (4, "invoice_information.bank_account", "digits_lost"),
        (4, "invoice_information.tax_number", "tax_number_length"),
    ]
    assert [customer.name for customer in _customers(desk)] == ["云帆", "百川"]


def test_a_name_that_another_customer_has_is_refused_with_its_owner(desk: Desk) -> None:
    desk.office.add(desk.office.li, "云帆（上海）")
    desk.office.pooled("海纳")
    shown = desk.take_in(desk.office.zhang, ["客户名称"], ["云帆(上海)"], ["海纳"], ["百川"])
    problems = [each for row in shown["refusals"] for each in row["problems"]]
    assert [(each["code"], each["params"]) for each in problems] == [
        ("customer_name_taken", {"name": "云帆（上海）", "owner": "李娜"}),
        ("customer_name_taken", {"name": "海纳", "owner": "公共池"}),
    ]
    assert (shown["added"], shown["refused"]) == (1, 2)


def test_a_second_row_of_one_name_is_refused_naming_the_first(desk: Desk) -> None:
    shown = desk.take_in(
        desk.office.zhang, ["客户名称", "地区"], ["云帆 科技", "上海"], ["海纳", ""], ["云帆科技", "北京"], ["云帆科技", ""]
    )
    assert _refusals(shown) == [(4, "name", "import_name_repeated"), (5, "name", "import_name_repeated")]
    assert {row["problems"][0]["params"]["row"] for row in shown["refusals"]} == {2}
    assert [(customer.name, customer.region) for customer in _customers(desk)] == [("云帆 科技", "上海"), ("海纳", "")]


def test_a_second_row_is_told_of_its_other_faults_too(desk: Desk) -> None:
    shown = desk.take_in(desk.office.zhang, ["客户名称", "行业"], ["云帆", ""], ["云帆", "?"])
    assert _refusals(shown) == [(3, "name", "import_name_repeated"), (3, "industry", "industry_unknown")]


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b"no sheet", ["sheet_unreadable"]),
        (workbook(["手机", "生日"], ["1", "2"]), ["import_column_unknown", "import_column_missing"]),
        (workbook(["客户名称"]), ["import_empty"]),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(desk: Desk, content: bytes, codes: list[str]) -> None:
    import_id = desk.hand_in_file(desk.office.zhang, content)
    desk.do_jobs()
    shown = desk.shown(desk.office.zhang, import_id)
    assert shown["state"] == "refused"
    assert [(each["field"], each["code"]) for each in shown["problems"]] == [("file", code) for code in codes]
    assert (shown["added"], shown["refusals"]) == (0, [])
    assert desk.kept_files == 0


def test_a_file_has_at_most_so_many_rows(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.customer.documents.import_file.IMPORT_ROWS_MAX", 2)
    shown = desk.take_in(desk.office.zhang, ["客户名称"], ["云帆"], ["海纳"], ["百川"])
    assert [(each["code"], each["params"]) for each in shown["problems"]] == [("sheet_too_many_rows", {"max": 2})]


def test_an_import_shows_its_progress_and_leaves_no_file(desk: Desk) -> None:
    import_id = desk.hand_in(desk.office.zhang, ["客户名称"], ["云帆"], confirm_near_duplicates=True)
    queued = desk.shown(desk.office.zhang, import_id)
    assert (queued["state"], queued["row_count"], queued["done"]) == ("queued", None, 0)
    assert (queued["confirm_near_duplicates"], queued["created_by_name"], queued["file_name"]) == (True, "张伟", "客户.xlsx")
    assert desk.kept_files == 1
    desk.do_jobs()
    done = desk.shown(desk.office.zhang, import_id)
    assert (done["state"], done["row_count"], done["done"]) == ("done", 1, 1)
    assert done["started_at"] is not None
    assert done["finished_at"] is not None
    assert desk.values("SELECT state FROM jobs") == ["done"]
    assert desk.values("SELECT done FROM job_shards") == [1]
    assert desk.kept_files == 0


def test_an_import_whose_job_gave_up_says_so(desk: Desk) -> None:
    import_id = desk.hand_in(desk.office.zhang, ["客户名称"], ["云帆"])
    (job_id,) = desk.values("SELECT id FROM jobs")
    for _ in range(5):
        shard = take_shard(desk.office.begin(Caller.system("customer")), job_id, 0, desk.store)
        assert shard is not None
        fail_shard(shard, "the disk is full")
    assert desk.shown(desk.office.zhang, import_id)["state"] == "failed"


# Whose


def test_a_salespersons_file_brings_customers_of_his_own(desk: Desk) -> None:
    shown = desk.take_in(desk.office.zhang, ["客户名称", "跟进销售"], ["云帆", ""], ["海纳", "zhang"], ["百川", "li"])
    assert _refusals(shown) == [(4, "owner", "import_owner_not_self")]
    assert {(customer.owner_name, str(customer.owner_id)) for customer in _customers(desk)} == {
        ("张伟", desk.office.zhang.user_id)
    }


def test_a_leads_file_may_name_people_of_the_departments_led(desk: Desk) -> None:
    shown = desk.take_in(desk.office.lead, ["客户名称", "跟进销售"], ["云帆", ""], ["海纳", "li"], ["百川", "zhao"])
    assert _refusals(shown) == [(4, "owner", "import_owner_not_led")]
    assert [(customer.name, customer.owner_name) for customer in _customers(desk)] == [("云帆", "王芳"), ("海纳", "李娜")]


def test_sales_administration_names_an_owner_in_every_row(desk: Desk) -> None:
    gone = Caller(str(new_id()), "孙立", roles=frozenset({"sales"}))
    desk.hire(gone, "sun", active=False)
    desk.hire(desk.office.admin, "zhou")
    shown = desk.take_in(
        desk.office.admin,
        ["客户名称", "跟进销售"],
        ["云帆", "zhao"],
        ["海纳", ""],
        ["百川", "sun"],
        ["江河", "zhou"],
        ["湖海", "none"],
    )
    assert _refusals(shown) == [
        (3, "owner", "required"),
        (4, "owner", "owner_has_left"),
        (5, "owner", "import_owner_not_sales"),
        (6, "owner", "import_owner_unknown"),
    ]
    (customer,) = _customers(desk)
    assert (customer.owner_name, customer.owner_department_id) == ("赵强", UUID(desk.office.zhao.department_id))


def test_an_import_is_its_importers_and_administrations(desk: Desk) -> None:
    import_id = desk.hand_in(desk.office.zhang, ["客户名称"], ["云帆"])
    desk.hand_in(desk.office.li, ["客户名称"], ["海纳"])
    desk.do_jobs()
    for stranger in (desk.office.li, desk.office.lead):
        with pytest.raises(NotFound, match="customer_import_not_found"):
            show_customer_import(desk.office.begin(stranger), import_id)
        with pytest.raises(NotFound, match="customer_import_not_found"):
            desk.refused(stranger, import_id)

    def importers(caller: Caller) -> list[str]:
        return [each["created_by_name"] for each in list_customer_imports(desk.office.begin(caller), **PAGE).items]

    assert importers(desk.office.zhang) == ["张伟"]
    assert importers(desk.office.admin) == ["李娜", "张伟"]
    assert importers(desk.office.zhao) == []
    assert desk.shown(desk.office.admin, import_id)["added"] == 1


def test_imports_page_by_page_with_the_newest_first(desk: Desk) -> None:
    ids = [desk.hand_in(desk.office.zhang, ["客户名称"], [f"客户{number}"]) for number in range(5)]
    seen: list[UUID] = []
    cursor = ""
    while True:
        page = list_customer_imports(desk.office.begin(desk.office.zhang), page_size=2, sort="", cursor=cursor)
        seen += [each["id"] for each in page.items]
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert seen == sorted(ids, reverse=True)


# At once, and cut off


def test_of_two_imports_of_one_file_at_once_every_name_is_added_once(desk: Desk) -> None:
    names = [[f"客户{number:04}"] for number in range(1_200)]
    one = desk.hand_in(desk.office.zhang, ["客户名称"], *names)
    # The other way round: two who wait for each other's names would end in a deadlock.
    other = desk.hand_in(desk.office.li, ["客户名称"], *reversed(names))
    jobs = desk.values("SELECT id FROM jobs")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda job_id: desk.do_job(job_id, "customer_import"), jobs))
    shown = [desk.shown(desk.office.admin, each) for each in (one, other)]
    assert [each["state"] for each in shown] == ["done", "done"]
    assert sum(each["added"] for each in shown) == sum(each["refused"] for each in shown) == 1_200
    assert {code for each in shown for _, _, code in _refusals(each)} == {"customer_name_taken"}
    assert len({customer.normalised_name for customer in _customers(desk)}) == 1_200
    assert len(desk.office.said("customer_added")) == 1_200


def test_two_workers_at_one_import_do_every_batch_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_customers, "ROWS_AT_ONCE", 20)
    import_id = desk.hand_in(desk.office.zhang, ["客户名称"], *([f"客户{number:04}"] for number in range(400)))
    (job_id,) = desk.values("SELECT id FROM jobs")
    store = KeepingStore(desk.folder)
    first = take_shard(desk.office.begin(Caller.system("customer")), job_id, 0, store)
    desk.lose_workers()  # wrongly: the first is alive
    second = take_shard(desk.office.begin(Caller.system("customer")), job_id, 0, store)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(import_customers.import_customers, (first, second)))
    shown = desk.shown(desk.office.zhang, import_id)
    assert (shown["state"], shown["done"], shown["added"], shown["refused"]) == ("done", 400, 400, 0)
    assert len(desk.office.said("customer_added")) == 400


def test_an_import_killed_between_batches_adds_nothing_twice_and_loses_nothing(desk: Desk) -> None:
    names = [[f"客户{number:04}", "?" if number % 100 == 0 else ""] for number in range(1_200)]
    import_id = desk.hand_in(desk.office.zhang, ["客户名称", "行业"], *names)
    (job_id,) = desk.values("SELECT id FROM jobs")
    program = [sys.executable, str(Path(__file__).with_name("import_process.py"))]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    arguments = [desk.office.database.url, str(job_id), str(desk.folder)]
    with subprocess.Popen(
        [*program, *arguments], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "the second batch is written and not committed\n"
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    cut_off = desk.shown(desk.office.zhang, import_id)
    assert (cut_off["state"], cut_off["done"], cut_off["added"], cut_off["refused"]) == ("running", 500, 495, 5)
    assert len(_customers(desk)) == 495

    desk.lose_workers()
    desk.do_jobs()
    shown = desk.shown(desk.office.zhang, import_id)
    assert (shown["state"], shown["done"], shown["added"], shown["refused"]) == ("done", 1_200, 1_188, 12)
    assert [row for row, _, _ in _refusals(shown)] == [2 + 100 * number for number in range(12)]
    with desk.office.database.session() as session:
        moved = list(session.scalars(select(TierMove.customer_id)))
    added = _customers(desk)
    assert len(added) == 1_188
    assert sorted(moved) == sorted(customer.id for customer in added)
    assert sorted(event["name"] for event in desk.office.said("customer_added")) == [customer.name for customer in added]
    assert desk.kept_files == 0


# The report


def test_the_refused_rows_come_back_as_they_were_given_and_mended_they_are_taken(desk: Desk) -> None:
    zhang = desk.office.zhang
    headers = ["手机", "Customer", "银行账号", "联系人"]
    shown = desk.take_in(
        zhang, headers, [13800138000, "云帆", "", "顾"], ["138", "海纳", 6222020000000000000, ""], ["", "百川", "", ""]
    )
    assert (shown["added"], shown["refused"]) == (2, 1)
    refused = desk.refused(zhang, UUID(shown["id"]))
    assert refused["headers"] == headers
    (row,) = refused["items"]
    assert (row["row"], row["cells"]) == (3, ["138", "海纳", "6.22202000000000e+18", ""])

    unmended = desk.take_in(zhang, [*headers, "原因"], [*row["cells"], "…"])
    assert _refusals(unmended) == [(2, field, code) for _, field, code in _refusals(shown)]
    mended = desk.take_in(zhang, [*headers, "原因"], ["13900139000", "海纳", "6222020000000000123", "李", "…"])
    assert (mended["added"], mended["refused"]) == (1, 0)
    with desk.office.database.session() as session:
        customer = session.scalars(select(Customer).where(Customer.name == "海纳")).one()
    assert customer.invoice_information["bank_account"] == "6222020000000000123"


def test_the_first_hundred_refusals_are_shown_and_all_of_them_listed(desk: Desk) -> None:
    shown = desk.take_in(desk.office.zhang, ["客户名称"], *(["云"] for _ in range(620)))
    assert shown["refused"] == 620
    assert [row["row"] for row in shown["refusals"]] == list(range(2, 102))
    listed = desk.refused(desk.office.zhang, UUID(shown["id"]))
    assert [row["row"] for row in listed["items"]] == list(range(2, 202))


def test_of_a_cell_longer_than_any_field_as_much_is_kept_as_shows_that(desk: Desk) -> None:
    shown = desk.take_in(desk.office.zhang, ["客户名称", "备注"], ["云帆", "长" * 30_000])
    assert _refusals(shown) == [(2, "remarks", "length||2000")]
    (row,) = desk.refused(desk.office.zhang, UUID(shown["id"]))["items"]
    assert row["cells"] == ["云帆", "长" * 2_500]
