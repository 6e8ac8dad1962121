"""Who looks after a customer, when several change it at the same moment: one owner at the end, and the history agrees."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from itertools import pairwise
from uuid import UUID

import pytest
from sqlalchemy import select, update

from services.customer.store.tables import Customer
from services.customer.usecases import sweep_funnel
from services.customer.usecases.release_customer import release_customer
from services.kit.caller import Caller
from services.kit.errors import Conflict
from tests.integration.customer.office import EAST, Office, outcome_of, outcomes_of, person, wait_until_waiting

ROUNDS = 12

Step = Callable[[], object]


@pytest.fixture(autouse=True)
def everybody(office: Office) -> None:
    office.hear_everybody()


def _transfers(office: Office, caller: Caller, to: Caller, customer_ids: list[UUID]) -> Step:
    """A transfer that raises the refusal of its first customer that was refused."""

    def transfer() -> None:
        for item in office.transfer(caller, to, customer_ids)["items"]:
            if item["code"] is not None:
                raise Conflict(item["code"])

    return transfer


def _at_once(*steps: Step) -> list[str]:
    return outcomes_of(lambda step: step(), list(steps))


def _assert_history_agrees(office: Office, customer_id: UUID) -> None:
    """Every move begins where the one before it ended, and the last one ends where the customer is."""
    row, history = office.row(customer_id), office.history(customer_id)
    for before, after in pairwise(history):
        assert (after.from_tier, after.former_owner_id) == (before.to_tier, before.owner_id)
    assert (row.tier, row.owner_id, row.owner_name) == (history[-1].to_tier, history[-1].owner_id, history[-1].owner_name)
    assert (row.owner_id is None) == (row.tier == "pool")
    versions = [each for each in office.said("customer_changed") if each["id"] == str(customer_id)]
    assert len(versions) == row.version - 1, "every change is told once"


def _one_after_the_other(office: Office, customer_id: UUID, *steps: Step) -> list[str]:
    """Let all begin while the customer is locked, so that each has looked at it before any may change it; they go on in order."""
    with ThreadPoolExecutor(len(steps)) as pool, office.database.session() as holder, holder.begin():
        holder.execute(select(Customer.id).where(Customer.id == customer_id).with_for_update())
        outcomes = []
        for number, step in enumerate(steps, 1):
            outcomes.append(pool.submit(outcome_of, step))
            wait_until_waiting(office, number)
        holder.rollback()
        return [outcome.result() for outcome in outcomes]


def test_of_two_leads_who_transfer_the_same_customer_at_once_one_wins_and_the_others_item_says_so(office: Office) -> None:
    other_lead = person("吴军", EAST, "sales_lead", leads=(EAST,))
    (customer_id,) = office.holding(office.zhang, "云帆")
    outcomes = _one_after_the_other(
        office,
        customer_id,
        _transfers(office, office.lead, office.li, [customer_id]),
        _transfers(office, other_lead, office.lead, [customer_id]),
    )
    assert outcomes == ["ok", "customer_changed_hands"]
    assert office.row(customer_id).owner_name == "李娜"
    _assert_history_agrees(office, customer_id)


@pytest.mark.parametrize(
    ("first", "outcomes", "owner"),
    [("transfer", ["ok", "customer_not_found"], "李娜"), ("release", ["ok", "customer_in_pool"], None)],
)
def test_of_transfer_and_release_the_later_is_told(office: Office, first: str, outcomes: list[str], owner: str | None) -> None:
    (customer_id,) = office.holding(office.zhang, "云帆")
    transfer = _transfers(office, office.lead, office.li, [customer_id])
    steps: list[Step] = [transfer, partial(release_customer, office.begin(office.zhang), customer_id, "不做了")]
    came = _one_after_the_other(office, customer_id, *(steps if first == "transfer" else steps[::-1]))
    assert (came, office.row(customer_id).owner_name) == (outcomes, owner)
    _assert_history_agrees(office, customer_id)


@pytest.mark.parametrize(
    ("first", "outcomes", "former_owner"),
    [("transfer", ["ok", "ok"], "李娜"), ("sweep", ["ok", "customer_in_pool"], "张伟")],
)
def test_of_transfer_and_daily_sweep_the_later_sees_what_the_other_did(
    office: Office, first: str, outcomes: list[str], former_owner: str
) -> None:
    (customer_id,) = office.holding(office.zhang, "云帆")
    office.sweep(date(2026, 3, 25))
    office.today = date(2026, 6, 25)
    steps: list[Step] = [_transfers(office, office.lead, office.li, [customer_id]), partial(office.sweep, office.today)]
    came = _one_after_the_other(office, customer_id, *(steps if first == "transfer" else steps[::-1]))
    assert (came, office.row(customer_id).tier) == (outcomes, "pool")
    assert office.history(customer_id)[-1].former_owner_name == former_owner
    _assert_history_agrees(office, customer_id)


@pytest.mark.parametrize(
    ("first", "outcomes"),
    [("transfer", ["customer_already_claimed", "ok"]), ("archive", ["ok", "customer_changed_hands"])],
)
def test_of_transfer_and_archived_claim_the_claim_stands(office: Office, first: str, outcomes: list[str]) -> None:
    customer_id = office.pooled("云帆")
    claim = office.claim(office.zhang, customer_id)
    office.prepare(claim)
    steps: list[Step] = [_transfers(office, office.admin, office.li, [customer_id]), partial(office.archive, claim)]
    came = _one_after_the_other(office, customer_id, *(steps if first == "transfer" else steps[::-1]))
    assert (came, office.row(customer_id).owner_name) == (outcomes, "张伟")
    _assert_history_agrees(office, customer_id)


@pytest.mark.parametrize(
    ("first", "outcomes", "owner"),
    [("transfer", ["ok", "ok"], "赵强"), ("leaves", ["ok", "customer_changed_hands"], "李娜")],
)
def test_of_transfer_and_hand_over_the_first_one_stands(office: Office, first: str, outcomes: list[str], owner: str) -> None:
    (customer_id,) = office.holding(office.zhang, "云帆")
    transfer = _transfers(office, office.admin, office.zhao, [customer_id])
    steps: list[Step] = [transfer, partial(office.hear_user, office.zhang, active=False, successor=office.li)]
    came = _one_after_the_other(office, customer_id, *(steps if first == "transfer" else steps[::-1]))
    assert (came, office.row(customer_id).owner_name) == (outcomes, owner)
    _assert_history_agrees(office, customer_id)


def test_bulk_transfers_of_the_same_customers_in_opposite_orders_do_not_lock_each_other_out(office: Office) -> None:
    customer_ids = office.many(office.zhang, 60)
    answers = _at_once(
        lambda: office.transfer(office.lead, office.li, customer_ids),
        lambda: office.transfer(office.admin, office.zhao, customer_ids[::-1]),
        lambda: office.transfer(office.admin, office.lead, from_user_id=office.zhang.user_id),
    )
    assert answers == ["ok"] * 3
    for customer_id in customer_ids[::20]:
        row, history = office.row(customer_id), office.history(customer_id)
        assert row.owner_id == history[-1].owner_id
    assert len({office.row(each).owner_id for each in customer_ids}) == 1


def test_a_transfer_against_a_claim_of_a_customer_that_is_being_released(office: Office) -> None:
    for number in range(ROUNDS):
        (customer_id,) = office.holding(office.zhang, f"云帆{number}")
        claim = office.claim(office.zhao, customer_id)
        release = partial(release_customer, office.begin(office.zhang), customer_id, "不做了")
        transferred, released, claimed = _at_once(
            _transfers(office, office.admin, office.li, [customer_id]), release, partial(office.prepare, claim)
        )
        row = office.row(customer_id)
        if transferred == "ok":
            assert (row.owner_name, row.claim_process_id) == ("李娜", None)
            assert released == claimed == "customer_not_found"
        else:
            assert transferred in {"customer_in_pool", "customer_changed_hands", "customer_already_claimed"}
            assert (row.owner_id, released) == (None, "ok")
            assert row.claim_process_id == (claim.id if claimed == "ok" else None)
        _assert_history_agrees(office, customer_id)


def test_bulk_transfers_against_the_daily_sweep(office: Office) -> None:
    customer_ids = office.many(office.zhang, 40)
    for day in (date(2026, 3, 25), date(2026, 6, 25)):
        office.today = day
        swept, first, second = _at_once(
            partial(office.sweep, day),
            lambda: office.transfer(office.lead, office.li, customer_ids[:20]),
            lambda: office.transfer(office.lead, office.li, customer_ids[20:]),
        )
        assert (swept, first, second) == ("ok", "ok", "ok")
        for customer_id in customer_ids:
            row, last = office.row(customer_id), office.history(customer_id)[-1]
            assert (row.owner_id, row.tier) == (last.owner_id, last.to_tier)
            assert row.tier == ("silent" if day.month == 3 else "pool")
    fell = [event for event in office.said("tier_changed") if event["to_tier"] == "pool"]
    assert len(fell) == 40, "each fell once"


def test_a_sweep_whose_next_customers_another_has_settled_meanwhile_goes_on_behind_them(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_funnel, "BATCH", 1)
    first, second = sorted(office.holding(office.zhang, "云帆", "海鸥"))
    with ThreadPoolExecutor(1) as pool, office.database.session() as holder, holder.begin():
        holder.execute(update(Customer).where(Customer.id == first).values(next_look_on=None))
        swept = pool.submit(office.sweep, date(2026, 3, 25))
        wait_until_waiting(office, 1)
        holder.commit()
        assert swept.result()["looked_at"] == 1
    assert (office.row(first).tier, office.row(second).tier) == ("intent", "silent")


def test_leavers_customers_are_locked_in_the_order_in_which_everybody_locks_customers(office: Office) -> None:
    early, late = sorted((office.zhang, office.li), key=lambda user: user.user_id)
    (low,), (high,) = office.holding(late, "云帆"), office.holding(early, "海鸥")
    for leaver in (early, late):
        office.hear_user(leaver, active=False)
    with ThreadPoolExecutor(1) as pool, office.database.session() as holder, holder.begin():
        holder.execute(select(Customer.id).where(Customer.id == low).with_for_update())
        heard = pool.submit(office.hear_department, EAST, lead=office.lead)
        wait_until_waiting(office, 1)
        # Whoever has the lower one may lock the higher one: else each of the two would wait for the other.
        holder.execute(select(Customer.id).where(Customer.id == high).with_for_update(nowait=True))
        holder.rollback()
        heard.result()
    assert {office.row(each).owner_name for each in (low, high)} == {office.lead.name}


def test_a_hand_over_against_a_transfer(office: Office) -> None:
    for number in range(ROUNDS):
        leaver, taker = person(f"离职者{number}"), person(f"接手人{number}")
        for user in (leaver, taker):
            office.hear_user(user)
        customer_ids = office.many(leaver, 6)
        came = _at_once(
            partial(office.hear_user, leaver, active=False, successor=office.li),
            partial(office.transfer, office.admin, taker, customer_ids),
        )
        assert came == ["ok", "ok"]
        owners = Counter(office.row(each).owner_name for each in customer_ids)
        assert leaver.name not in owners
        assert owners.total() == 6


def test_a_transfer_to_somebody_who_is_leaving_leaves_nothing_behind(office: Office) -> None:
    outcomes: Counter[str] = Counter()
    for number in range(ROUNDS):
        leaver = person(f"离职者{number}")
        office.hear_user(leaver)
        (customer_id,) = office.holding(office.zhang, f"云帆{number}")
        transferred, left = _at_once(
            _transfers(office, office.admin, leaver, [customer_id]),
            partial(office.hear_user, leaver, active=False, successor=office.li),
        )
        assert left == "ok"
        assert office.row(customer_id).owner_name == ("李娜" if transferred == "ok" else "张伟")
        outcomes[transferred] += 1
        _assert_history_agrees(office, customer_id)
    assert set(outcomes) <= {"ok", "owner_has_left"}
