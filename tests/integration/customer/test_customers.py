"""Customers and what hangs on them: who sees, who changes, what is refused and in which words."""

import base64
import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.contracts import customer_calls as calls
from services.contracts import customer_parts_calls as parts
from services.contracts import customer_pool_calls as pool
from services.customer.usecases.add_department import add_department
from services.customer.usecases.change_customer import change_customer
from services.customer.usecases.list_contact_logs import list_contact_logs
from services.customer.usecases.list_contracts import list_contracts
from services.customer.usecases.list_customers import list_customers
from services.customer.usecases.list_products import list_products
from services.customer.usecases.list_under_customer import list_under_customer
from services.customer.usecases.release_customer import release_customer
from services.customer.usecases.search_customers import search_customers
from services.customer.usecases.show_customer import show_customer
from services.customer.usecases.show_history import show_history
from services.customer.usecases.show_outlook import show_outlook
from services.customer.usecases.show_product import show_product
from services.kit.caller import Caller
from services.kit.errors import Conflict, Forbidden, InvalidInput, NotFound
from services.kit.ids import new_id
from services.kit.schema import Schema, load
from tests.integration.customer.office import Office, noon, outcomes_of

PAGE: dict[str, Any] = {"page_size": 50, "sort": "", "cursor": ""}


def _names(office: Office, caller: Caller, **query: object) -> list[str]:
    page = list_customers(office.begin(caller), **load(calls.CustomerQuery, query))
    return [customer["name"] for customer in page.items]


def test_a_new_customer_is_its_adders_and_an_intent_customer(office: Office) -> None:
    customer_id = office.add(office.zhang, " 上海云帆网络科技有限公司 ", industry="I")
    shown = calls.Customer().dump(show_customer(office.begin(office.zhang), customer_id))
    assert shown["name"] == "上海云帆网络科技有限公司"
    assert (shown["tier"], shown["owner_name"], shown["completeness"]) == ("intent", "张伟", "0.0")
    assert set(shown["invoice_information"].values()) == {""}
    assert [event["name"] for event in office.said("customer_added")] == [shown["name"]]


def test_a_salesperson_sees_own_customers_and_the_pool_a_lead_those_of_the_department(office: Office) -> None:
    mine = office.add(office.zhang, "张伟的客户")
    office.pooled("池中的客户")
    assert _names(office, office.zhang) == ["张伟的客户", "池中的客户"]
    assert _names(office, office.li) == ["池中的客户"]
    assert _names(office, office.lead, tier="intent") == ["张伟的客户"]
    assert _names(office, office.admin, owner_id=office.zhang.user_id) == ["张伟的客户"]
    for stranger in (office.li, office.zhao):
        with pytest.raises(NotFound) as not_mine:
            show_customer(office.begin(stranger), mine)
        with pytest.raises(NotFound) as not_there:
            show_customer(office.begin(stranger), new_id())
        assert not_mine.value.to_wire() == not_there.value.to_wire()


def test_a_product_is_seen_by_those_who_see_its_customer(office: Office) -> None:
    product_id = office.product(office.zhang, office.add(office.zhang, "云帆"))
    assert show_product(office.begin(office.lead), product_id)["owner_name"] == "张伟"
    with pytest.raises(NotFound, match="product_not_found"):
        show_product(office.begin(office.li), product_id)


def test_names_that_differ_in_form_only_are_refused_with_the_owners_name(office: Office) -> None:
    office.add(office.zhang, "云帆（上海）科技")
    with pytest.raises(Conflict, match="customer_name_taken") as refused:
        office.add(office.li, "云帆(上海) 科技")
    assert refused.value.params == {"name": "云帆（上海）科技", "owner": "张伟"}


def test_of_many_who_add_one_name_at_once_one_does(office: Office) -> None:
    outcomes = outcomes_of(lambda _: office.add(office.zhang, "云帆"), list(range(12)))
    assert sorted(outcomes) == ["customer_name_taken"] * 11 + ["ok"]


