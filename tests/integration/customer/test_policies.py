"""The policy of funnel and pool on a real database: set, kept by version, previewed, and taken up by the next sweep."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.contracts import customer_calls as calls
from services.contracts import customer_policy_calls as policies
from services.customer.domain.funnel import TIERS, judge
from services.customer.domain.policy import OWNED_TIERS, RULES, FunnelPolicy, Policy, Window
from services.customer.store import tables
from services.customer.store.policies import lock_policy
from services.customer.store.sweeps import write_plans
from services.customer.store.tables import Customer
from services.customer.usecases import sweep_funnel
from services.customer.usecases.moves import Owner, facts_of
from services.customer.usecases.new_customers import new_customer, write_new_customers
from services.customer.usecases.preview_policy import NAMED_MAX, preview_policy
from services.customer.usecases.set_policy import set_policy
from services.customer.usecases.show_outlook import show_outlook
from services.customer.usecases.show_policy import list_policies, show_policy
from services.kit.clock import start_of_day
from services.kit.errors import Conflict
from services.kit.ids import new_id
from services.kit.schema import load
from services.kit.tables import audit_entries
from tests.integration.customer.office import Office, noon, outcomes_of, wait_until_waiting

INTENT_A_MONTH: dict[str, Any] = {"quiet": {**Policy().to_json()["quiet"], "intent": {"months": 1, "days": 0}}}
INTENT_A_WEEK: dict[str, Any] = {"quiet": {**Policy().to_json()["quiet"], "intent": {"months": 0, "days": 7}}}


def _set(office: Office, version: int = 0, **changes: Any) -> dict[str, Any]:
    wanted = {**Policy().to_json(), **changes, "version": version, "reason": "试行一季度"}
    return set_policy(office.begin(office.admin), **load(policies.SetPolicy, wanted))


def _preview(office: Office, on: date | None = None, **changes: Any) -> dict[str, Any]:
    wanted = {**Policy().to_json(), **changes, "as_of": on and on.isoformat()}
    return preview_policy(office.begin(office.admin), **load(policies.PreviewPolicy, wanted))


def _off(*rules: str) -> dict[str, Any]:
    return {"rules": {rule: rule not in rules for rule in RULES}}


def test_until_somebody_sets_one_the_specification_s_policy_is_in_force(office: Office) -> None:
    shown = policies.Policy().dump(show_policy(office.begin(office.admin)))
    assert (shown["version"], shown["set_by_name"], shown["completeness"]) == (0, None, "0.6")
    assert shown["quiet"]["intent"] == {"months": 0, "days": 15}


def test_a_policy_is_set_by_a_version_with_a_reason_and_every_version_is_kept(office: Office) -> None:
    assert _set(office, **INTENT_A_MONTH)["version"] == 1
    _set(office, 1, warning_days=7)
    shown = policies.Policy().dump(show_policy(office.begin(office.admin)))
    assert (shown["version"], shown["warning_days"], shown["set_by_name"], shown["reason"]) == (2, 7, "周敏", "试行一季度")
    page = list_policies(office.begin(office.admin), page_size=50, sort="", cursor="")
    assert [(each["version"], each["quiet"]["intent"]) for each in page.items] == [
        (2, {"months": 0, "days": 15}),
        (1, {"months": 1, "days": 0}),
    ]
    with office.database.session() as session:
        query = select(audit_entries.c.before, audit_entries.c.after, audit_entries.c.why).order_by(audit_entries.c.id)
        last = session.execute(query.where(audit_entries.c.action == "policy_set")).all()[-1]
    assert set(last.before) == set(last.after) == {"quiet", "warning_days"}
    assert last.why == "试行一季度"


def test_who_sets_a_policy_that_another_has_set_meanwhile_is_told_by_whom(office: Office) -> None:
    _set(office)
    with pytest.raises(Conflict, match="policy_changed_meanwhile") as refused:
        _set(office, warning_days=7)
    assert refused.value.params == {"version": 1, "by": "周敏"}


def test_a_version_that_was_never_set_is_a_conflict_that_says_so(office: Office) -> None:
    with pytest.raises(Conflict, match="policy_version_unknown"):
        _set(office, 5)
    _set(office)
    with pytest.raises(Conflict, match="policy_changed_meanwhile"):
        _set(office, 5)


def test_of_many_who_set_the_policy_at_once_one_does(office: Office) -> None:
    outcomes = outcomes_of(lambda days: _set(office, warning_days=days), list(range(12)), threads=12)
    assert sorted(outcomes) == ["ok"] + ["policy_changed_meanwhile"] * 11


def test_a_policy_waits_for_customers_that_are_being_written_so_that_they_are_planned_anew_too(office: Office) -> None:
    with ThreadPoolExecutor(1) as pool:
        with office.begin(office.zhang)() as work:
            fields = load(calls.AddCustomer, {"name": "云帆"})
            customer = new_customer(work, fields, Owner.of(work.caller))
            assert write_new_customers(work, [customer], confirmed=True) == {}
            setting = pool.submit(_set, office, **INTENT_A_WEEK)
            wait_until_waiting(office, 1)
        assert setting.result()["version"] == 1
    office.sweep(date(2026, 3, 17))
    assert office.row(customer.id).tier == "silent"


def test_a_customer_leaves_the_pool_before_a_policy_is_set_or_after_it(office: Office) -> None:
    claim = office.claim(office.zhang, office.pooled("云帆"))
    office.prepare(claim)
    with ThreadPoolExecutor(1) as pool:
        with office.database.session() as session, session.begin():
            lock_policy(session)
            archived = pool.submit(office.archive, claim)
            wait_until_waiting(office, 1)
        archived.result()
    assert office.row(UUID(claim.subject_id)).tier == "silent"


def test_a_window_made_shorter_is_taken_up_by_the_next_sweep(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")  # on 10 March, to be looked at on 22 March
    _set(office, **INTENT_A_WEEK)
    assert office.sweep(date(2026, 3, 16))["replanned"] == 1
    assert office.row(customer_id).tier == "intent"
    assert "replanned" not in office.sweep(date(2026, 3, 17)), "planned anew once"
    assert office.row(customer_id).tier == "silent"


def test_a_window_made_longer_keeps_who_would_have_fallen(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    _set(office, **INTENT_A_MONTH)
    office.sweep(date(2026, 3, 25))
    office.sweep(date(2026, 4, 9))
    assert office.row(customer_id).tier == "intent"
    office.sweep(date(2026, 4, 10))
    assert office.row(customer_id).tier == "silent"


def test_a_rule_switched_off_and_on_again_is_made_up_for(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    _set(office, **_off("intent_quiet"))
    office.sweep(date(2026, 4, 10))
    assert office.row(customer_id).tier == "intent"
    assert show_outlook(office.begin(office.zhang), customer_id)["fall"] is None
    _set(office, 1)
    office.sweep(date(2026, 4, 11))
    assert office.moves(customer_id)[-1] == ("intent", "silent", "intent_quiet")


def test_a_facts_change_counts_by_the_new_policy_at_once(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    office.sweep(date(2026, 3, 25))
    office.contact(office.zhang, customer_id, mobile="13816008866", title="经理", qq="1000100")
    _set(office, completeness="0.4")
    office.log(office.zhang, customer_id)
    assert office.moves(customer_id)[-1] == ("silent", "intent", "silent_to_intent")


def test_where_the_highest_upgrade_is_off_a_customer_rises_by_the_ones_that_are_on(office: Office) -> None:
    customer_id = office.pooled("云帆")
    claim = office.claim(office.zhang, customer_id)
    office.prepare(claim)
    office.archive(claim)
    _set(office, **_off("silent_to_trial"))
    with office.database.session() as session, session.begin():
        row = session.scalars(select(Customer).where(Customer.id == customer_id)).one()
        row.has_account, row.filled_items, row.last_log_on = True, 5, office.today
    office.sweep(office.today + timedelta(days=1))
    assert office.moves(customer_id)[-2:] == [("silent", "intent", "silent_to_intent"), ("intent", "trial", "intent_to_trial")]
    assert office.sweep(office.today) == {}


def test_the_owner_is_warned_as_many_days_before_as_the_policy_says(office: Office) -> None:
    office.add(office.zhang, "云帆")
    _set(office, warning_days=7)
    for day in range(17, 20):
        office.sweep(date(2026, 3, day))
    (warning,) = office.said("funnel_warning")
    assert warning["due_on"] == "2026-03-25"
    assert len(office.said("tier_changed")) == 0


def test_planning_anew_is_killed_and_goes_on_where_it_was(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_funnel, "BATCH", 3)
    for number in range(10):
        office.add(office.zhang, f"客户{number}")
    _set(office, **INTENT_A_WEEK)
    planned: list[int] = []

    def write_some(session: Any, customers: list[Customer]) -> None:
        planned.append(len(customers))
        if len(planned) == 3:
            raise KeyboardInterrupt
        write_plans(session, customers)

    monkeypatch.setattr(sweep_funnel, "write_plans", write_some)
    with pytest.raises(KeyboardInterrupt):
        office.sweep(date(2026, 3, 17))
    assert office.sweep(date(2026, 3, 17)) == {"replanned": 4, "looked_at": 10, "fell": 10}
    assert planned == [3, 3, 3, 3, 1]


def test_sweeps_in_parts_plan_anew_together_and_move_each_customer_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_funnel, "BATCH", 3)
    for number in range(30):
        office.add(office.zhang, f"客户{number}")
    _set(office, **INTENT_A_WEEK)
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda number: office.sweep(date(2026, 3, 17), number, 4), range(4)))
    total: Counter[str] = sum((Counter(each) for each in counts), Counter())
    assert total == {"replanned": 30, "looked_at": 30, "fell": 30}
    assert len([each for each in counts if each.get("fell")]) > 1, "each part has its own"
    assert len(office.said("tier_changed")) == 30


def test_a_preview_counts_who_would_move_tonight_beside_the_policy_in_force(office: Office) -> None:
    for number in range(3):
        office.add(office.zhang, f"客户{number}")
    office.today = date(2026, 3, 16)
    preview = policies.PolicyPreview().dump(_preview(office, **INTENT_A_WEEK))
    assert (preview["as_of"], preview["proposed"], preview["in_force"]) == ("2026-03-17", 3, 0)
    fall = next(move for move in preview["moves"] if move["rule"] == "intent_quiet")
    assert (fall["from_tier"], fall["to_tier"], fall["proposed"], fall["in_force"]) == ("intent", "silent", 3, 0)
    assert _preview(office, date(2026, 3, 25), **INTENT_A_MONTH)["in_force"] == 3
    assert _preview(office, date(2026, 3, 25), **INTENT_A_MONTH)["proposed"] == 0
    assert office.moves(office.add(office.zhang, "又一个")) == [(None, "intent", "added")]
    assert not office.said("tier_changed"), "a preview moves nobody"


def test_a_preview_names_some_of_those_who_would_move_the_new_ones_first(office: Office) -> None:
    ids = [office.add(office.zhang, f"客户{number}") for number in range(NAMED_MAX + 2)]
    office.today = date(2026, 3, 16)

    def named(on: date, **changes: Any) -> list[tuple[str, bool]]:
        preview = policies.PolicyPreview().dump(_preview(office, on, **changes))
        customers = next(move for move in preview["moves"] if move["rule"] == "intent_quiet")["customers"]
        assert {each["owner_name"] for each in customers} <= {office.zhang.name}
        return [(each["id"], each["is_new"]) for each in customers]

    tonight = named(date(2026, 3, 17), **INTENT_A_WEEK)
    assert len(set(tonight)) == NAMED_MAX
    assert set(tonight) <= {(str(each), True) for each in ids}
    later = named(date(2026, 6, 1), **INTENT_A_WEEK)
    assert {is_new for _, is_new in later} == {False}, "the policy in force moves them by then, too"
    wanted = {**INTENT_A_WEEK, "as_of": "2026-03-17"}
    asked = load(policies.PreviewPolicy, {**Policy().to_json(), **wanted})
    blind = preview_policy(office.begin(office.zhang), **asked)
    assert blind["proposed"] == NAMED_MAX + 2
    assert all(move["customers"] == [] for move in blind["moves"])


def test_a_preview_tells_what_the_sweep_then_does(office: Office) -> None:
    """Some hundred customers of all kinds, and policies of all kinds: the preview's figures are the rules' own verdicts."""
    chance = random.Random(20260316)
    _add_of_all_kinds(office, chance, 400)
    on = date(2026, 7, 1)
    with office.begin(office.admin)() as work:
        customers = list(work.session.scalars(select(Customer)))
        facts = list(facts_of(work, customers).values())
    for _ in range(12):
        policy = _any_policy(chance)
        verdicts = [judge(each, policy, on) for each in facts]
        expected = Counter(step.rule for each in verdicts if (step := each.upgrade or each.fall) is not None)
        counted = _preview(office, on, **{**Policy(policy).to_json(), "holding_limits": {}})
        assert {move["rule"]: move["proposed"] for move in counted["moves"] if move["proposed"]} == expected


def _any_policy(chance: random.Random) -> FunnelPolicy:
    def window() -> Window:
        return Window(chance.randint(0, 3), chance.randint(1, 40))

    return replace(
        FunnelPolicy(),
        quiet={tier: window() for tier in OWNED_TIERS},
        completeness=Decimal(chance.randint(0, 5)) / 5,
        renewal_grace=window(),
        off=frozenset(chance.sample(RULES, chance.randint(0, 4))),
    )


def _add_of_all_kinds(office: Office, chance: random.Random, count: int) -> None:
    first = date(2026, 1, 1)

    def some_day() -> date:
        return first + timedelta(days=chance.randint(0, 200))

    with office.database.session() as session, session.begin():
        for number in range(count):
            tier = chance.choice(TIERS)
            ends_on = some_day() if chance.random() < 0.5 else None
            customer = Customer(
                id=new_id(),
                name=f"客户{number}",
                normalised_name=f"客户{number}",
                tier=tier,
                tier_since=noon(some_day()) if chance.random() < 0.9 else start_of_day(some_day()),
                owner_id=None if tier == "pool" else office.zhang.user_id,
                owner_name=None if tier == "pool" else "张伟",
                invoice_information={},
                last_log_on=some_day() if chance.random() < 0.8 else None,
                filled_items=chance.randint(0, 5),
                test_account_archived=chance.random() < 0.2,
                has_account=chance.random() < 0.3,
                contract_ends_on=ends_on,
                last_usage_on=some_day() if chance.random() < 0.3 else None,
                is_protected=chance.random() < 0.1,
                created_at=noon(first),
            )
            session.add(customer)
            if ends_on is not None:
                session.flush()
                session.add(_contract(customer, ends_on, number))


def _contract(customer: Customer, ends_on: date, number: int) -> tables.Contract:
    return tables.Contract(
        id=new_id(),
        number=f"HT-{number}",
        customer_id=customer.id,
        process_id=new_id(),
        valid_from=ends_on - timedelta(days=60),
        valid_to=ends_on,
        is_standard=True,
        is_auto_renewing=False,
        draft=[],
        stamped_scan=[],
        remarks="",
        created_at=noon(ends_on),
    )
