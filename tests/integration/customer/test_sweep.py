"""The daily sweep on a real database (spec, customer.md, "Daily sweep")."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from services.customer.store.tables import Contract, Customer
from services.customer.usecases import sweep_funnel
from tests.integration.customer.office import Office, noon

TERM = (date(2026, 3, 1), date(2026, 8, 31))


def test_a_customer_that_nobody_contacts_goes_down_a_step_at_a_time_into_the_pool(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")  # on 10 March
    seen = []
    for day in (date(2026, 3, 24), date(2026, 3, 25), date(2026, 3, 26), date(2026, 6, 24), date(2026, 6, 25)):
        office.sweep(day)
        seen.append(office.row(customer_id).tier)
    assert seen == ["intent", "silent", "silent", "silent", "pool"]
    row = office.row(customer_id)
    assert (row.owner_id, row.owner_name, row.owner_department_id, row.next_look_on) == (None, None, None, None)
    assert office.moves(customer_id) == [
        (None, "intent", "added"),
        ("intent", "silent", "intent_quiet"),
        ("silent", "pool", "silent_quiet"),
    ]
    last = office.said("tier_changed")[-1]
    assert (last["owner_id"], last["former_owner_id"]) == (None, office.zhang.user_id)
    assert last["facts"]["tier_since"] == "2026-03-25"
    assert not office.said("customer_released"), "a fall is no release"


def test_a_log_keeps_a_customer_up(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    office.today = date(2026, 3, 24)
    office.log(office.zhang, customer_id)
    office.sweep(date(2026, 4, 7))
    assert office.row(customer_id).tier == "intent"
    office.sweep(date(2026, 4, 8))
    assert office.row(customer_id).tier == "silent"


def test_a_second_sweep_for_the_same_day_changes_nothing(office: Office) -> None:
    for number in range(5):
        office.add(office.zhang, f"客户{number}")
    first = office.sweep(date(2026, 3, 25))
    said = len(office.said("tier_changed"))
    assert first == {"looked_at": 5, "fell": 5}
    assert office.sweep(date(2026, 3, 25)) == {}
    assert len(office.said("tier_changed")) == said == 5


def test_a_customer_that_a_pretended_time_lets_fall_twice_on_a_day_waits_and_holds_up_nobody(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    office.sweep(date(2026, 4, 10))
    assert office.row(customer_id).tier == "silent"
    office.today = date(2026, 3, 10)
    process = office.test_account(office.zhang, office.product(office.zhang, customer_id))
    office.prepare(process)
    office.archive(process, account_identifiers=["yunfan01"])
    other = office.add(office.zhang, "海鸥")
    assert office.sweep(date(2026, 4, 10)) == {"looked_at": 2, "fell": 1}
    assert (office.row(customer_id).tier, office.row(other).tier) == ("trial", "silent")
    office.sweep(date(2026, 4, 11))
    assert office.row(customer_id).tier == "intent"


def test_two_sweeps_at_once_move_and_tell_each_customer_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_funnel, "BATCH", 3)
    for number in range(20):
        office.add(office.zhang, f"客户{number}")
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(office.sweep, [date(2026, 3, 22)] * 3))
        list(pool.map(office.sweep, [date(2026, 3, 25)] * 3))
    warned = [warning["customer_name"] for warning in office.said("funnel_warning")]
    fallen = [change["customer_name"] for change in office.said("tier_changed")]
    assert len(warned) == len(set(warned)) == len(fallen) == len(set(fallen)) == 20


def test_the_owner_is_warned_three_days_before_a_fall_and_once(office: Office) -> None:
    office.add(office.zhang, "云帆")
    for day in range(20, 25):
        office.sweep(date(2026, 3, day))
    (warning,) = office.said("funnel_warning")
    assert (warning["rule"], warning["due_on"], warning["owner_id"]) == ("intent_quiet", "2026-03-25", office.zhang.user_id)


def test_a_quiet_contract_customer_is_told_of_once_a_calendar_month(office: Office) -> None:
    customer_id = _under_contract(office, date(2027, 12, 31))
    for offset in range(60):
        office.sweep(date(2026, 4, 1) + timedelta(days=offset))
    told = [(warning["rule"], warning["due_on"]) for warning in office.said("funnel_warning")]
    assert told == [("contract_quiet", "2026-04-10")] * 2, "on 10 April and on 1 May"
    assert office.row(customer_id).tier == "contract"


def test_a_contract_about_to_end_is_told_of_and_falls_three_months_after(office: Office) -> None:
    customer_id = _under_contract(office, TERM[1])
    for day in (date(2026, 7, 30), date(2026, 7, 31), date(2026, 8, 31), date(2026, 11, 29)):
        office.sweep(day)
        assert office.row(customer_id).tier == "contract"
    expiring = office.said("contract_expiring")
    assert [event["valid_to"] for event in expiring] == ["2026-08-31", "2026-08-31"], "in July and in August"
    office.sweep(date(2026, 11, 30))
    assert office.moves(customer_id)[-1] == ("contract", "trial", "contract_ended")


def test_a_customer_that_still_sends_does_not_fall_when_its_contract_ends(office: Office) -> None:
    customer_id = _under_contract(office, TERM[1])
    with office.database.session() as session, session.begin():
        row = session.scalars(select(Customer).where(Customer.id == customer_id)).one()
        row.last_usage_on = date(2026, 9, 1)
    office.sweep(date(2026, 11, 30))
    assert office.row(customer_id).tier == "contract"


def test_a_renewed_contract_customer_does_not_fall(office: Office) -> None:
    customer_id = _under_contract(office, TERM[1])
    office.today = date(2026, 8, 20)
    renewal = office.contract(office.zhang, customer_id, date(2026, 9, 1), date(2027, 8, 31))
    office.prepare(renewal)
    office.archive(renewal)
    office.sweep(date(2026, 11, 30))
    assert office.row(customer_id).tier == "contract"


def test_a_contract_that_comes_into_force_lifts_on_its_first_day(office: Office) -> None:
    customer_id = _under_contract(office, date(2026, 3, 20))
    office.sweep(date(2026, 6, 20))
    assert office.row(customer_id).tier == "trial"
    with office.database.session() as session, session.begin():
        # An old contract's row with a new term: what came by another way than the process, which lifts at once.
        contract = session.scalars(select(Contract).where(Contract.customer_id == customer_id)).one()
        contract.valid_from, contract.valid_to = date(2026, 7, 1), date(2027, 6, 30)
    office.today = date(2026, 6, 21)
    office.log(office.zhang, customer_id)
    office.sweep(date(2026, 6, 30))
    assert office.row(customer_id).tier == "trial"
    office.sweep(date(2026, 7, 1))
    assert office.moves(customer_id)[-1] == ("trial", "contract", "trial_to_contract")


def test_a_complete_customer_that_fell_stays_down_until_something_is_new(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    office.contact(office.zhang, customer_id, mobile="13816008866", title="经理", qq="10001", email="a@b.cn")
    office.log(office.zhang, customer_id)
    for offset in range(15, 40):
        office.sweep(date(2026, 3, 10) + timedelta(days=offset))
    assert office.row(customer_id).tier == "silent"
    assert len(office.moves(customer_id)) == 2
    office.log(office.zhang, customer_id)
    assert office.moves(customer_id)[-1] == ("silent", "intent", "silent_to_intent")


def test_a_follow_up_reminds_its_owner_once_on_its_day(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    log = office.log(office.zhang, customer_id, follow_up_on="2026-03-12", next_step="送样品")
    for day in (11, 12, 13):
        office.sweep(date(2026, 3, day))
        told = [reminder["contact_log_id"] for reminder in office.said("follow_up_due")]
        assert told == ([] if day < 12 else [str(log["id"])])
    (reminder,) = office.said("follow_up_due")
    assert (reminder["next_step"], reminder["owner_id"]) == ("送样品", office.zhang.user_id)


def test_a_sweep_for_another_day_acts_at_that_days_beginning(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    office.today = date(2026, 4, 20)
    late = office.sweep(date(2026, 4, 20))
    assert late["fell"] == 1
    assert office.row(customer_id).tier_since == noon(date(2026, 4, 20))


def _under_contract(office: Office, until: date) -> UUID:
    customer_id = office.add(office.zhang, "云帆")
    process = office.contract(office.zhang, customer_id, TERM[0], until)
    office.prepare(process)
    office.archive(process)
    return customer_id
