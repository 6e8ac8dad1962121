"""Why products got no bill: each reason with its exact condition, words that a salesperson can act on, and the action
(spec, billing.md, "Bills")."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.billing.usecases.list_bill_refusals import list_bill_refusals
from services.kit.ids import new_id
from tests.integration.billing.office import SALES, Office, unified

REFUSALS: dict[str, Any] = {
    "customer_id": None,
    "month": None,
    "reason": None,
    "resolved": False,
    "page_size": 50,
    "sort": "",
    "cursor": "",
}


def _reasons(office: Office) -> list[tuple[str, dict[str, Any]]]:
    rows = office.rows("SELECT reason, details FROM bill_refusals WHERE resolved_at IS NULL ORDER BY id")
    return [(row.reason, row.details) for row in rows]


def _shown(office: Office) -> tuple[str, str, dict[str, Any]]:
    """The one refusal as its customer's owner reads it: in Chinese, in English, and what mends it."""
    (shown,) = list_bill_refusals(office.begin(SALES), **REFUSALS).items
    return shown["words_zh"], shown["words_en"], shown["action"]


def test_no_price_names_the_days(office: Office, product: UUID) -> None:
    office.price(product, unified("0.03"), kind="unified", valid_from="2026-03-10", valid_to="2026-03-20")
    office.report([("yunfan01", date(2026, 3, day), "CMCC", 1) for day in (8, 9, 10, 20, 21)])
    office.run_billing()
    ((reason, details),) = _reasons(office)
    assert (reason, details["days"]) == ("no_price", ["2026-03-08", "2026-03-09", "2026-03-21"])
    (shown,) = list_bill_refusals(office.begin(SALES), **REFUSALS).items
    assert shown["words_zh"] == "2026-03-08 至 2026-03-09、2026-03-21 没有价格，请发起销售调价。"
    assert shown["words_en"] == "No price holds on 2026-03-08 to 2026-03-09, 2026-03-21; start a price adjustment."
    assert shown["action"] == {"kind": "start_process", "code": "price_adjustment", "subject_id": str(product)}
    assert office.value("SELECT count(*) FROM bills") == 0


def test_a_table_without_an_operator_that_was_used_names_it(office: Office, product: UUID) -> None:
    rows = [{"segment": code, "tiers": [{"up_to": None, "unit_price": "0.03"}]} for code in ("CMCC", "CUCC")]
    process = office.price(product, rows, kind="unified")
    office.report([("yunfan01", date(2026, 3, 8), operator, 1) for operator in ("CMCC", "CUCC", "CTCC")])
    office.run_billing()
    assert _reasons(office) == [("price_table_invalid", {"process_id": str(process), "missing": ["CTCC"]})]
    assert _shown(office) == (
        "价格表不可用：缺少 中国电信，请重新发起销售调价。",
        "The price table cannot be used: it lacks China Telecom; start a price adjustment.",
        {"kind": "start_process", "code": "price_adjustment", "subject_id": str(product)},
    )
    assert office.value("SELECT count(*) FROM bills") == 0, "what has a price is not billed by halves"


def test_a_table_without_a_country_that_was_used_names_it(office: Office, customer: UUID) -> None:
    product = office.product(customer, "国际短信", "international_sms")
    office.account(product, customer, "abroad01")
    office.price(product, [{"segment": "SG", "tiers": [{"up_to": None, "unit_price": "0.3"}]}], kind="unified")
    office.report([("abroad01", date(2026, 3, 8), country, 1) for country in ("SG", "US", "JP")])
    office.run_billing()
    words_zh, words_en, _ = _shown(office)
    assert words_zh == "价格表不可用：缺少 日本、美国，请重新发起销售调价。"
    assert words_en == "The price table cannot be used: it lacks Japan, United States; start a price adjustment."


def test_an_adjustment_that_failed_its_check_says_so(office: Office, product: UUID) -> None:
    office.price(product, unified("0.03"), kind="unified", time=datetime(2026, 2, 1, tzinfo=UTC))
    falling = [{"segment": None, "tiers": [{"up_to": 10, "unit_price": "0.03"}, {"up_to": 5, "unit_price": "0.02"}]}]
    process = office.price(product, falling)
    office.report([("yunfan01", date(2026, 3, 8), "CMCC", 1)])
    office.run_billing()
    ((reason, details),) = _reasons(office)
    assert (reason, details["process_id"]) == ("price_table_invalid", str(process))
    words_zh, words_en, _ = _shown(office)
    assert words_zh.startswith("价格表不可用：最近一次调价未通过校验（"), words_zh
    assert "the latest adjustment failed its check (" in words_en
    assert len(office.events("price_in_force")) == 1


