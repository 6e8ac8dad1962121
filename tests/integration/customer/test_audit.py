"""Every change leaves an audit entry: who, when, what, why (spec, README.md, "Settled once for every context").

Of every call and every event that changes something: one that is added has to be told here, too.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.contracts import customer_calls as calls
from services.contracts import customer_parts_calls as parts
from services.contracts import customer_policy_calls as policies
from services.contracts import customer_pool_calls as pool
from services.customer.domain.policy import Policy
from services.customer.service import CustomerService
from services.customer.usecases.add_department import add_department
from services.customer.usecases.add_to_contact_log import add_to_contact_log
from services.customer.usecases.change_account import change_account
from services.customer.usecases.change_billing_cycle import change_billing_cycle
from services.customer.usecases.change_contact import change_contact
from services.customer.usecases.change_contact_log import change_contact_log
from services.customer.usecases.change_customer import change_customer
from services.customer.usecases.change_department import change_department
from services.customer.usecases.change_product import change_product
from services.customer.usecases.open_account import open_account
from services.customer.usecases.protect_customer import protect_customer
from services.customer.usecases.release_customer import release_customer
from services.customer.usecases.set_policy import set_policy
from services.kit.bus.events import EventHandler
from services.kit.bus.rpc import Rpc
from services.kit.caller import Caller
from services.kit.envelope import Event
from services.kit.ids import new_id
from services.kit.schema import load
from services.kit.tables import audit_entries
from tests.integration.customer.office import EAST, WEST, Office, noon

QUERIES = ("show_", "list_", "count_", "search_", "find_", "preview_", "check_")
IN_THEIR_OWN_TESTS = {
    "import_customers": "test_imports: test_an_imported_customer_is_as_one_added_by_hand",
    "export_customers": "test_exports: test_who_exported_what_is_kept",
    "export_list": "test_exports: test_who_exported_what_is_kept",
    "start_job": "the jobs' own tests; the sweep's moves are here as on_the_day",
    "on_usage_recorded": "what billing tells is no change of anybody's; billing keeps who reported it",
    "on_department_changed": "the gateway audits its departments; leavers' customers that it hands on are here",
}


@dataclass
class Desk:
    """An office with one customer of 张伟's on which all kinds of things hang, each of version 1."""

    office: Office
    customer_id: UUID
    product_id: UUID
    department_id: UUID
    contact_id: UUID
    log_id: UUID
    account_id: UUID

    @classmethod
    def of(cls, office: Office) -> "Desk":
        zhang = office.begin(office.zhang)
        customer_id = office.add(office.zhang, "云帆")
        product_id = office.product(office.zhang, customer_id)
        department = add_department(zhang, customer_id, **load(parts.AddCustomerDepartment, {"name": "采购部"}))
        contact, log = office.contact(office.zhang, customer_id), office.log(office.zhang, customer_id)
        account = {"identifier": "yunfan01", "signature": "云帆", "interface": "http"}
        opened = open_account(office.begin(office.admin), product_id, **load(parts.OpenAccount, account))
        return cls(office, customer_id, product_id, department["id"], contact["id"], log["id"], opened["id"])

    def by(self, caller: Caller) -> Any:
        return self.office.begin(caller)

    @property
    def zhang(self) -> Any:
        return self.by(self.office.zhang)

    @property
    def admin(self) -> Any:
        return self.by(self.office.admin)


def _changed(schema: Any, **changes: Any) -> dict[str, Any]:
    return load(schema, {"version": 1, **changes})


def _account(desk: Desk) -> None:
    account = {"identifier": "yunfan02", "signature": "云帆", "interface": "http"}
    open_account(desk.admin, desk.product_id, **load(parts.OpenAccount, account))


def _customer(desk: Desk) -> None:
    version = desk.office.row(desk.customer_id).version
    change_customer(desk.zhang, desk.customer_id, **load(calls.ChangeCustomer, {"version": version, "region": "上海"}))


def _policy(desk: Desk) -> None:
    wanted = {**Policy().to_json(), "warning_days": 5, "version": 0, "reason": "试行"}
    set_policy(desk.admin, **load(policies.SetPolicy, wanted))


def _claimed(desk: Desk) -> Any:
    office = desk.office
    claim = office.claim(office.li, office.pooled("海鸥"))
    office.prepare(claim)
    return claim


def _contract(desk: Desk) -> None:
    office = desk.office
    process = office.contract(office.zhang, desk.customer_id, date(2026, 3, 1), date(2027, 2, 28))
    office.prepare(process)
    office.archive(process)


def _cycle(desk: Desk) -> None:
    changed = {
        "product_id": str(desk.product_id),
        "customer_id": str(desk.customer_id),
        "billing_cycle_months": 3,
        "process_id": str(new_id()),
    }
    event = Event(new_id(), "billing", "billing_cycle_changed", str(desk.product_id), noon(desk.office.today), 1, 0, changed)
    change_billing_cycle(desk.office.begin(Caller.system("billing"), consumer="on_billing_cycle_changed"), event)


def _moved_to_the_west(desk: Desk) -> None:
    desk.office.hear_user(desk.office.zhang, department_id=str(WEST))


def _transfer(desk: Desk) -> None:
    desk.office.hear_everybody()
    desk.office.transfer(desk.office.lead, desk.office.li, [desk.customer_id])


def _release(desk: Desk) -> None:
    release_customer(desk.zhang, desk.customer_id, **load(pool.ReleaseCustomer, {"reason": "转行"}))


