"""Departments and contacts that change, and the completeness that follows them (spec, customer.md, "Data" and "Completeness")."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.contracts import customer_parts_calls as parts
from services.customer.usecases.add_department import add_department
from services.customer.usecases.change_contact import change_contact
from services.customer.usecases.change_department import change_department
from services.customer.usecases.list_under_customer import list_under_customer
from services.kit.caller import Caller
from services.kit.errors import Conflict, Forbidden, InvalidInput, NotFound
from services.kit.ids import new_id
from services.kit.schema import load
from services.kit.tables import audit_entries
from tests.integration.customer.office import Office, outcomes_of

PAGE: dict[str, Any] = {"page_size": 50, "sort": "", "cursor": ""}
CARD = {"mobile": "13816008866", "title": "经理"}


def _department(office: Office, customer_id: UUID, name: str = "技术部") -> dict[str, Any]:
    return add_department(office.begin(office.zhang), customer_id, **load(parts.AddCustomerDepartment, {"name": name}))


def _rename(office: Office, customer_id: UUID, department: dict[str, Any], name: str, version: int = 1) -> dict[str, Any]:
    changes = load(parts.ChangeCustomerDepartment, {"version": version, "name": name})
    return change_department(office.begin(office.zhang), customer_id, department["id"], **changes)


def _change(
    office: Office, customer_id: UUID, contact: dict[str, Any], *, by: Caller | None = None, version: int = 1, **changes: Any
) -> dict[str, Any]:
    loaded = load(parts.ChangeContact, {"version": version, **changes})
    changed = change_contact(office.begin(by or office.zhang), customer_id, contact["id"], **loaded)
    return dict(parts.Contact().dump(changed))


def _listed(office: Office, customer_id: UUID, **query: Any) -> list[tuple[str, bool]]:
    page = list_under_customer(office.begin(office.zhang), "contacts", customer_id, **PAGE | query)
    return [(contact["name"], contact["has_left"]) for contact in page.items]


def _audited(office: Office, action: str) -> list[tuple[Any, Any]]:
    with office.database.session() as session:
        query = select(audit_entries.c.before, audit_entries.c.after).where(audit_entries.c.action == action)
        return [(before, after) for before, after in session.execute(query.order_by(audit_entries.c.id))]


# Departments


def test_a_department_changes_in_what_is_given_and_leaves_an_audit_entry(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    department = _department(office, customer_id)
    changed = _rename(office, customer_id, department, " 采购部 ")
    assert (changed["name"], changed["remarks"], changed["version"]) == ("采购部", "", 2)
    assert _audited(office, "department_changed") == [({"name": "技术部"}, {"department": "采购部", "name": "采购部"})]
    assert _rename(office, customer_id, department, "采购部", version=2)["version"] == 2, "nothing changed"
    with pytest.raises(Conflict, match="customer_department_changed_meanwhile") as refused:
        _rename(office, customer_id, department, "财务部")
    assert refused.value.params == {"version": 2}


def test_a_departments_name_is_one_customers_once(office: Office) -> None:
    customer_id, other = office.add(office.zhang, "云帆"), office.add(office.zhang, "海鸥")
    department = _department(office, customer_id)
    _department(office, customer_id, "采购部")
    _department(office, other, "财务部")
    with pytest.raises(Conflict, match="customer_department_taken") as refused:
        _rename(office, customer_id, department, "采购部")
    assert refused.value.params == {"name": "采购部"}
    assert _rename(office, customer_id, department, "财务部")["version"] == 2, "the refused change left it as it was"


def test_of_many_departments_that_take_one_name_at_once_one_does(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    departments = [_department(office, customer_id, f"部门{number}") for number in range(8)]
    outcomes = outcomes_of(lambda each: _rename(office, customer_id, each, "技术部"), departments)
    assert sorted(outcomes) == ["customer_department_taken"] * 7 + ["ok"]


def test_a_department_and_a_contact_are_changed_below_their_own_customer_alone(office: Office) -> None:
    customer_id, other = office.add(office.zhang, "云帆"), office.add(office.zhang, "海鸥")
    department, contact = _department(office, customer_id), office.contact(office.zhang, customer_id)
    with pytest.raises(NotFound, match="customer_department_not_found"):
        _rename(office, other, department, "采购部")
    with pytest.raises(NotFound, match="contact_not_found"):
        _change(office, other, contact, name="李四")
    with pytest.raises(NotFound, match="contact_not_found"):
        _change(office, customer_id, {"id": new_id()}, name="李四")


# Contacts


def test_a_contact_changes_in_what_is_given_and_the_rest_stays(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    department = _department(office, customer_id)
    contact = office.contact(office.zhang, customer_id, **CARD, department_id=str(department["id"]))
    changed = _change(office, customer_id, contact, email="gu@yunfan.example", is_decision_maker=True)
    assert (changed["email"], changed["is_decision_maker"], changed["version"]) == ("gu@yunfan.example", True, 2)
    assert (changed["mobile"], changed["title"], changed["department_name"]) == ("13816008866", "经理", "技术部")
    moved = _change(office, customer_id, contact, version=2, department_id=None)
    assert (moved["department_id"], moved["department_name"]) == (None, None)
    assert _audited(office, "contact_changed")[1] == (
        {"department_id": str(department["id"])},
        {"contact": "顾晓岚", "department_id": None},
    )
    with pytest.raises(InvalidInput) as refused:
        _change(
            office,
            customer_id,
            contact,
            version=3,
            department_id=str(_department(office, office.add(office.zhang, "海鸥"))["id"]),
        )
    assert refused.value.fields == {"department_id": ["not_of_customer"]}


def test_of_two_who_edit_one_contact_at_once_one_is_told_so(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    contact = office.contact(office.zhang, customer_id)
    edits: list[tuple[Caller, dict[str, Any]]] = [(office.zhang, {"title": "经理"}), (office.lead, {"wechat": "guxl"})] * 4
    outcomes = outcomes_of(lambda edit: _change(office, customer_id, contact, by=edit[0], **edit[1]), edits)
    assert sorted(outcomes) == ["contact_changed_meanwhile"] * 7 + ["ok"]
    page = list_under_customer(office.begin(office.zhang), "contacts", customer_id, **PAGE)
    assert [(each["version"], bool(each["title"]), bool(each["wechat"])) for each in page.items] in (
        [(2, True, False)],
        [(2, False, True)],
    )


def test_only_who_keeps_a_customer_changes_its_contacts(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    contact = office.contact(office.zhang, customer_id)
    finance = Caller(str(new_id()), "钱进", roles=frozenset({"finance"}))
    with pytest.raises(Forbidden, match="customer_not_yours"):
        _change(office, customer_id, contact, by=finance, title="经理")
    with pytest.raises(NotFound, match="customer_not_found"):
        _change(office, customer_id, contact, by=office.li, title="经理")
    assert _change(office, customer_id, contact, by=office.admin, title="经理")["version"] == 2


def test_completeness_is_the_best_contacts_and_follows_every_change_up_and_down(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    best = office.contact(office.zhang, customer_id, **CARD, qq="10001", wechat="guxl")
    second = office.contact(office.zhang, customer_id, name="李四", email="li@yunfan.example")
    assert office.row(customer_id).filled_items == 3
    _change(office, customer_id, best, telephone="021-50800188")
    assert office.row(customer_id).filled_items == 4
    _change(office, customer_id, best, version=2, title="")
    assert office.row(customer_id).filled_items == 3, "name and mobile and title are one item"
    _change(office, customer_id, best, version=3, qq="", wechat="", telephone="")
    assert office.row(customer_id).filled_items == 1, "the second is as good now"
    _change(office, customer_id, second, email="")
    assert office.row(customer_id).filled_items == 0


def test_who_has_left_counts_for_nothing_is_listed_last_and_may_come_back(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    gone = office.contact(office.zhang, customer_id, **CARD, name="A 顾晓岚", qq="10001")
    office.contact(office.zhang, customer_id, name="B 李四", qq="10002")
    log = office.log(office.zhang, customer_id, contact_id=str(gone["id"]))
    _change(office, customer_id, gone, has_left=True)
    assert office.row(customer_id).filled_items == 1
    assert _listed(office, customer_id) == [("B 李四", False), ("A 顾晓岚", True)]
    first = list_under_customer(office.begin(office.zhang), "contacts", customer_id, page_size=1, sort="", cursor="")
    assert _listed(office, customer_id, cursor=first.next_cursor) == [("A 顾晓岚", True)], (
        "pages go on behind those who are there"
    )
    assert log["contact_name"] == "A 顾晓岚", "kept for the logs"
    _change(office, customer_id, gone, version=2, has_left=False)
    assert office.row(customer_id).filled_items == 2


def test_a_rise_of_completeness_may_lift_the_customer(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    contact = office.contact(office.zhang, customer_id, **CARD)
    office.log(office.zhang, customer_id)
    office.sweep(date(2026, 3, 25))
    assert office.row(customer_id).tier == "silent"
    _change(office, customer_id, contact, qq="10001")
    assert office.row(customer_id).tier == "silent", "two of five are below the threshold"
    _change(office, customer_id, contact, version=2, wechat="guxl")
    assert office.moves(customer_id)[-1] == ("silent", "intent", "silent_to_intent")


def test_less_than_it_fell_with_is_nothing_new_and_lifts_nobody(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    contact = office.contact(office.zhang, customer_id, **CARD, qq="10001", wechat="guxl", email="gu@yunfan.example")
    office.log(office.zhang, customer_id)
    office.sweep(date(2026, 3, 25))
    assert office.row(customer_id).tier == "silent"
    _change(office, customer_id, contact, email="")
    assert (office.row(customer_id).filled_items, office.row(customer_id).tier) == (3, "silent")
    for day in range(1, 10):
        office.sweep(date(2026, 3, 25) + timedelta(days=day))
    assert office.row(customer_id).tier == "silent"
