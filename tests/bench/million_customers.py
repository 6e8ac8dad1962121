"""A million customers of a company with 500 salespeople, made in minutes: what lists, search and the sweep are measured on."""

import json
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import islice, product
from multiprocessing import get_context
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Engine, insert, text

from services.customer.domain.funnel import Facts, Term, first_look
from services.customer.domain.policy import DEFAULT_POLICY
from services.customer.domain.search_terms import search_terms
from services.customer.store.tables import CompanyDepartment, User
from services.kit.caller import Caller
from services.kit.clock import SHANGHAI
from services.kit.company_names import normalise_name

SALESPEOPLE: Final = 500
DEPARTMENTS: Final = 30
POOL_SHARE: Final = 0.15
AS_OF: Final = date(2026, 3, 10)

_CITIES_TEXT: Final = """
上海 北京 深圳 广州 杭州 成都 重庆 武汉 西安 苏州 南京 天津 郑州 长沙 东莞 宁波 佛山 合肥 青岛 厦门 无锡 济南 大连 福州
沈阳 昆明 温州 南昌
"""
_CITIES: Final = _CITIES_TEXT.split()
_TRADES_TEXT: Final = """
科技 网络科技 信息科技 智能科技 生物科技 电子科技 电子商务 供应链管理 教育咨询 健康管理 金融信息服务 旅游服务 生活服务
贸易 商贸 实业 建筑工程 物流 餐饮管理 文化传媒 广告 医疗器械 机械设备 环保 能源 新材料 服装 食品 房地产经纪 人力资源
"""
_TRADES: Final = _TRADES_TEXT.split()
_FORMS: Final = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司")
_BRAND_CHARACTERS: Final = (
    "云帆启汇蓝鲸湾万里通达青禾星河优速橙意智源海纳川鹿鸣易顺晨曦融创南风山情百草堂锦程聚力新澜和飞鱼明德安途九州行泽信天音博雅同舟瑞雅集联长麦田知乐购恒嘉微光"
    "华盛宏鼎金元亨利贞泰丰裕隆昌兴旺福禄寿喜康宁静远博大精深诚朴雄伟励学敦众志成城凌霄腾骏驰翔宇宙辰北斗紫薇东方曙晓春晖夏荷秋实冬梅松竹兰菊桂枫柏榆"
)
_SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
_GIVEN: Final = "建国海燕志强雪梅俊杰晓彤文博思远丽华栋雨桐子涵明辉佳怡伟芳娜敏静军洋勇艳涛磊超霞平刚桂英"
_INDUSTRIES: Final = "ABCDEFGHIJKLMNOPQRST"
_SOURCES: Final = ("官网", "展会", "老客户介绍", "电话", "渠道")
_PRODUCT_TYPES: Final = ("industry_sms", "marketing_sms", "international_sms", "mms", "voice", "software")
_OWNED_TIERS: Final = (("intent", 45), ("silent", 30), ("trial", 15), ("contract", 10))
_PIECE: Final = 20_000

_CUSTOMER_COLUMNS: Final = (
    "id, name, normalised_name, industry, source, region, remarks, tier, tier_since, owner_id, owner_name, owner_department_id,"
    " invoice_information, tax_number, last_log_on, filled_items, test_account_archived, has_account, contract_ends_on,"
    " last_usage_on, is_protected, protection_reason, next_look_on, created_at, version"
)
_CONTACT_COLUMNS: Final = (
    "id, customer_id, name, title, mobile, telephone, qq, wechat, email, is_decision_maker, filled_items, has_left, created_at,"
    " version"
)
_CONTRACT_COLUMNS: Final = (
    "id, number, customer_id, process_id, valid_from, valid_to, is_standard, is_auto_renewing, draft, stamped_scan, remarks,"
    " created_at"
)
_PRODUCT_COLUMNS: Final = "id, customer_id, name, type, payment_mode, billing_cycle_months, needs_invoice, created_at, version"
_SEARCH_COLUMNS: Final = "customer_id, letters, pinyin, initials, core, keys"


@dataclass(frozen=True)
class Salesperson:
    """One of the 500, by number from 0; as the customer service hears of him or her."""

    number: int

    @property
    def id(self) -> UUID:
        return _id(1, self.number)

    @property
    def department_id(self) -> UUID:
        return department_id(self.number % DEPARTMENTS)

    @property
    def name(self) -> str:
        return f"{_SURNAMES[self.number % len(_SURNAMES)]}{_GIVEN[self.number // len(_SURNAMES) % len(_GIVEN)]}{self.number}"

    @property
    def caller(self) -> Caller:
        return Caller(str(self.id), self.name, str(self.department_id), roles=frozenset({"sales"}))


