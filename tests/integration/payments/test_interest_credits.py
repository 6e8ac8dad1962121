"""Credits for prepaid money, and the accounts that are left out (spec, payments.md, "Interest and penalty")."""

from datetime import date

from services.kit.clock import Month
from services.kit.ids import new_id
from tests.integration.payments.accruals import Accruals

# Credit


def test_prepaid_money_brings_the_rate_of_the_lesser_of_its_balances(accruals: Accruals) -> None:
    story, account = accruals.story, new_id()
    customer_id = story.customer("甲")
    accruals.move(customer_id, account, "1000.00", date(2026, 1, 10))
    accruals.move(customer_id, account, "-300.00", date(2026, 2, 28), kind="consumption")
    accruals.move(customer_id, account, "500.00", date(2026, 3, 1))
    accruals.run("2026-04-01")
    entries = sorted(accruals.entries(), key=lambda entry: entry["month"])
    assert [(entry["kind"], entry["month"], entry["base"], entry["amount"]) for entry in entries] == [
        ("credit", "2026-02", "700.00", "3.50"),  # 1000.00 at its begin, 700.00 at its end
        ("credit", "2026-03", "700.00", "3.50"),  # 700.00 at its begin, 1200.00 at its end
    ]
    assert entries[0]["origin"]["zh"] == "预存款 2026-02 月初 1000.00 元、月末 700.00 元，取其低。"
    assert accruals.booked() == accruals.reference()


def test_what_a_customer_owes_on_its_accounts_is_no_credit_and_no_penalty(accruals: Accruals) -> None:
    customer_id = accruals.story.customer("甲")
    accruals.move(customer_id, new_id(), "-300.00", date(2026, 1, 10), kind="consumption")
    accruals.run("2026-04-01")
    assert accruals.told() == []


def test_a_movement_that_is_told_late_is_corrected_and_one_told_twice_counts_once(accruals: Accruals) -> None:
    customer_id, account = accruals.story.customer("甲"), new_id()
    accruals.move(customer_id, account, "1000.00", date(2026, 1, 10))
    accruals.run("2026-04-01")
    posting_id = accruals.move(customer_id, account, "-400.00", date(2026, 3, 31), kind="refund")
    accruals.move(customer_id, account, "-400.00", date(2026, 3, 31), kind="refund", posting_id=posting_id)
    accruals.run("2026-05-01")
    assert accruals.told() == [
        ("2026-02", "2026-03-31", "5.00"),
        ("2026-03", "2026-03-31", "5.00"),
        ("2026-03", "2026-04-30", "-2.00"),
        ("2026-04", "2026-04-30", "3.00"),
    ]
    assert accruals.entries(month=Month(2026, 3))[1]["origin"]["code"] == "prepaid_corrected"


def test_receipts_in_the_pool_are_no_prepaid_money(accruals: Accruals) -> None:
    """A recharge's money would count twice."""
    accruals.story.customer("甲")
    accruals.story.receipt("1000.00", payer="甲", on=date(2026, 1, 3))
    accruals.run("2026-04-01")
    assert accruals.told() == []


# Exempt accounts


def test_an_exempt_accounts_share_of_a_bill_is_left_out(accruals: Accruals) -> None:
    story, exempt, other = accruals.story, new_id(), new_id()
    customer_id = story.customer("甲")
    story.bill(customer_id, "1000.00", month="2026-01", shares={exempt: "333.33", other: "666.67"})
    accruals.exempt(exempt, ("2026-03", "2026-03"))
    accruals.run("2026-05-01")
    march, april = sorted(accruals.entries(), key=lambda entry: entry["month"])
    assert (march["base"], march["amount"], april["base"]) == ("666.67", "3.33", "1000.00")
    assert march["origin"]["zh"] == "2026-02-28 到期，2026-03 月初未到款 1000.00 元，其中不计息账号的 333.33 元不计。"
    assert accruals.booked() == accruals.reference()


def test_an_exempt_accounts_prepaid_money_is_left_out(accruals: Accruals) -> None:
    story, exempt = accruals.story, new_id()
    customer_id = story.customer("甲")
    accruals.move(customer_id, exempt, "1000.00", date(2026, 1, 1))
    accruals.move(customer_id, new_id(), "100.00", date(2026, 1, 1))
    accruals.exempt(exempt, ("2026-02", None))
    accruals.run("2026-04-01")
    assert [amount for _, _, amount in accruals.told()] == ["0.50", "0.50"]


def test_an_exemption_set_back_into_accrued_months_is_corrected_in_the_next_run(accruals: Accruals) -> None:
    story, exempt = accruals.story, new_id()
    customer_id = story.customer("甲")
    story.bill(customer_id, "1000.00", month="2026-01", shares={exempt: "400.00", new_id(): "600.00"})
    accruals.move(customer_id, exempt, "200.00", date(2026, 1, 1))
    accruals.run("2026-04-01")
    accruals.exempt(exempt, ("2026-03", None))
    accruals.run("2026-05-01")
    assert accruals.told(kind="penalty") == [
        ("2026-03", "2026-03-31", "5.00"),
        ("2026-03", "2026-04-30", "-2.00"),
        ("2026-04", "2026-04-30", "3.00"),
    ]
    assert accruals.told(kind="credit") == [
        ("2026-02", "2026-03-31", "1.00"),
        ("2026-03", "2026-03-31", "1.00"),
        ("2026-03", "2026-04-30", "-1.00"),
    ]
    accruals.exempt(exempt)
    accruals.run("2026-06-01")
    codes = [entry["origin"]["code"] for entry in accruals.entries(kind="penalty", month=Month(2026, 3))]
    assert sorted(codes) == ["exemption_changed", "exemption_changed", "overdue"]
    assert accruals.booked() == accruals.reference()
