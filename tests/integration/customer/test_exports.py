"""Lists export to xlsx (spec, customer.md, "Data"): what the list shows its asker, and no more."""

import tracemalloc
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.contracts import customer_calls as calls
from services.customer.store.tables import CompanyDepartment
from services.customer.usecases import export_customers
from services.customer.usecases.forget_customer_files import forget_customer_files
from services.customer.usecases.list_customers import list_customers
from services.customer.usecases.show_customer_export import find_customer_export_file, show_customer_export
from services.kit import list_files
from services.kit.caller import Caller
from services.kit.errors import Conflict, InvalidInput, NotFound
from services.kit.ids import new_id
from services.kit.jobs import Shard
from services.kit.schema import load
from tests.integration.customer.files import Desk
from tests.integration.customer.office import EAST, Office


@pytest.fixture
def customers(office: Office) -> dict[str, UUID]:
    """Two of 张伟's, one of 李娜's, one of 赵强's, one in the pool."""
    return {
        "云帆": office.add(office.zhang, "云帆"),
        "海纳": office.add(office.zhang, "海纳"),
        "百川": office.add(office.li, "百川"),
        "江河": office.add(office.zhao, "江河"),
        "湖海": office.pooled("湖海"),
    }


def _names(rows: list[list[Any]]) -> list[str]:
    return [row[0] for row in rows[1:]]


def test_a_customer_is_exported_as_people_read_it(desk: Desk) -> None:
    office = desk.office
    with office.begin(office.admin)() as work:
        work.session.add(CompanyDepartment(id=EAST, name="华东销售部", parent_id=None, lead_id=None, version=1))
    invoice = {"company_name": "云帆", "tax_number": "123456789012345", "bank_account": "6222020000000000123"}
    customer_id = office.add(
        office.zhang, "=1+1", industry="I", source="展会", region="上海", remarks="重点", invoice_information=invoice
    )
    office.contact(office.zhang, customer_id, telephone="021-62880011", qq="10001", wechat="gu")
    office.log(office.zhang, customer_id)
    header, row = desk.export_now(office.zhang)
    noon = datetime(2026, 3, 10, 12)  # noqa: DTZ001  # a cell knows no zone
    shown = dict(zip(header, row, strict=True))
    assert shown == {
        "客户名称": "=1+1",
        "客户级别": "意向客户",
        "跟进销售": "张伟",
        "所属部门": "华东销售部",
        "申请人": "",
        "进入级别时间": noon,
        "最近联系": date(2026, 3, 10),
        "完整度": 0.6,
        "合同到期": "",
        "最近用量": "",
        "行业": "信息传输、软件和信息技术服务业",
        "来源": "展会",
        "地区": "上海",
        "受保护": "否",
        "绿色客户自": "",
        "开票公司名称": "云帆",
        "税务号": "123456789012345",
        "公司地址": "",
        "联系电话": "",
        "开户银行": "",
        "银行账号": "6222020000000000123",
        "备注": "重点",
        "创建时间": noon,
    }


def test_the_english_file_has_english_words(desk: Desk, customers: dict[str, UUID]) -> None:
    header, row, *_ = desk.export_now(desk.office.zhang, "en", tier="intent")
    assert header[:4] == ["Customer", "Tier", "Owner", "Department"]
    assert row[1] == "Intent"
    assert all(name.isascii() for name in header)


def test_a_file_holds_what_its_asker_sees(desk: Desk, customers: dict[str, UUID]) -> None:
    office = desk.office
    assert _names(desk.export_now(office.zhang)) == ["云帆", "海纳", "湖海"]
    assert _names(desk.export_now(office.lead, tier="intent")) == ["云帆", "海纳", "百川"]
    assert _names(desk.export_now(office.admin)) == ["云帆", "江河", "海纳", "湖海", "百川"]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"tier": "pool"},
        {"q": "海"},
        {"q": "海", "tier": "intent"},
        {"completeness_min": "0", "completeness_max": "0.5"},
        *(
            {"sort": f"{direction}{name}"}
            for name in ("name", "created_at", "owner_name", "completeness")
            for direction in ("", "-")
        ),
    ],
    ids=str,
)
def test_filters_and_sort_are_those_of_the_list(desk: Desk, customers: dict[str, UUID], query: dict[str, str]) -> None:
    office = desk.office
    page = list_customers(office.begin(office.admin), **load(calls.CustomerQuery, query))
    assert _names(desk.export_now(office.admin, **query)) == [customer["name"] for customer in page.items]


def test_a_list_of_one_owner_exports_alike(desk: Desk, customers: dict[str, UUID]) -> None:
    assert _names(desk.export_now(desk.office.admin, owner_id=desk.office.zhang.user_id)) == ["云帆", "海纳"]


def test_an_unknown_filter_or_sort_is_refused(desk: Desk) -> None:
    for query in ({"page_size": 10}, {"colour": "red"}):
        with pytest.raises(InvalidInput) as refused:
            desk.export_now(desk.office.zhang, **query)
        assert refused.value.fields == {next(iter(query)): ["unknown"]}
    with pytest.raises(InvalidInput) as refused:
        desk.export_now(desk.office.zhang, sort="colour")
    assert "sort" in refused.value.fields
    with pytest.raises(InvalidInput):
        desk.ask_for_export(desk.office.zhang, sort="colour")


def test_more_than_a_request_may_make_is_refused_with_the_way_to_have_it(
    desk: Desk, customers: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_files, "ROWS_MAX", 3)
    assert len(desk.export_now(desk.office.zhang)) == 4
    with pytest.raises(InvalidInput, match="list_too_long_to_export") as refused:
        desk.export_now(desk.office.admin)
    assert refused.value.params == {"max": 3}
    export_id = desk.ask_for_export(desk.office.admin)
    desk.do_jobs()
    assert len(desk.exported(desk.office.admin, export_id)) == 6