def department_id(number: int) -> UUID:
    """Of one of the 30 departments, by number from 0."""
    return _id(2, number)


def fill(
    engine: Engine,
    customers: int = 1_000_000,
    *,
    due_share: float = 0.02,
    as_of: date = AS_OF,
    searchable: bool = True,
    processes: int = 2,
) -> None:
    """Fill a customer database, freshly migrated: customers with a contact and, some, contract and product; and ANALYZE it.

    The same at every run. Indexes that speed up nothing before the data is there are made anew after it.

    :param due_share: how many of the customers have something due on the day: a fall; the rest have a later day planned.
    :param searchable: whether to write what they are found by, half of the time this takes.
    """
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL synchronous_commit = off"))
        connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        _employ(connection)
        indexes = connection.execute(_INDEXES).all()
        for name, _ in indexes:
            connection.execute(text(f'DROP INDEX "{name}"'))
        pieces = [(start, min(start + _PIECE, customers), due_share, as_of, searchable) for start in range(0, customers, _PIECE)]
        driver: Any = connection.connection.driver_connection
        # Not forked: whoever asks may have green threads and connections.
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            for tables in pool.map(_piece, *zip(*pieces, strict=True)):
                for target, lines in tables:
                    with driver.cursor().copy(f"COPY {target} FROM STDIN") as copy:
                        copy.write(lines)
        for _, definition in indexes:
            connection.execute(text(definition))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


_INDEXES: Final = text(
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND indexname LIKE 'ix%'"
    " AND tablename IN ('customers', 'contacts', 'products', 'contracts', 'customer_search')"
)


def _employ(connection: Connection) -> None:
    people = [Salesperson(number) for number in range(SALESPEOPLE)]
    connection.execute(
        insert(User),
        [
            {
                "id": each.id,
                "name": each.name,
                "department_id": each.department_id,
                "roles": ["sales"],
                "active": True,
                "version": 1,
            }
            for each in people
        ],
    )
    connection.execute(
        insert(CompanyDepartment),
        [{"id": department_id(number), "name": f"销售{number + 1}部", "version": 1} for number in range(DEPARTMENTS)],
    )


