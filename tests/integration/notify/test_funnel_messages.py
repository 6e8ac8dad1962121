"""What the sweep finds, from customer's event to the inbox of whom the specification names (spec, customer.md, "Daily sweep")."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.contracts import customer_parts_calls as parts
from services.contracts.notify import EVENTS
from services.customer.usecases.change_contact_log import change_contact_log
from services.customer.usecases.protect_customer import protect_customer
from services.customer.usecases.release_customer import release_customer
from services.kit.caller import CallContext, Caller
from services.kit.clock import start_of_day
from services.kit.envelope import Event
from services.kit.schema import load
from services.kit.tables import outbox
from services.kit.unit_of_work import Begin
from services.notify.store.templates import templates
from services.notify.usecases.copy_customer import copy_customer
from services.notify.usecases.list_messages import list_messages
from services.notify.usecases.post_messages import post_messages
from tests.integration.customer.office import EAST, WEST, Office, person
from tests.servers.worker_databases import WorkerDatabases

DIVISION = UUID(int=77)
TERM = (date(2026, 3, 1), date(2026, 8, 31))


class House:
    """Customer's office, and notify that hears what is said there.

    邓总 leads the division; 王芳 the east below it, where 张伟 and 李娜 sell; nobody leads the west but 邓总.
    """

    def __init__(self, databases: WorkerDatabases) -> None:
        self.databases = [databases.as_new(service) for service in ("customer", "notify")]
        self.office = Office(self.databases[0])
        director = person("邓总", DIVISION, "sales_director", leads=(DIVISION, EAST, WEST))
        # As the gateway's claims have it: of the east the nearest lead is 王芳.
        self.director = replace(director, nearest_lead_of=(str(DIVISION), str(WEST)))
        for user in (self.director, self.office.lead, self.office.zhang, self.office.zhao):
            self.office.hear_user(user)
        self.office.hear_department(DIVISION, lead=self.director)
        self.office.hear_department(EAST, lead=self.office.lead, parent_id=DIVISION)
        self.office.hear_department(WEST, parent_id=DIVISION)
        self.heard = 0

    def hear(self) -> None:
        """Let notify handle whatever customer has said since."""
        with self.databases[0].session() as session:
            query = select(outbox.c.envelope).where(outbox.c.position > self.heard).order_by(outbox.c.position)
            events = [Event.from_wire(envelope) for envelope in session.scalars(query)]
            self.heard = session.scalars(select(outbox.c.position).order_by(outbox.c.position.desc()).limit(1)).one()
        for event in events:
            context = CallContext(Caller.system("notify"))
            begin = Begin("notify", self.databases[1], EVENTS, context, f"on_{event.type}")
            if event.type in ("customer_added", "customer_changed"):
                copy_customer(begin, event)
            elif f"customer.{event.type}" in templates():
                post_messages(begin, event)

    def told(self, reader: Caller) -> list[str]:
        """The Chinese texts of what a reader got, the oldest first."""
        asked: dict[str, Any] = dict.fromkeys(("category", "place", "read", "customer_id", "since", "until"))
        page = list_messages(
            Begin("notify", self.databases[1], EVENTS, CallContext(reader)),
            **asked,
            text="",
            page_size=200,
            sort="posted_at",
            cursor="",
        )
        return [message["text"]["zh"] for message in page.items]

    def told_since(self, *readers: Caller) -> list[list[str]]:
        """What each reader gets of what notify has not heard yet."""
        before = [len(self.told(reader)) for reader in readers]
        self.hear()
        return [self.told(reader)[number:] for reader, number in zip(readers, before, strict=True)]


@pytest.fixture
def house(worker_databases: WorkerDatabases) -> House:
    return House(worker_databases)


def _under_contract(house: House, owner: Caller, until: date) -> UUID:
    office = house.office
    customer_id = office.add(owner, "云帆")
    process = office.contract(owner, customer_id, TERM[0], until)
    office.prepare(process)
    office.archive(process)
    house.hear()
    return customer_id


def _on_trial(house: House, owner: Caller) -> UUID:
    office = house.office
    customer_id = office.add(owner, "云帆")
    process = office.test_account(owner, office.product(owner, customer_id))
    office.prepare(process)
    office.archive(process, account_identifiers=["yunfan01"])
    house.hear()
    return customer_id


def test_contract_without_a_log_for_a_month_tells_owner_and_department_lead_once_a_calendar_month(house: House) -> None:
    office = house.office
    _under_contract(house, office.zhang, date(2027, 12, 31))
    for offset in range(60):
        office.sweep(date(2026, 4, 1) + timedelta(days=offset))
    mine, leads, directors, others = house.told_since(office.zhang, office.lead, house.director, office.li)
    assert mine == leads == ["云帆：合同客户一个月没有联系（2026-04-10），请尽快跟进。"] * 2, "in April and in May"
    assert directors == others == []


def test_a_contract_a_month_before_its_end_tells_owner_and_department_lead_once_a_calendar_month(house: House) -> None:
    office = house.office
    customer_id = _under_contract(house, office.zhang, TERM[1])
    for offset in range(62):
        office.today = date(2026, 7, 1) + timedelta(days=offset)
        if offset % 10 == 0:
            office.log(office.zhang, customer_id)
        office.sweep(office.today)
    mine, leads, directors = house.told_since(office.zhang, office.lead, house.director)
    assert len(mine) == len(leads) == 2, "in July, from the 31st, and in August"
    assert all("将于 2026-08-31 到期，请安排续签" in text for text in mine + leads)
    assert directors == []


def test_a_contract_not_renewed_and_without_usage_falls_and_tells_owner_and_superior(house: House) -> None:
    office = house.office
    customer_id = _under_contract(house, office.zhang, TERM[1])
    office.today = date(2026, 11, 29)
    office.log(office.zhang, customer_id)
    office.sweep(date(2026, 11, 30))
    mine, leads, directors = house.told_since(office.zhang, office.lead, house.director)
    assert mine == leads == ["云帆 由合同客户变为测试客户。"]
    assert directors == []


def test_a_trial_customer_falls_after_a_month_and_tells_owner_and_superior(house: House) -> None:
    office = house.office
    _on_trial(house, office.zhang)
    office.sweep(date(2026, 4, 10))
    mine, leads, directors = house.told_since(office.zhang, office.lead, house.director)
    assert mine == leads == ["云帆 由测试客户变为意向客户。"]
    assert directors == []


def test_an_intent_customer_falls_after_fifteen_days_and_tells_owner_and_superior(house: House) -> None:
    office = house.office
    office.add(office.zhang, "云帆")
    house.hear()
    office.sweep(date(2026, 3, 25))
    mine, leads, others = house.told_since(office.zhang, office.lead, office.li)
    assert mine == leads == ["云帆 由意向客户变为沉默客户。"]
    assert others == []


def test_a_silent_customer_falls_into_the_pool_and_tells_former_owner_and_superior(house: House) -> None:
    office = house.office
    office.add(office.zhang, "云帆")
    office.sweep(date(2026, 3, 25))
    house.hear()
    office.sweep(date(2026, 6, 25))
    mine, leads, directors = house.told_since(office.zhang, office.lead, house.director)
    assert mine == leads == ["云帆 由沉默客户变为公共池客户。"]
    assert directors == []


def test_of_a_leads_own_customer_the_lead_hears_once_and_who_leads_above_as_the_superior(house: House) -> None:
    office = house.office
    office.add(office.lead, "云帆")
    house.hear()
    office.sweep(date(2026, 3, 25))
    leads, directors = house.told_since(office.lead, house.director)
    assert leads == directors == ["云帆 由意向客户变为沉默客户。"]


def test_where_a_department_has_no_lead_the_superior_is_the_next_above(house: House) -> None:
    office = house.office
    office.add(office.zhao, "云帆")
    house.hear()
    office.sweep(date(2026, 3, 25))
    mine, directors, leads = house.told_since(office.zhao, house.director, office.lead)
    assert mine == directors == ["云帆 由意向客户变为沉默客户。"]
    assert leads == []


def test_who_leads_all_has_no_superior_and_hears_once(house: House) -> None:
    office = house.office
    office.add(house.director, "云帆")
    house.hear()
    office.sweep(date(2026, 3, 25))
    (directors,) = house.told_since(house.director)
    assert directors == ["云帆 由意向客户变为沉默客户。"]


def test_a_fall_to_come_is_warned_of_to_its_owner_alone_three_days_before(house: House) -> None:
    office = house.office
    office.add(office.zhang, "云帆")
    house.hear()
    for day in range(11, 25):
        office.sweep(date(2026, 3, day))
        mine, leads = house.told_since(office.zhang, office.lead)
        assert mine == (["云帆：意向客户久未联系，即将降为沉默客户（2026-03-25），请尽快跟进。"] if day == 22 else [])
        assert leads == [], "the lead hears of falls, not of those that may be kept from"


def test_a_protected_customer_tells_nobody_anything(house: House) -> None:
    office = house.office
    customer_id = office.add(office.zhang, "云帆")
    protect_customer(office.begin(office.admin), customer_id, is_protected=True, reason="重点客户")
    house.hear()
    for day in range(11, 31):
        office.sweep(date(2026, 3, day))
    assert house.told_since(office.zhang, office.lead) == [[], []]


def test_a_follow_up_date_reminds_its_owner_and_nobody_else_on_that_day(house: House) -> None:
    office = house.office
    customer_id = office.add(office.zhang, "云帆")
    office.log(office.zhang, customer_id, follow_up_on="2026-03-13", next_step="送样品")
    house.hear()
    for day in (11, 12, 13, 14):
        office.sweep(date(2026, 3, day))
        mine, leads = house.told_since(office.zhang, office.lead)
        assert mine == (["下一步：送样品（2026-03-13）"] if day == 13 else [])
        assert leads == []


def test_a_follow_up_that_moves_reminds_on_the_new_day_too(house: House) -> None:
    office = house.office
    customer_id = office.add(office.zhang, "云帆")
    log = office.log(office.zhang, customer_id, follow_up_on="2026-03-11", next_step="送样品")
    office.sweep(date(2026, 3, 11))
    house.hear()
    office.today = date(2026, 3, 11)
    moved = load(parts.ChangeContactLog, {"version": 1, "follow_up_on": "2026-03-13"})
    begin = office.begin(office.zhang)
    in_the_morning = replace(begin, context=replace(begin.context, as_of=start_of_day(office.today)))
    change_contact_log(in_the_morning, customer_id, log["id"], **moved)
    office.sweep(date(2026, 3, 13))
    (mine,) = house.told_since(office.zhang)
    assert mine == ["下一步：送样品（2026-03-13）"]


def test_a_follow_up_for_a_day_that_has_come_reminds_at_once(house: House) -> None:
    office = house.office
    customer_id = office.add(office.zhang, "云帆")
    house.hear()
    office.sweep(date(2026, 3, 10))
    office.log(office.zhang, customer_id, follow_up_on="2026-03-10", next_step="下午再打")
    (mine,) = house.told_since(office.zhang)
    assert mine == ["下一步：下午再打（2026-03-10）"]
    office.sweep(date(2026, 3, 11))
    assert house.told_since(office.zhang) == [[]], "once"


def test_a_follow_up_reminds_whoever_looks_after_the_customer_by_then(house: House) -> None:
    office = house.office
    customer_id = office.add(office.zhang, "云帆")
    office.log(office.zhang, customer_id, follow_up_on="2026-03-13", next_step="送样品")
    office.hear_user(office.li)
    office.transfer(office.lead, office.li, [customer_id])
    house.hear()
    office.sweep(date(2026, 3, 13))
    mine, others = house.told_since(office.li, office.zhang)
    assert mine == ["下一步：送样品（2026-03-13）"]
    assert others == []


def test_a_release_tells_former_owner_and_superior(house: House) -> None:
    office = house.office
    customer_id = office.add(office.zhang, "云帆")
    house.hear()
    release_customer(office.begin(office.zhang), customer_id, "转做其他行业")
    mine, leads = house.told_since(office.zhang, office.lead)
    assert "云帆 已放入公共池，原因：转做其他行业" in mine
    assert leads == ["云帆 由意向客户变为公共池客户。"]