def test_nothing_sent_is_no_usage_and_a_product_that_came_later_is_not_missed(
    office: Office, customer: UUID, product: UUID
) -> None:
    office.product(customer, "彩信", "mms", time=datetime(2026, 4, 1, 1, tzinfo=UTC))
    office.run_billing()
    assert _reasons(office) == [("no_usage", {})]
    assert _shown(office)[2] == {
        "kind": "open",
        "place": "product_accounts",
        "customer_id": str(customer),
        "product_id": str(product),
    }
    assert [event["product_id"] for event in office.events("bill_refused")] == [str(product)]


def test_an_unknown_account_alike_one_of_the_products_is_named(office: Office, product: UUID) -> None:
    office.report([("YunFan-01", date(2026, 3, 8), "CMCC", 1), ("other", date(2026, 3, 8), "CMCC", 1)])
    office.run_billing()
    assert _reasons(office) == [("account_unknown", {"accounts": ["YunFan-01"]})]
    words_zh, words_en, action = _shown(office)
    assert (words_zh, action["place"]) == (
        "有用量的账号 YunFan-01 不在任何产品下，与本产品的账号相似，请核对账号；如属本产品，请联系销管或运营归属。",
        "product_accounts",
    )
    assert words_en.startswith("Usage came for YunFan-01, of no product")


def test_usage_of_before_a_product_was_there_names_it_too(office: Office, customer: UUID) -> None:
    late = office.product(customer, time=datetime(2026, 4, 1, tzinfo=UTC))
    office.account(late, customer, "yunfan01")
    office.product(customer, "营销短信", time=datetime(2026, 4, 1, tzinfo=UTC))
    office.report([("YunFan-01", date(2026, 3, 8), "CMCC", 1)])
    office.run_billing()
    assert _reasons(office) == [("account_unknown", {"accounts": ["YunFan-01"]})], "of the other product there is nothing to say"


def test_an_account_without_a_product_is_product_missing(office: Office, customer: UUID) -> None:
    account = office.account(new_id(), customer, "lonely01")
    office.report([("lonely01", date(2026, 3, 8), "CMCC", 1)])
    office.run_billing()
    assert _reasons(office) == [("product_missing", {"account": "lonely01", "account_id": str(account)})]
    assert _shown(office) == (
        "账号 lonely01 有用量但没有产品，请添加产品。",
        "Account lonely01 has usage and no product; add the product.",
        {"kind": "open", "place": "customer_products", "customer_id": str(customer)},
    )


def test_thousands_of_accounts_without_a_product_stop_nobodys_bill(office: Office, customer: UUID, product: UUID) -> None:
    office.price(product, unified("0.05"), kind="unified")
    office.report([("yunfan01", date(2026, 3, 1), "CMCC", 100)])
    with office.begin()() as work:
        work.session.execute(
            text(
                "INSERT INTO accounts (id, identifier, product_id, customer_id, signature, status, changed_at, version)"
                " SELECT gen_random_uuid(), 'many' || number, :product, :customer, '', 'active', now(), 1"
                " FROM generate_series(1, :count) AS number"
            ),
            {"product": new_id(), "customer": customer, "count": 7000},
        )
        names = "INSERT INTO account_names (name, account_id) SELECT identifier, id FROM accounts WHERE identifier LIKE 'many%'"
        work.session.execute(text(names))
        work.session.execute(
            text(
                "INSERT INTO usage_daily (account, day, operator, quantity)"
                " SELECT 'many' || number, DATE '2026-03-01', 'CMCC', 1 FROM generate_series(1, 7000) AS number"
            )
        )
    office.run_billing(shards=1)
    office.run_billing(shards=1, attempt=2)
    assert office.value("SELECT count(*) FROM bills") == 1
    assert office.value("SELECT count(*) FROM bill_refusals WHERE reason = 'product_missing' AND resolved_at IS NULL") == 7000
    assert len(office.events("bill_refused")) == 7000


def test_once_the_cause_is_mended_the_customers_bill_is_generated_and_the_reason_resolved(
    office: Office, customer: UUID, product: UUID
) -> None:
    office.report([("yunfan01", date(2026, 3, 8), "CMCC", 1000)])
    office.run_billing()
    office.run_billing(attempt=2)
    assert len(office.events("bill_refused")) == 1, "the same result says nothing again"
    office.price(product, unified("0.03"), kind="unified")
    office.run_billing(customer_id=customer)
    assert (_reasons(office), office.value("SELECT amount FROM bills")) == ([], Decimal("30.00"))
    assert len(list_bill_refusals(office.begin(SALES), **{**REFUSALS, "resolved": True}).items) == 1