def names(start: int, end: int) -> Iterator[str]:
    """Distinct names of companies: place, brand of two or three characters, trade, form."""
    cities, trades = len(_CITIES), len(_TRADES)
    brands = _brands()
    for number in range(start, end):
        # Every factor takes its turn at its own pace, so that neighbours have little in common and none comes twice.
        city = _CITIES[number % cities]
        trade = _TRADES[number // cities % trades]
        brand = brands[(number // (cities * trades) * 7 + number * 31) % len(brands)]
        yield f"{city}{brand}{trade}{_FORMS[number % len(_FORMS)]}"


def _brands() -> list[str]:
    chance = random.Random(20_260_310)
    pairs = ["".join(pair) for pair in product(_BRAND_CHARACTERS, repeat=2)]
    chance.shuffle(pairs)
    threes = (pair + chance.choice(_BRAND_CHARACTERS) for pair in pairs[2000:4001])
    return list(dict.fromkeys([*pairs[:2000], *islice(threes, 2001)]))


def _piece(start: int, end: int, due_share: float, as_of: date, searchable: bool) -> list[tuple[str, str]]:
    """The lines to copy of the customers with these numbers, by table."""
    customers, contacts, search, contracts, products = [], [], [], [], []
    for number, name in zip(range(start, end), names(start, end), strict=True):
        made = _customer(number, name, due_share, as_of)
        customers.append(_line(made.customer))
        contacts.append(_line(made.contact))
        contracts += [_line(contract) for contract in made.contracts]
        products += [_line(each) for each in made.products]
        if searchable:
            terms = search_terms(name)
            keys = "{" + ",".join(map(str, terms.keys)) + "}"
            search.append(_line((_id(0, number), terms.letters, terms.pinyin, terms.initials, terms.core, keys)))
    return [
        (f"customers ({_CUSTOMER_COLUMNS})", "".join(customers)),
        (f"contacts ({_CONTACT_COLUMNS})", "".join(contacts)),
        (f"contracts ({_CONTRACT_COLUMNS})", "".join(contracts)),
        (f"products ({_PRODUCT_COLUMNS})", "".join(products)),
        (f"customer_search ({_SEARCH_COLUMNS})", "".join(search)),
    ]


@dataclass(frozen=True)
class _Made:
    customer: Sequence[object]
    contact: Sequence[object]
    contracts: Sequence[Sequence[object]]
    products: Sequence[Sequence[object]]


def _customer(number: int, name: str, due_share: float, as_of: date) -> _Made:
    chance = random.Random(number)
    customer_id = _id(0, number)
    in_pool = chance.random() < POOL_SHARE
    owner = None if in_pool else Salesperson(chance.randrange(SALESPEOPLE))
    is_due = not in_pool and chance.random() < due_share / (1 - POOL_SHARE)
    facts = _facts(chance, in_pool=in_pool, is_due=is_due, as_of=as_of)
    look = first_look(facts, DEFAULT_POLICY, as_of)
    created = datetime(2020 + number % 5, 1 + number % 12, 1 + number % 28, 9 + number % 8, number % 60, tzinfo=SHANGHAI)
    tier_since = datetime.combine(facts.tier_since, datetime.min.time(), SHANGHAI) + timedelta(hours=10)
    city = next(city for city in _CITIES if name.startswith(city))
    filled = facts.filled_items
    customer = (
        customer_id, name, normalise_name(name), _INDUSTRIES[chance.randrange(20)], chance.choice(_SOURCES), city, "", facts.tier,
        tier_since, owner and owner.id, owner and owner.name, owner and owner.department_id, json.dumps({}),
        f"91{number:016d}" if number % 2 else "", facts.last_log_on, filled, False, facts.has_account, facts.contract_ends_on,
        facts.last_usage_on, False, "", look, created, 1,
    )  # fmt: skip  # a row's values stay in a row
    contact = (
        _id(3, number), customer_id, chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=chance.choice((1, 2)))),
        "经理", f"1{chance.choice('3578')}{chance.randrange(10**9):09d}", "", "10001" if filled > 1 else "", "", "", False,
        filled, False, created, 1,
    )  # fmt: skip  # as above
    contracts = [
        (
            _id(4, number),
            f"HT-{number}",
            customer_id,
            _id(5, number),
            term.valid_from,
            term.valid_to,
            True,
            False,
            "[]",
            "[]",
            "",
            created,
        )
        for term in facts.terms
    ]
    has_product = facts.tier in ("trial", "contract") or chance.random() < 0.1
    kind = chance.choice(_PRODUCT_TYPES)
    products = [(_id(6, number), customer_id, kind, kind, "postpaid", 1, True, created, 1)] if has_product else []
    return _Made(customer, contact, contracts, products)


def _facts(chance: random.Random, *, in_pool: bool, is_due: bool, as_of: date) -> Facts:
    """Facts that are due on the day, or whose day comes later; of a customer for which no rule has anything else to do."""
    filled = chance.choice((1, 1, 2))
    logged = as_of - timedelta(days=chance.randrange(1, 700))
    if in_pool:
        fell_on = min(logged + timedelta(days=chance.randrange(1, 60)), as_of)
        return Facts("pool", fell_on, logged if chance.random() < 0.8 else None, filled)
    (tier,) = chance.choices([tier for tier, _ in _OWNED_TIERS], [weight for _, weight in _OWNED_TIERS])
    if is_due and tier == "contract":
        tier = "intent"
    if tier == "contract":
        # Beyond the month in which its people are told of its end, with a log that is young enough.
        term = Term(as_of - timedelta(days=200), as_of + timedelta(days=chance.randrange(40, 400)))
        return Facts(
            tier,
            as_of - timedelta(days=200),
            as_of - timedelta(days=chance.randrange(25)),
            filled,
            terms=(term,),
            has_account=True,
        )
    # Due: the window is over today. Not due: it is over after the days of the warning.
    last_over, last_warned = _last_starts(tier, as_of)
    quiet_since = last_over if is_due else last_warned + timedelta(days=chance.randrange(1, (as_of - last_warned).days + 1))
    never_logged = chance.random() < 0.3
    return Facts(
        tier,
        quiet_since if never_logged else quiet_since - timedelta(days=chance.randrange(100)),
        None if never_logged else quiet_since,
        filled,
        has_account=tier == "trial",
    )


@cache
def _last_starts(tier: str, as_of: date) -> tuple[date, date]:
    """The last starts of a tier's window that it is over by a day, and by the last day that is warned of on it."""
    window = DEFAULT_POLICY.quiet[tier]
    return window.last_start_over_by(as_of), window.last_start_over_by(as_of + timedelta(days=DEFAULT_POLICY.warning_days))


def _line(values: Sequence[object]) -> str:
    return "\t".join("\\N" if value is None else str(value) for value in values) + "\n"


def _id(kind: int, number: int) -> UUID:
    # A version 7, as our ids are: neighbours in time are neighbours in the index.
    return UUID(int=(0x0197_0000_0000 + number) << 80 | 0x7 << 76 | 0x2 << 62 | kind << 32 | number)
