"""What a customer's page says comes next (spec, customer.md, "Tiers")."""

from datetime import date

from services.customer.domain.funnel import Facts, Term
from services.customer.domain.outlook import outlook_of
from services.customer.domain.policy import DEFAULT_POLICY

ON = date(2026, 3, 12)


def test_a_fall_is_announced_with_its_day_and_its_remedy() -> None:
    fall = outlook_of(Facts("intent", date(2026, 1, 1), date(2026, 3, 10)), DEFAULT_POLICY, ON).fall
    assert fall is not None
    assert fall.text_en == "falls to silent on 25 March 2026 unless contacted"
    assert fall.text_zh == "若无联系日志，将于 2026-03-25 降为沉默客户"


def test_what_lifts_is_told_with_what_is_missing() -> None:
    lifts = outlook_of(Facts("intent", date(2026, 1, 1), date(2026, 3, 10)), DEFAULT_POLICY, ON).lifts
    assert [(lift.to_tier, lift.by, lift.missing) for lift in lifts] == [
        ("trial", "test_account", ()),
        ("trial", "intent_to_trial", ("account",)),
        ("contract", "contract_review", ()),
        ("contract", "intent_to_contract", ("account", "contract")),
    ]
    assert lifts[0].text_en == "becomes trial once a test account is archived"


def test_a_pool_customer_does_not_fall_and_can_be_claimed() -> None:
    outlook = outlook_of(Facts("pool", date(2026, 1, 1)), DEFAULT_POLICY, ON)
    assert outlook.fall is None
    assert [(lift.to_tier, lift.by) for lift in outlook.lifts] == [("silent", "claim_customer"), ("trial", "test_account")]


def test_a_contract_customer_falls_unless_renewed() -> None:
    facts = Facts("contract", date(2026, 1, 1), terms=(Term(date(2026, 1, 1), date(2026, 2, 28)),))
    outlook = outlook_of(facts, DEFAULT_POLICY, ON)
    assert outlook.fall is not None
    assert outlook.fall.text_en == "falls to trial on 28 May 2026 unless renewed or used"
    assert outlook.lifts == ()
