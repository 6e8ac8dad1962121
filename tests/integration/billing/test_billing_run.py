"""The billing run: bills once, by their Shanghai days, however many runs there are (spec, billing.md, "Bills")."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from services.billing.usecases.run_billing import run_billing
from services.billing.usecases.show_bill import show_bill
from services.billing.usecases.show_billing_run import show_billing_run
from services.billing.usecases.start_billing_run import key_of_run, start_billing_run
from services.contracts import billing_calls as calls
from services.kit.clock import Month
from services.kit.errors import Forbidden, InvalidInput, NotFound
from services.kit.ids import new_id
from services.kit.jobs import Shard, open_job
from tests.integration.billing.office import FINANCE, MARCH, OTHER_SALES, SALES, YUNFAN, Office, unified

TIERS = [
    {
        "segment": None,
        "tiers": [
            {"up_to": 100_000, "unit_price": "0.034500"},
            {"up_to": 500_000, "unit_price": "0.032800"},
            {"up_to": None, "unit_price": "0.031256"},
        ],
    }
]


def _bill(office: Office) -> dict[str, Any]:
    bill_id = office.value("SELECT id FROM bills")
    shown: dict[str, Any] = calls.BillDetail().dump(show_bill(office.begin(SALES), bill_id))
    return shown


def test_a_bill_shows_how_every_amount_came_about(office: Office, product: UUID) -> None:
    process = office.price(product, TIERS)
    office.report([("yunfan01", date(2026, 3, 5), "CMCC", 400_001), ("yunfan02", date(2026, 3, 31), "CUCC", 200_000)])
    office.run_billing()
    bill = _bill(office)
    assert bill["number"] == f"账单-2026-03-{YUNFAN}-行业短信-001"
    assert [(line["tier"], line["quantity"], line["unit_price"], line["amount"]) for line in bill["lines"]] == [
        (1, 100_000, "0.0345", "3450.00"),
        (2, 400_000, "0.0328", "13120.00"),
        (3, 100_001, "0.031256", "3125.63"),
    ]
    assert (bill["amount"], bill["quantity"], bill["state"], bill["rounding"]) == ("19695.63", 600_001, "open", "line_half_up")
    assert {line["process_id"] for line in bill["lines"]} == {str(process)}
    assert sum(Decimal(account["amount"]) for account in bill["accounts"]) == Decimal("19695.63")
    for line in bill["lines"]:
        assert sum(Decimal(share["amount"]) for share in line["shares"]) == Decimal(line["amount"])
    (made,) = office.events("bill_made")
    assert (made["amount"], made["month"], made["number"]) == ("19695.63", "2026-03", bill["number"])


def test_a_newer_price_wins_from_its_first_day_and_starts_its_own_count(office: Office, product: UUID) -> None:
    office.price(product, TIERS, time=datetime(2026, 2, 1, tzinfo=UTC))
    office.price(product, unified("0.03"), kind="unified", valid_from="2026-03-16", time=datetime(2026, 3, 12, tzinfo=UTC))
    office.report([("yunfan01", date(2026, 3, 15), "CMCC", 100_001), ("yunfan01", date(2026, 3, 16), "CMCC", 500_000)])
    office.run_billing()
    lines = [
        (line["kind"], line["quantity"], line["amount"], line["first_day"], line["last_day"]) for line in _bill(office)["lines"]
    ]
    assert lines == [
        ("tiered", 100_000, "3450.00", "2026-03-01", "2026-03-15"),
        ("tiered", 1, "0.03", "2026-03-01", "2026-03-15"),
        ("unified", 500_000, "15000.00", "2026-03-16", "2026-03-31"),
    ]


def test_a_month_has_its_shanghai_days_and_no_others(office: Office, product: UUID) -> None:
    office.price(product, unified("0.03"), kind="unified", valid_from="2026-01-01")
    office.report([("yunfan01", date(2026, 2, 28), "CMCC", 1), ("yunfan01", date(2026, 3, 1), "CMCC", 10)])
    office.report([("yunfan01", date(2026, 3, 31), "CMCC", 100), ("yunfan01", date(2026, 4, 1), "CMCC", 1000)])
    office.run_billing()
    assert office.value("SELECT quantity FROM bills") == 110


@pytest.mark.parametrize("shards", [1, 4])
def test_customers_are_billed_once_however_many_shards_there_are(office: Office, shards: int) -> None:
    for number in range(9):
        customer = office.customer(f"客户{number}")
        product = office.product(customer)
        office.account(product, customer, f"account{number:04}")
        office.price(product, unified("0.03"), kind="unified")
    office.report([(f"account{number:04}", date(2026, 3, 1), "CMCC", 1000) for number in range(9)])
    run = office.run_billing(shards=shards)
    shown = show_billing_run(office.begin(SALES), run)
    assert (shown["state"], shown["done"], shown["total"], shown["made"], shown["refused"]) == ("done", 9, 9, 9, 0)
    assert office.value("SELECT count(DISTINCT product_id) FROM bills") == 9


def test_customers_and_products_whose_names_read_alike_get_numbers_of_their_own(office: Office) -> None:
    names = (("云帆", "国际-短信"), ("云帆-国际", "短信"), ("云帆", "国际-短信"))
    for number, (name, product_name) in enumerate(names):
        customer = office.customer(name)
        product = office.product(customer, product_name)
        office.account(product, customer, f"account{number}")
        office.price(product, unified("0.05"), kind="unified")
        office.report([(f"account{number}", date(2026, 3, 1), "CMCC", 100)])
        if number:
            office.run_billing(attempt=number, shards=1)
    numbers = sorted(row.number for row in office.rows("SELECT number FROM bills"))
    assert numbers == [f"账单-2026-03-云帆-国际-短信-{serial:03}" for serial in (1, 2, 3)]


def test_two_runs_at_once_make_each_bill_once(office: Office) -> None:
    for number in range(8):
        customer = office.customer(f"客户{number}")
        product = office.product(customer)
        office.account(product, customer, f"account{number:04}")
        office.price(product, unified("0.03"), kind="unified")
    office.report([(f"account{number:04}", date(2026, 3, 1), "CMCC", 1000) for number in range(8)])
    with office.begin()() as work:
        jobs = [
            open_job(work, "billing_run", key, as_of=date(2026, 4, 1), params={"month": "2026-03"}, shards=1)[0]
            for key in ("2026-03:all:1", "2026-03:all:2", "2026-03:all:3")
        ]

    def run(job: UUID) -> dict[str, int]:
        return run_billing(Shard(office.begin(), job, 0, 1, date(2026, 4, 1), {"month": "2026-03"}))

    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(run, jobs))
    assert sum(result["made"] for result in results) == 8
    assert office.value("SELECT count(*) FROM bills") == 8
    assert len(office.events("bill_made")) == 8


def test_the_database_itself_keeps_a_second_bill_out(office: Office, product: UUID) -> None:
    office.price(product, unified("0.03"), kind="unified")
    office.report([("yunfan01", date(2026, 3, 1), "CMCC", 1)])
    office.run_billing()
    with pytest.raises(IntegrityError, match="uq_bills_product_month"):
        office.rows(
            "INSERT INTO bills SELECT (jsonb_populate_record(b, "
            "jsonb_build_object('id', gen_random_uuid(), 'number', 'x'))).* FROM bills b RETURNING id"
        )


def test_a_run_that_was_killed_goes_on_where_it_was(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.billing.usecases.run_billing.BATCH_CUSTOMERS", 2)
    for number in range(6):
        customer = office.customer(f"客户{number}")
        product = office.product(customer)
        office.account(product, customer, f"account{number:04}")
        office.price(product, unified("0.03"), kind="unified")
    office.report([(f"account{number:04}", date(2026, 3, 1), "CMCC", 1000) for number in range(6)])

    class Killed(BaseException):
        """The worker is gone."""

    class DyingShard(Shard):
        def report(self, done: int, total: int | None = None) -> None:
            if done >= 4:
                raise Killed
            super().report(done, total)

    with office.begin()() as work:
        job, _ = open_job(work, "billing_run", "2026-03:all:1", as_of=date(2026, 4, 1), params={}, shards=1)
    with pytest.raises(Killed):
        run_billing(DyingShard(office.begin(), job, 0, 1, date(2026, 4, 1), {}))
    assert office.value("SELECT count(*) FROM bills") == 4
    assert run_billing(Shard(office.begin(), job, 0, 1, date(2026, 4, 1), {})) == {"made": 2, "refused": 0}


def test_events_in_the_worst_order_leave_the_newest_copies(office: Office) -> None:
    customer, product, account = new_id(), new_id(), new_id()
    office.account(product, customer, "yunfan01", id=account, version=2)
    office.account(new_id(), customer, "yunfan00", id=account, version=1)
    office.product(customer, "新名", id=product, version=3, time=datetime(2026, 3, 9, tzinfo=UTC))
    office.product(customer, "旧名", id=product, version=1, time=datetime(2026, 2, 9, tzinfo=UTC))
    office.report([("yunfan01", date(2026, 3, 8), "CMCC", 1000)])
    office.price(product, unified("0.03"), kind="unified")
    office.customer("新客户名", id=customer, version=2)
    office.customer("旧客户名", id=customer, version=1)
    office.run_billing()
    assert office.value("SELECT number FROM bills") == "账单-2026-03-新客户名-新名-001"
    assert office.value("SELECT since FROM products") == date(2026, 2, 9)


def test_an_identifier_that_two_accounts_hold_for_a_moment_is_the_laters(office: Office, customer: UUID, product: UUID) -> None:
    other = office.product(customer, "彩信", "mms")
    office.account(other, customer, "yunfan01", time=datetime(2026, 4, 1, 3, tzinfo=UTC))
    office.report([("yunfan01", date(2026, 3, 8), "CMCC", 1000)])
    office.price(product, unified("0.03"), kind="unified")
    office.price(other, unified("0.30"), kind="unified")
    office.run_billing()
    assert office.rows("SELECT product_id, amount FROM bills") == [(other, Decimal("300.00"))]


def _start(office: Office, caller: Any, month: Month = MARCH, customer_id: UUID | None = None) -> UUID:
    def start_job(name: str, as_of: date, params: dict[str, Any]) -> UUID:
        with office.begin(caller)() as work:
            return open_job(work, name, key_of_run(as_of, params), as_of=as_of, params=params, shards=4)[0]

    return start_billing_run(office.begin(caller), start_job, month=month, customer_id=customer_id)


def test_a_run_under_way_is_joined_and_one_that_ended_is_followed_by_another(office: Office, customer: UUID) -> None:
    with ThreadPoolExecutor(4) as pool:
        runs = set(pool.map(lambda _: _start(office, FINANCE), range(4)))
    assert len(runs) == 1
    (run,) = runs
    for number in range(4):
        office.do_shard(run, number)
    again = _start(office, FINANCE)
    assert again != run
    assert _start(office, SALES, customer_id=customer) not in {run, again}


def test_a_run_is_refused_for_a_month_that_is_not_over_or_for_others_customers(office: Office, customer: UUID) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _start(office, FINANCE, month=Month(2026, 4))
    assert refusal.value.fields == {"month": ["month_not_over"]}
    with pytest.raises(Forbidden):
        _start(office, SALES)
    with pytest.raises(NotFound):
        _start(office, OTHER_SALES, customer_id=customer)
