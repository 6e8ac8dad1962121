"""Lists of customers (spec, customer.md, "Data": lists filter by tier, owner, department, product type, last contact,
completeness, contract end and free text, sort by any column, page).
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from services.contracts import customer_calls as calls
from services.customer.domain.funnel import TIERS
from services.customer.store import customer_lists
from services.customer.store.customer_lists import SORTS, CustomerFilters, select_customers
from services.customer.store.tables import CompanyDepartment, Customer
from services.customer.usecases.list_customers import list_customers
from services.kit.caller import Caller
from services.kit.errors import InvalidInput
from services.kit.ids import new_id
from services.kit.schema import load
from tests.integration.customer.office import EAST, WEST, Office, noon

LONG_AGO = date(1, 1, 1)


def _page(office: Office, caller: Caller, **query: object) -> Any:
    return list_customers(office.begin(caller), **load(calls.CustomerQuery, query))


def _names(office: Office, caller: Caller, **query: object) -> list[str]:
    return [customer["name"] for customer in _page(office, caller, **query).items]


def _set(office: Office, customer_id: UUID, **columns: object) -> None:
    with office.database.session() as session, session.begin():
        session.execute(update(Customer).where(Customer.id == customer_id).values(columns))


@pytest.fixture
def shelf(office: Office) -> Office:
    """Five customers that differ in everything a list filters by."""
    logged, ends = date(2026, 2, 1), date(2026, 6, 30)
    contract = office.add(office.zhang, "合同客户", industry="I", region="上海", source="官网")
    _set(office, contract, tier="contract", last_log_on=logged, contract_ends_on=ends, filled_items=5, is_protected=True)
    trial = office.add(office.zhang, "测试客户", industry="J", region="北京", source="展会")
    _set(office, trial, tier="trial", last_log_on=logged + timedelta(1), contract_ends_on=ends + timedelta(1), filled_items=3)
    office.add(office.li, "意向客户", industry="I", region="上海", source="展会")
    silent = office.add(office.zhao, "沉默客户", industry="F", region="上海", source="官网")
    _set(office, silent, tier="silent", last_log_on=logged - timedelta(1), contract_ends_on=ends - timedelta(1), filled_items=1)
    office.product(office.zhang, contract, type="voice")
    office.product(office.zhang, trial)
    office.product(office.zhang, trial, type="voice", name="语音二")
    office.pooled("公共客户")
    return office


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param({}, "合测意沉公", id="nothing"),
        pytest.param({"tier": "trial"}, "测", id="a tier"),
        pytest.param({"tier": "pool"}, "公", id="the pool"),
        pytest.param({"tier": "silent,contract,pool"}, "合沉公", id="several tiers"),
        pytest.param({"owner_id": "zhang"}, "合测", id="an owner"),
        pytest.param({"owner_id": "zhang", "tier": "pool"}, "", id="an owner and the pool, which has none"),
        pytest.param({"product_type": "voice"}, "合测", id="a product type, each customer once"),
        pytest.param({"product_type": "industry_sms"}, "测", id="another product type"),
        pytest.param({"product_type": "mms"}, "", id="a product type that nobody has"),
        pytest.param({"last_log_from": "2026-02-01"}, "合测", id="contacted since, the day included"),
        pytest.param({"last_log_to": "2026-02-01"}, "合沉", id="contacted until, the day included"),
        pytest.param({"last_log_from": "2026-02-01", "last_log_to": "2026-02-01"}, "合", id="contacted on a day"),
        pytest.param({"never_contacted": "true"}, "意公", id="never contacted"),
        pytest.param({"never_contacted": "false"}, "合测沉", id="contacted ever"),
        pytest.param({"completeness_min": "0.6"}, "合测", id="complete at least, the share included"),
        pytest.param({"completeness_min": "0.61"}, "合", id="complete at least, between two shares"),
        pytest.param({"completeness_max": "0.2"}, "意沉公", id="complete at most, the share included"),
        pytest.param({"completeness_min": "0.2", "completeness_max": "0.6"}, "测沉", id="complete between"),
        pytest.param({"contract_ends_from": "2026-06-30"}, "合测", id="contract ends from, the day included"),
        pytest.param({"contract_ends_to": "2026-06-30"}, "合沉", id="contract ends to, the day included"),
        pytest.param({"industry": "I"}, "合意", id="an industry"),
        pytest.param({"region": "上海"}, "合意沉", id="a region"),
        pytest.param({"source": "展会"}, "测意", id="a source"),
        pytest.param({"protected": "true"}, "合", id="protected"),
        pytest.param({"protected": "false"}, "测意沉公", id="not protected"),
        pytest.param({"q": "客户"}, "合测意沉公", id="free text"),
        pytest.param({"q": "yxkh"}, "意", id="free text by initials"),
        pytest.param({"q": "客户", "region": "上海", "tier": "intent,silent", "source": "官网"}, "沉", id="several at once"),
    ],
)
def test_a_list_is_narrowed_to(shelf: Office, query: dict[str, str], found: str) -> None:
    asked = {**query, "owner_id": shelf.zhang.user_id} if "owner_id" in query else query
    assert {name[0] for name in _names(shelf, shelf.admin, **asked)} == set(found)
    elsewhere = ("page_size", "sort", "cursor", "falls_within_days")
    filters = {name: value for name, value in load(calls.CustomerQuery, asked).items() if name not in elsewhere}
    with shelf.database.session() as session:
        rows = session.scalars(select_customers(shelf.admin, CustomerFilters(**filters))).all()
    assert sorted(customer.name[0] for customer in rows) == sorted(found), "an export has the same"


def test_a_department_has_the_customers_of_those_below_it(shelf: Office) -> None:
    company, north = new_id(), new_id()
    parents = {company: None, EAST: company, WEST: company, north: EAST}
    with shelf.database.session() as session, session.begin():
        for department, parent in parents.items():
            session.add(CompanyDepartment(id=department, name="部", parent_id=parent, lead_id=None, version=1))
    customer_id = shelf.add(shelf.zhang, "北区客户")
    _set(shelf, customer_id, owner_department_id=north)
    assert [row["owner_department_name"] for row in _page(shelf, shelf.admin, q="北区").items] == ["部"]
    for department, found in ((company, "合测意沉北"), (EAST, "合测意北"), (WEST, "沉"), (north, "北"), (new_id(), "")):
        assert {name[0] for name in _names(shelf, shelf.admin, department_id=str(department))} == set(found)


def test_whatever_one_filters_by_one_sees_no_more_than_ones_own(shelf: Office) -> None:
    hidden = shelf.add(shelf.zhang, "藏起来的客户", invoice_information={"tax_number": "91350100M000100Y43"})
    shelf.contact(shelf.zhang, hidden, mobile="13816008866")
    for query in (
        {"owner_id": shelf.zhang.user_id},
        {"tier": "contract,trial"},
        {"department_id": str(EAST)},
        {"product_type": "voice"},
        {"protected": "true"},
        {"last_log_from": "2026-02-01"},
        {"q": "13816008866"},
        {"q": "8866"},
        {"q": "91350100M000100Y43"},
        {"q": "藏起来"},
        {"q": "cangqilai"},
    ):
        assert _names(shelf, shelf.zhao, **query) == [], query
    assert set(_names(shelf, shelf.zhao)) == {"沉默客户", "公共客户"}
    assert set(_names(shelf, shelf.zhao, sort="-tier", tier="silent,pool")) == {"沉默客户", "公共客户"}
    assert set(_names(shelf, shelf.lead)) == {"合同客户", "测试客户", "意向客户", "公共客户", "藏起来的客户"}
    assert set(_names(shelf, shelf.lead, tier="trial,pool")) == {"测试客户", "公共客户"}


def test_a_pool_customer_that_is_being_claimed_is_in_its_claimants_list_only(office: Office) -> None:
    process = office.claim(office.li, office.pooled("公共客户"))
    office.prepare(process)
    for tier in ({}, {"tier": "pool"}):
        assert _names(office, office.li, **tier) == _names(office, office.lead, **tier) == ["公共客户"]
        assert _names(office, office.zhang, **tier) == _names(office, office.zhao, **tier) == []
    assert _names(office, office.li, tier="intent,silent") == []


_VALUES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "name": lambda row: row["name"],
    "tier": lambda row: TIERS.index(row["tier"]),
    "tier_since": lambda row: row["tier_since"],
    "created_at": lambda row: row["created_at"],
    "owner_name": lambda row: row["owner_name"] or "",
    "last_log_on": lambda row: row["last_log_on"] or LONG_AGO,
    "last_usage_on": lambda row: row["last_usage_on"] or LONG_AGO,
    "completeness": lambda row: row["completeness"],
    "contract_ends_on": lambda row: row["contract_ends_on"] or LONG_AGO,
    "industry": lambda row: row["industry"],
    "region": lambda row: row["region"],
    "source": lambda row: row["source"],
}


@pytest.fixture
def ties(office: Office) -> Office:
    """Twelve customers of which several have every value in common, and several no value."""
    for number in range(12):
        owner = (office.zhang, office.li, office.zhao)[number % 3]
        customer_id = office.add(owner, f"客户{number:02d}", industry="" if number % 4 else "I", region=("", "北京")[number % 2])
        day = date(2026, 1, 1 + number % 3) if number % 4 else None
        in_pool = {"tier": "pool", "owner_id": None, "owner_name": None, "owner_department_id": None} if number % 5 == 4 else {}
        _set(
            office,
            customer_id,
            tier=TIERS[number % 4],
            tier_since=noon(date(2026, 1, 1 + number % 2)),
            created_at=noon(date(2025, 1, 1 + number % 3)),
            last_log_on=day,
            last_usage_on=day,
            contract_ends_on=day,
            filled_items=number % 3,
            source=("", "官网", "展会")[number % 3],
        )
        if in_pool:
            _set(office, customer_id, **in_pool)
    return office


@pytest.mark.parametrize("narrowed", [{}, {"q": "客户"}, {"tier": "pool,contract,silent"}], ids=["all", "free text", "tiers"])
@pytest.mark.parametrize("sort", sorted(SORTS))
@pytest.mark.parametrize("direction", ["", "-"], ids=["up", "down"])
def test_a_list_pages_by_any_column_without_gap_or_repetition(
    ties: Office, sort: str, direction: str, narrowed: dict[str, str]
) -> None:
    rows: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = _page(ties, ties.admin, sort=direction + sort, cursor=cursor, page_size=5, **narrowed)
        assert len(page.items) == 5 or page.next_cursor is None
        rows += page.items
        cursor = page.next_cursor
    everything = _page(ties, ties.admin, **narrowed).items
    expected = sorted(everything, key=lambda row: (_VALUES[sort](row), row["id"]), reverse=bool(direction))
    assert [row["name"] for row in rows] == [row["name"] for row in expected]


@pytest.mark.parametrize("sort", ["name", "-created_at", "tier"])
def test_a_text_that_many_have_is_found_as_one_that_few_have(ties: Office, monkeypatch: pytest.MonkeyPatch, sort: str) -> None:
    def listed() -> list[str]:
        names: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = _page(ties, ties.li, q="kehu", sort=sort, cursor=cursor, page_size=2)
            names += [row["name"] for row in page.items]
            cursor = page.next_cursor
        return names

    as_few = listed()
    assert len(as_few) == 5
    monkeypatch.setattr(customer_lists, "_FEW_MAX", 1)
    assert listed() == as_few, "all of the list asked in its order"
    monkeypatch.setattr(customer_lists, "_WALK_MAX", 2)
    assert listed() == as_few, "too few of them among the first"


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ({"tier": "gold"}, {"tier": ["one_of|contract, trial, intent, silent, pool"]}),
        ({"tier": "trial,"}, {"tier": ["one_of|contract, trial, intent, silent, pool"]}),
        (
            {"product_type": "fax"},
            {"product_type": ["one_of|industry_sms, marketing_sms, international_sms, mms, voice, software"]},
        ),
        ({"completeness_min": "1.1"}, {"completeness_min": ["range|0|1"]}),
        ({"completeness_max": "NaN"}, {"completeness_max": ["special"]}),
        ({"last_log_from": "yesterday"}, {"last_log_from": ["invalid"]}),
        ({"never_contacted": "perhaps"}, {"never_contacted": ["invalid"]}),
        ({"department_id": "east"}, {"department_id": ["invalid"]}),
        ({"sort": "remarks"}, {"sort": [f"one_of|{', '.join(SORTS)}"]}),
    ],
)
def test_a_filter_or_sort_that_cannot_be_is_named(office: Office, query: dict[str, str], wrong: dict[str, list[str]]) -> None:
    with pytest.raises(InvalidInput) as refused:
        _page(office, office.admin, **query)
    assert refused.value.fields == wrong


def test_a_share_between_two_items_is_taken_for_what_it_says() -> None:
    shares = {items: Decimal(items) / 5 for items in range(6)}
    for share in map(Decimal, ("0", "0.1", "0.2", "0.5", "0.99", "1")):
        assert customer_lists._items(share, "ROUND_CEILING") == min(items for items, each in shares.items() if each >= share)
        assert customer_lists._items(share, "ROUND_FLOOR") == max(items for items, each in shares.items() if each <= share)