def test_what_no_sheet_should_hold_is_refused_at_once(
    desk: Desk, customers: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_customers, "EXPORT_ROWS_MAX", 4)
    with pytest.raises(InvalidInput, match="customers_too_many_to_export"):
        desk.ask_for_export(desk.office.admin)
    assert desk.values("SELECT count(*) FROM jobs") == [0]


def test_an_export_in_the_background_shows_its_progress(desk: Desk, customers: dict[str, UUID]) -> None:
    office = desk.office
    export_id = desk.ask_for_export(office.zhang, tier="intent", sort="-name")
    queued = show_customer_export(office.begin(office.zhang), export_id)
    assert (queued["state"], queued["done"], queued["total"]) == ("queued", 0, None)
    with pytest.raises(Conflict, match="customer_export_not_ready"):
        find_customer_export_file(office.begin(office.zhang), export_id)
    desk.do_jobs()
    done = show_customer_export(office.begin(office.zhang), export_id)
    assert (done["state"], done["done"], done["total"]) == ("done", 2, 2)
    assert _names(desk.exported(office.zhang, export_id)) == ["海纳", "云帆"]


def test_an_export_is_its_askers_alone(desk: Desk, customers: dict[str, UUID]) -> None:
    export_id = desk.ask_for_export(desk.office.zhang)
    desk.do_jobs()
    for other in (desk.office.li, desk.office.lead, desk.office.admin):
        with pytest.raises(NotFound, match="customer_export_not_found"):
            show_customer_export(desk.office.begin(other), export_id)
        with pytest.raises(NotFound, match="customer_export_not_found"):
            find_customer_export_file(desk.office.begin(other), export_id)


def test_an_export_holds_what_its_asker_sees_when_it_is_made(desk: Desk, customers: dict[str, UUID]) -> None:
    office = desk.office
    export_id = desk.ask_for_export(office.zhang, tier="intent")
    office.add(office.zhang, "新添")
    office.add(office.li, "李娜新添")
    desk.do_jobs()
    assert _names(desk.exported(office.zhang, export_id)) == ["云帆", "新添", "海纳"]


def test_an_export_done_again_after_a_kill_is_whole(
    desk: Desk, customers: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    export_id = desk.ask_for_export(desk.office.admin)
    with monkeypatch.context() as patch:
        patch.setattr(export_customers, "_finish", _killed)
        with pytest.raises(KeyboardInterrupt):
            desk.do_jobs()
    assert show_customer_export(desk.office.begin(desk.office.admin), export_id)["state"] == "running"
    desk.lose_workers()
    desk.do_jobs()
    assert len(desk.exported(desk.office.admin, export_id)) == 6


def test_who_exported_what_is_kept(desk: Desk, customers: dict[str, UUID]) -> None:
    desk.export_now(desk.office.zhang, tier="intent")
    desk.ask_for_export(desk.office.admin, tier="pool")
    desk.do_jobs()
    audited = "SELECT action, user_name, after ->> 'tier', (after ->> 'rows')::int FROM audit_entries WHERE action ~ 'exported$'"
    assert desk.values(audited) == [("list_exported", "张伟", "intent", 2), ("customers_exported", "周敏", "pool", 1)]


def test_exports_are_kept_for_a_week_and_imports_for_ninety_days(desk: Desk, customers: dict[str, UUID]) -> None:
    office = desk.office
    export_id = desk.ask_for_export(office.zhang)
    import_id = desk.hand_in(office.zhang, ["客户名称"], ["云"])
    desk.do_jobs()
    asked_on = office.today

    def clean(days: int) -> dict[str, Any]:
        office.today = asked_on + timedelta(days=days)
        shard = Shard(office.begin(Caller.system("customer_file_cleaning")), new_id(), 0, 1, office.today, {}, desk.store)
        return forget_customer_files(shard)

    assert clean(7) == {"exports": 0, "imports": 0}
    assert desk.kept_files == 1
    assert clean(8) == {"exports": 1, "imports": 0}
    assert desk.kept_files == 0
    with pytest.raises(NotFound):
        show_customer_export(office.begin(office.zhang), export_id)
    assert desk.shown(office.zhang, import_id)["refused"] == 1
    assert clean(91) == {"exports": 0, "imports": 1}
    assert desk.values("SELECT count(*) FROM customer_import_refusals") == [0]


def test_a_long_list_is_streamed(desk: Desk) -> None:
    fill = """
        INSERT INTO customers (id, name, normalised_name, industry, source, region, remarks, tier, tier_since, owner_id,
            owner_name, invoice_information, tax_number, filled_items, test_account_archived, has_account, is_protected,
            protection_reason, created_at, version)
        SELECT gen_random_uuid(), '客户' || n, '客户' || n, 'I', '', '', repeat('备注', 200), 'intent', now(), :owner, '张伟',
            '{}', '', 0, false, false, false, '', now(), 1
        FROM generate_series(1, :rows) AS n
    """
    office = desk.office

    def peak_of(rows: int) -> int:
        with office.begin(office.admin)() as work:
            work.session.execute(text("DELETE FROM customers"))
            work.session.execute(text(fill), {"owner": office.zhang.user_id, "rows": rows})
        tracemalloc.start()
        desk.make_file(office.zhang)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    assert peak_of(9_000) < peak_of(3_000) * 1.5


def _killed(*_: Any) -> None:
    raise KeyboardInterrupt