CHANGES: dict[str, tuple[Callable[[Desk], Any], str, str]] = {
    "add_customer": (lambda desk: desk.office.add(desk.office.zhang, "海鸥"), "customer_added", "张伟"),
    "change_customer": (_customer, "customer_changed", "张伟"),
    "release_customer": (_release, "tier_changed", "张伟"),
    "protect_customer": (
        lambda desk: protect_customer(desk.admin, desk.customer_id, is_protected=True, reason="重点"),
        "customer_protection_changed",
        "周敏",
    ),
    "transfer_customers": (_transfer, "customer_transferred", "王芳"),
    "add_department": (
        lambda desk: add_department(desk.zhang, desk.customer_id, **load(parts.AddCustomerDepartment, {"name": "技术部"})),
        "department_added",
        "张伟",
    ),
    "change_department": (
        lambda desk: change_department(
            desk.zhang, desk.customer_id, desk.department_id, **_changed(parts.ChangeCustomerDepartment, remarks="二楼")
        ),
        "department_changed",
        "张伟",
    ),
    "add_contact": (lambda desk: desk.office.contact(desk.office.zhang, desk.customer_id), "contact_added", "张伟"),
    "change_contact": (
        lambda desk: change_contact(
            desk.zhang, desk.customer_id, desk.contact_id, **_changed(parts.ChangeContact, has_left=True)
        ),
        "contact_changed",
        "张伟",
    ),
    "add_contact_log": (lambda desk: desk.office.log(desk.office.zhang, desk.customer_id), "contact_log_added", "张伟"),
    "change_contact_log": (
        lambda desk: change_contact_log(
            desk.zhang, desk.customer_id, desk.log_id, **_changed(parts.ChangeContactLog, content="谈了合同")
        ),
        "contact_log_changed",
        "张伟",
    ),
    "add_to_contact_log": (
        lambda desk: add_to_contact_log(desk.zhang, desk.customer_id, desk.log_id, content="样品已寄"),
        "contact_log_added_to",
        "张伟",
    ),
    "add_product": (
        lambda desk: desk.office.product(desk.office.zhang, desk.customer_id, type="mms"),
        "product_added",
        "张伟",
    ),
    "change_product": (
        lambda desk: change_product(desk.zhang, desk.product_id, **_changed(parts.ChangeProduct, needs_invoice=False)),
        "product_changed",
        "张伟",
    ),
    "open_account": (_account, "account_opened", "周敏"),
    "change_account": (
        lambda desk: change_account(desk.admin, desk.account_id, **_changed(parts.ChangeAccount, status="active")),
        "account_changed",
        "周敏",
    ),
    "set_policy": (_policy, "policy_set", "周敏"),
    "prepare_process": (_claimed, "customer_claim_started", "李娜"),
    "on_billing_cycle_changed": (_cycle, "product_changed", "billing"),
    "on_process_archived": (_contract, "contract_in_force", "workflow"),
    "on_process_withdrawn": (
        lambda desk: desk.office.turn(_claimed(desk), "withdrawn"),
        "customer_claim_ended",
        "workflow",
    ),
    "on_process_rejected": (
        lambda desk: desk.office.turn(_claimed(desk), "rejected"),
        "customer_claim_ended",
        "workflow",
    ),
    "on_user_changed": (_moved_to_the_west, "customer_owner_changed", "周敏"),
    "on_the_day": (lambda desk: desk.office.sweep(date(2026, 4, 10)), "tier_changed", "funnel_sweep"),
}
"""Call, event or job → what does it; the entry that it leaves; by whom."""


def _entries(office: Office, action: str) -> list[Any]:
    with office.database.session() as session:
        return list(session.execute(select(audit_entries).where(audit_entries.c.action == action)))


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_leaves_an_entry_of_who_when_and_what(office: Office, change: str) -> None:
    desk = Desk.of(office)
    do, action, by = CHANGES[change]
    before = len(_entries(office, action))
    do(desk)
    entries = _entries(office, action)
    assert len(entries) == before + 1
    last = max(entries, key=lambda entry: entry.id)
    assert (last.user_name, last.at) == (by, noon(office.today))
    assert last.after or action == "customer_claim_ended", "that it ended is all there is"
    assert last.subject_id


def test_every_call_and_event_that_changes_something_is_told_here() -> None:
    changing = {
        name
        for name, method in inspect.getmembers(CustomerService, inspect.isfunction)
        for entrypoint in getattr(method, "nameko_entrypoints", ())
        if isinstance(entrypoint, Rpc | EventHandler) and not name.startswith(QUERIES)
    }
    assert changing <= CHANGES.keys() | IN_THEIR_OWN_TESTS.keys()


def test_a_reason_that_was_given_stands_in_the_entry(office: Office) -> None:
    desk = Desk.of(office)
    _release(desk)
    assert [entry.why for entry in _entries(office, "tier_changed")][-1] == "转行"
    _policy(desk)
    assert [entry.why for entry in _entries(office, "policy_set")] == ["试行"]


def test_a_release_that_ends_a_protection_says_so(office: Office) -> None:
    desk = Desk.of(office)
    protect_customer(desk.admin, desk.customer_id, is_protected=True, reason="重点")
    _release(desk)
    first, second = _entries(office, "customer_protection_changed")
    assert (first.after, second.before, second.after) == ({"is_protected": True}, {"is_protected": True}, {"is_protected": False})
    assert (second.user_name, second.why) == ("张伟", "转行")


def test_an_owner_who_changes_departments_takes_the_customers_along_and_it_is_said_who_sees_them_now(office: Office) -> None:
    desk = Desk.of(office)
    _moved_to_the_west(desk)
    (entry,) = _entries(office, "customer_owner_changed")
    assert entry.before == {"owner": "张伟", "owner_department_id": str(EAST)}
    assert entry.after == {"owner": "张伟", "owner_department_id": str(WEST)}