def test_a_wrong_tax_number_is_named_by_its_field(office: Office) -> None:
    with pytest.raises(InvalidInput) as refused:
        office.add(office.zhang, "云帆", invoice_information={"tax_number": "91350100M000100Y44"})
    assert refused.value.fields == {"invoice_information.tax_number": ["tax_number_check_digit"]}
    customer_id = office.add(office.zhang, "云帆", invoice_information={"tax_number": "91350100m000100y43"})
    assert office.row(customer_id).tax_number == "91350100M000100Y43"


def test_a_change_needs_the_version_that_was_seen(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    changed = change_customer(office.begin(office.zhang), customer_id, version=1, region="上海", name="云帆网络")
    assert (changed["version"], changed["region"], changed["name"]) == (2, "上海", "云帆网络")
    with pytest.raises(Conflict, match="customer_changed_meanwhile") as refused:
        change_customer(office.begin(office.zhang), customer_id, version=1, region="北京")
    assert refused.value.params == {"version": 2}
    assert [event["name"] for event in office.said("customer_changed")] == ["云帆网络"]


def test_a_change_of_one_invoice_field_leaves_the_others(office: Office) -> None:
    known = {"company_name": "云帆", "tax_number": "91350100M000100Y43", "bank": "工商银行"}
    customer_id = office.add(office.zhang, "云帆", invoice_information=known)
    change = load(calls.ChangeCustomer, {"version": 1, "invoice_information": {"bank": "建设银行", "telephone": ""}})
    changed = change_customer(office.begin(office.zhang), customer_id, **change)
    assert changed["invoice_information"] == {**known, "bank": "建设银行", "address": "", "telephone": "", "bank_account": ""}
    change = load(calls.ChangeCustomer, {"version": 2, "invoice_information": {"tax_number": "1"}})
    with pytest.raises(InvalidInput) as refused:
        change_customer(office.begin(office.zhang), customer_id, **change)
    assert refused.value.fields == {"invoice_information.tax_number": ["tax_number_length"]}


def test_a_change_to_anothers_name_is_refused_and_leaves_all_as_it_was(office: Office) -> None:
    office.add(office.zhang, "云帆")
    other = office.add(office.zhang, "海鸥")
    with pytest.raises(Conflict, match="customer_name_taken"):
        change_customer(office.begin(office.zhang), other, version=1, name="云 帆", region="上海")
    assert (office.row(other).name, office.row(other).region, office.row(other).version) == ("海鸥", "", 1)


def test_a_pool_customer_is_changed_only_after_it_was_claimed(office: Office) -> None:
    customer_id = office.pooled("云帆")
    with pytest.raises(Conflict, match="customer_in_pool"):
        office.log(office.zhang, customer_id)


def test_sales_administration_and_leads_may_change_what_finance_only_sees(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    office.log(office.lead, customer_id)
    office.log(office.admin, customer_id)
    finance = Caller(str(new_id()), "钱进", roles=frozenset({"finance"}))
    with pytest.raises(Forbidden, match="customer_not_yours"):
        office.log(finance, customer_id)


def test_a_list_pages_without_gap_or_repetition_by_any_sort(office: Office) -> None:
    for number in range(7):
        customer_id = office.add(office.zhang, f"客户{number}")
        if number % 3:
            office.log(office.zhang, customer_id, at=noon(office.today - timedelta(days=number)).isoformat())
    for sort in ("name", "-name", "last_log_on", "-last_log_on", "completeness", "-created_at", "owner_name"):
        names: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            query = load(calls.CustomerQuery, {"page_size": 3, "sort": sort, "cursor": cursor})
            page = list_customers(office.begin(office.zhang), **query)
            names += [customer["name"] for customer in page.items]
            cursor = page.next_cursor
        assert sorted(names) == [f"客户{number}" for number in range(7)], sort


@pytest.mark.parametrize(
    ("sort", "value"),
    [
        ("name", ["云帆"]),
        ("name", None),
        ("name", "\ud800"),
        ("name", "\0"),
        ("last_log_on", "soon"),
        ("completeness", "many"),
        ("completeness", "9" * 500),
        ("created_at", "2026-03-10T12:00:00"),
    ],
    ids=["a list", "null", "half a character", "a NUL", "no day", "no number", "a number without end", "no offset"],
)
def test_a_cursor_of_ones_own_making_is_refused(office: Office, sort: str, value: object) -> None:
    for cursor_parts in ([sort, value, str(new_id())], [sort, "云帆", value]):
        cursor = base64.urlsafe_b64encode(json.dumps(cursor_parts).encode()).decode()
        with pytest.raises(InvalidInput) as refused:
            _names(office, office.zhang, sort=sort, cursor=cursor)
        assert refused.value.fields == {"cursor": ["invalid"]}


def test_a_list_is_searched_by_name_however_it_is_written(office: Office) -> None:
    office.add(office.zhang, "云帆 YunFan（上海）科技")
    for text in ("yunfan", "(上海)", "ＹＵＮ", "帆y"):
        assert _names(office, office.zhang, q=text) == ["云帆 YunFan（上海）科技"], text
    assert _names(office, office.zhang, q="100%") == []


@pytest.mark.parametrize("schema", [calls.AddCustomer, parts.AddCustomerDepartment, parts.AddContact, pool.ReleaseCustomer])
def test_white_space_is_no_name_and_no_reason(schema: type[Schema]) -> None:
    for name in ("name", "reason"):
        if name in schema().fields:
            with pytest.raises(InvalidInput) as refused:
                load(schema, {name: " \u3000 "})
            assert refused.value.fields == {name: ["required"]}


def test_an_industry_ends_where_it_ends() -> None:
    with pytest.raises(InvalidInput) as refused:
        load(calls.AddCustomer, {"name": "云帆", "industry": "I\n"})
    assert refused.value.fields == {"industry": ["format"]}


def test_a_contact_stands_under_its_department_and_counts_for_completeness(office: Office) -> None:
    customer_id, other = office.add(office.zhang, "云帆"), office.add(office.zhang, "海鸥")
    with pytest.raises(InvalidInput) as refused:
        office.contact(office.zhang, customer_id, department_id=str(_department(office, other)))
    assert refused.value.fields == {"department_id": ["not_of_customer"]}
    department_id = _department(office, customer_id)
    office.contact(office.zhang, customer_id, department_id=str(department_id), mobile="13816008866", title="经理")
    office.contact(office.zhang, customer_id, name="李四", qq="10001", email="li@yunfan.example")
    page = list_under_customer(office.begin(office.zhang), "contacts", customer_id, **PAGE)
    shown = parts.ContactPage().dump(page)["items"]
    assert {(contact["name"], contact["department_name"]) for contact in shown} == {("顾晓岚", "技术部"), ("李四", None)}
    assert office.row(customer_id).filled_items == 2


def _department(office: Office, customer_id: UUID) -> UUID:
    added = add_department(office.begin(office.zhang), customer_id, name="技术部", remarks="")
    return UUID(str(added["id"]))


@pytest.mark.parametrize(
    ("log", "wrong"),
    [
        ({"at": "2026-03-10T12:00:01+08:00"}, {"at": ["in_future"]}),
        ({"at": "2026-03-09T12:00:00+08:00", "follow_up_on": "2026-03-08"}, {"follow_up_on": ["before_start"]}),
        ({"contact_id": str(new_id())}, {"contact_id": ["not_of_customer"]}),
    ],
    ids=["a touch to come", "a follow-up before the touch", "another's contact"],
)
def test_a_log_that_cannot_be_is_refused_by_field(office: Office, log: dict[str, str], wrong: dict[str, list[str]]) -> None:
    customer_id = office.add(office.zhang, "云帆")
    with pytest.raises(InvalidInput) as refused:
        office.log(office.zhang, customer_id, **log)
    assert refused.value.fields == wrong


def test_a_log_noted_late_counts_for_its_own_day_and_never_turns_the_last_one_back(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    office.log(office.zhang, customer_id, at="2026-03-08T23:30:00+08:00")
    office.log(office.zhang, customer_id, at="2026-03-05T09:00:00+08:00")
    assert office.row(customer_id).last_log_on == date(2026, 3, 8)
    page = list_contact_logs(office.begin(office.zhang), customer_id, **PAGE)
    shown = parts.ContactLogPage().dump(page)["items"]
    assert [log["at"] for log in shown] == ["2026-03-08T15:30:00Z", "2026-03-05T01:00:00Z"]


def test_a_product_is_called_by_its_type_and_shows_its_owner(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    office.product(office.zhang, customer_id)
    with pytest.raises(Conflict, match="product_name_taken"):
        office.product(office.zhang, customer_id)
    page = parts.ProductPage().dump(list_products(office.begin(office.zhang), customer_id, **PAGE))
    (product,) = page["items"]
    assert (product["name"], product["owner_name"], product["account_count"]) == ("行业短信", "张伟", 0)
    (said,) = office.said("product_added")
    assert (said["name"], said["billing_cycle_months"]) == ("行业短信", 1)


def test_an_owner_releases_with_a_reason_and_nobody_else_does(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    with pytest.raises(Forbidden, match="customer_not_yours"):
        release_customer(office.begin(office.lead), customer_id, "不合适")
    release_customer(office.begin(office.zhang), customer_id, "行业不符")
    assert _names(office, office.li, tier="pool") == ["云帆"]
    with pytest.raises(Conflict, match="customer_in_pool"):
        release_customer(office.begin(office.zhang), customer_id, "再来一次")
    (released,) = office.said("customer_released")
    assert (released["former_owner_id"], released["reason"]) == (office.zhang.user_id, "行业不符")
    moves = calls.TierMovePage().dump(show_history(office.begin(office.li), customer_id, **PAGE))["items"]
    assert [(move["rule"], move["to_tier"], move["former_owner_name"]) for move in moves] == [
        ("released", "pool", "张伟"),
        ("added", "intent", None),
    ]


def test_the_outlook_names_the_next_fall(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    outlook = calls.CustomerOutlook().dump(show_outlook(office.begin(office.zhang), customer_id))
    assert outlook["fall"]["on"] == "2026-03-25"
    assert "unless contacted" in outlook["fall"]["text_en"]
    assert outlook["lifts"]


def test_search_shows_the_best_hit_first_and_only_what_one_sees(office: Office) -> None:
    exact = office.add(office.zhang, "云帆", invoice_information={"tax_number": "91350100M000100Y43"})
    office.add(office.zhang, "云帆网络")
    office.add(office.zhang, "上海云帆科技")
    office.add(office.li, "李娜的云帆")
    office.contact(office.zhang, exact, mobile="13816008866")

    def found(text: str) -> list[tuple[str, str]]:
        items = search_customers(office.begin(office.zhang), text)["items"]
        return [(hit["customer_name"], hit["matched_by"]) for hit in items]

    assert found("云帆") == [("云帆", "name"), ("云帆网络", "name"), ("上海云帆科技", "name")]
    assert found("1381600") == [("云帆", "mobile")]
    assert found("顾晓") == [("云帆", "contact")]
    assert found("91350100m000100y43") == [("云帆", "tax_number")]
    assert found("100%") == found("  ") == []


def test_contracts_are_listed_by_their_end_with_the_names_they_refer_to(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    product_id = office.product(office.zhang, customer_id)
    for year in (2027, 2026):
        process = office.contract(
            office.zhang, customer_id, date(2026, 3, 1), date(year, 12, 31), product_ids=[str(product_id)], amount="480000.00"
        )
        office.prepare(process)
        office.archive(process, stamped_scan=process.form["draft"])
    query = load(parts.ContractQuery, {"customer_id": str(customer_id)})
    shown = parts.ContractPage().dump(list_contracts(office.begin(office.lead), **query))["items"]
    assert [contract["valid_to"] for contract in shown] == ["2026-12-31", "2027-12-31"]
    assert shown[0]["amount"] == "480000.00"
    assert shown[0]["products"] == [{"id": str(product_id), "name": "行业短信"}]
    assert (shown[0]["customer_name"], shown[0]["owner_name"], shown[0]["state"]) == ("云帆", "张伟", "in_force")
    assert list_contracts(office.begin(office.li), **query).items == []
