"""The search box: what finds a customer, which comes first, who sees it (spec, customer.md: "straight to the best hit")."""

from uuid import UUID

import pytest
from sqlalchemy import select

from services.customer.store import search
from services.customer.store.tables import Account, AccountIdentifier, Contact, Customer, CustomerSearch
from services.customer.usecases.change_customer import change_customer
from services.customer.usecases.list_customers import list_customers
from services.customer.usecases.release_customer import release_customer
from services.customer.usecases.search_customers import search_customers
from services.kit.caller import Caller
from services.kit.ids import new_id
from tests.integration.customer.office import Office, noon, person

TAX_NUMBER = "91350100M000100Y43"


def _hits(office: Office, text: str, caller: Caller | None = None) -> list[tuple[str, str]]:
    items = search_customers(office.begin(caller or office.zhang), text)["items"]
    return [(hit["customer_name"], hit["matched_by"]) for hit in items]


def _names(office: Office, text: str, caller: Caller | None = None) -> list[str]:
    return [name for name, _ in _hits(office, text, caller)]


def _open_account(office: Office, customer_id: UUID, identifier: str) -> None:
    product_id = office.product(office.zhang, customer_id)
    with office.database.session() as session, session.begin():
        session.add(AccountIdentifier(identifier=identifier))
        session.flush()
        session.add(
            Account(
                id=new_id(),
                identifier=identifier,
                product_id=product_id,
                customer_id=customer_id,
                signature="",
                interface="http",
                status="trial",
                opened_at=noon(office.today),
            )
        )


@pytest.fixture(params=[search._COMMON_MIN, 0], ids=["few have it", "many have it"], autouse=True)
def _how_common(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found may not depend on the way it is looked for."""
    monkeypatch.setattr(search, "_COMMON_MIN", request.param)


@pytest.fixture
def yunfan(office: Office) -> UUID:
    """上海云帆网络科技有限公司 with all that it can be found by."""
    customer_id = office.add(office.zhang, "上海云帆（网络）科技有限公司", invoice_information={"tax_number": TAX_NUMBER})
    office.contact(office.zhang, customer_id, name="顾晓岚", mobile="13816008866")
    office.contact(office.zhang, customer_id, name="Jean Li")
    _open_account(office, customer_id, "YunSMS-01")
    return customer_id


@pytest.mark.parametrize(
    ("text", "matched_by"),
    [
        pytest.param("上海云帆（网络）科技有限公司", "name", id="whole name"),
        pytest.param("上海云帆网络科技有限公司", "name", id="whole name, brackets left out"),
        pytest.param(" 上海云帆【网络】 科技有限公司", "name", id="whole name, other brackets and white space"),
        pytest.param("上海", "name", id="how it begins"),
        pytest.param("帆网络科", "name", id="what stands inside"),
        pytest.param("帆(网", "name", id="what stands inside, with a bracket"),
        pytest.param("技", "name", id="one character"),
        pytest.param("shanghaiyunfanwangluokeji", "pinyin", id="whole pinyin"),
        pytest.param("Shang Hai", "pinyin", id="how its pinyin begins, as one writes it"),
        pytest.param("yunfan", "pinyin", id="pinyin inside"),
        pytest.param("ｙｕｎｆ", "pinyin", id="full-width pinyin that breaks off in a syllable"),
        pytest.param("shyfwlkj", "initials", id="all initials"),
        pytest.param("SHYF", "initials", id="its first initials"),
        pytest.param("yfwl", "initials", id="initials inside"),
        pytest.param("f", "initials", id="one initial"),
        pytest.param("顾晓岚", "contact", id="a contact"),
        pytest.param("顾", "contact", id="a contact's family name"),
        pytest.param("JEAN", "contact", id="a contact's Latin name"),
        pytest.param("13816008866", "mobile", id="a mobile"),
        pytest.param("138-1600 8866", "mobile", id="a mobile as one writes it"),
        pytest.param("13816", "mobile", id="how a mobile begins"),
        pytest.param("8866", "mobile", id="a mobile's last digits"),
        pytest.param("16008866", "mobile", id="more of its last digits"),
        pytest.param("yunsms-01", "account", id="an account, whatever the case"),
        pytest.param("YunS", "account", id="how an account begins"),
        pytest.param(TAX_NUMBER.lower(), "tax_number", id="a tax number, whatever the case"),
        pytest.param("91350100M", "tax_number", id="how a tax number begins"),
    ],
)
def test_a_customer_is_found_by(office: Office, yunfan: UUID, text: str, matched_by: str) -> None:
    office.add(office.zhang, "海鸥贸易")
    assert _hits(office, text) == [("上海云帆（网络）科技有限公司", matched_by)]
    page = list_customers(office.begin(office.zhang), page_size=50, sort="", cursor="", text=text)
    assert [customer["id"] for customer in page.items] == [yunfan], "a list's free text means the same"


@pytest.mark.parametrize(
    "text",
    [
        "网云",
        "帆上海",
        "unfan",
        "kjwl",
        "晓岚",
        "600886",
        "0088",
        "88",
        "91",
        "sms-01",
        "350100M0",
        "100%",
        "_",
        "%",
        "\\",
        "  ",
        "（",
    ],
)
def test_a_customer_is_not_found_by(office: Office, yunfan: UUID, text: str) -> None:
    assert _hits(office, text) == []
    page = list_customers(office.begin(office.zhang), page_size=50, sort="", cursor="", text=text)
    assert page.items == [] or not text.strip()


def test_the_best_hit_comes_first(office: Office) -> None:
    def add(name: str, contact: str = "") -> UUID:
        customer_id = office.add(office.zhang, name)
        if contact:
            office.contact(office.zhang, customer_id, name=contact)
        return customer_id

    for name in ("南京云帆", "云帆", "云帆科技", "云帆网络科技", "无锡云帆"):
        add(name)
    add("海鸥甲", "云帆")
    add("海鸥乙乙", "云帆帆")
    assert _hits(office, "云帆") == [
        ("云帆", "name"),  # all of it
        ("云帆科技", "name"),  # begins with it, the shorter first
        ("云帆网络科技", "name"),
        ("海鸥甲", "contact"),  # a contact's whole name
        ("南京云帆", "name"),  # inside; as long, so by name
        ("无锡云帆", "name"),
        ("海鸥乙乙", "contact"),  # the rest
    ]


def test_the_best_hit_of_latin_letters_comes_first(office: Office) -> None:
    for name in ("yf", "亚非物产", "yf通信", "北京云帆", "云帆", "北京yf通信"):
        office.add(office.zhang, name)
    _open_account(office, office.add(office.zhang, "海鸥甲"), "yfa")
    _open_account(office, office.add(office.zhang, "海鸥乙"), "YFO")
    assert _hits(office, "yfo") == [("海鸥乙", "account")]
    assert _hits(office, "yf") == [
        ("yf", "name"),  # all of it
        ("yf通信", "name"),  # begins with it
        ("云帆", "initials"),  # all initials
        ("亚非物产", "initials"),  # the first initials
        ("北京yf通信", "name"),  # inside
        ("北京云帆", "initials"),  # initials inside
        ("海鸥乙", "account"),  # the rest
        ("海鸥甲", "account"),
    ]


def test_an_exact_number_comes_before_a_name_that_begins_with_it(office: Office) -> None:
    office.add(office.zhang, "13816008866号码公司")
    by_mobile = office.add(office.zhang, "海鸥")
    office.contact(office.zhang, by_mobile, name="顾晓岚", mobile="13816008866")
    assert _hits(office, "13816008866") == [("海鸥", "mobile"), ("13816008866号码公司", "name")]
    assert _hits(office, "138160")[0] == ("13816008866号码公司", "name")


def test_digits_are_no_pinyin_and_no_contact(office: Office) -> None:
    office.add(office.zhang, "360安全")
    assert _hits(office, "360") == [("360安全", "name")]


def test_each_customer_comes_once_with_what_matched_best(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    for mobile in ("13816008866", "13916008866", "13716008866"):
        office.contact(office.zhang, customer_id, name="云帆", mobile=mobile)
    assert _hits(office, "云帆") == [("云帆", "name")]
    assert _hits(office, "8866") == [("云帆", "mobile")]


def test_at_most_twenty_hits_are_shown_the_shorter_names_first(office: Office) -> None:
    for number in range(25):
        office.add(office.zhang, "云帆" + "网" * number)
    assert _names(office, "云帆") == ["云帆" + "网" * number for number in range(20)]


def test_one_finds_what_one_sees_and_nothing_else(office: Office) -> None:
    office.add(office.zhang, "云帆张")
    office.add(office.li, "云帆李")
    office.add(office.zhao, "云帆赵")
    office.pooled("云帆池")
    claimed = office.pooled("云帆申请")
    process = office.claim(office.li, claimed)
    office.prepare(process)
    everything = {"云帆张", "云帆李", "云帆赵", "云帆池", "云帆申请"}
    sights = [
        (office.zhang, {"云帆张", "云帆池"}),
        (office.li, {"云帆李", "云帆池", "云帆申请"}),
        (office.zhao, {"云帆赵", "云帆池"}),
        (office.lead, {"云帆张", "云帆李", "云帆池", "云帆申请"}),
        (office.admin, everything),
        (person("钱进", None, "finance"), everything),
        (person("何律", None, "legal"), {"云帆池"}),
    ]
    for caller, seen in sights:
        for text in ("云帆", "帆", "yunfan", "yf"):
            assert set(_names(office, text, caller)) == seen, (caller.name, text)


@pytest.mark.parametrize("text", ["13816008866", "8866", "1381", "顾晓岚", TAX_NUMBER, "yunsms-01", "yunfan", "shyf", "云帆"])
def test_nobody_learns_of_a_hidden_customer_by_what_it_could_be_found_by(office: Office, yunfan: UUID, text: str) -> None:
    for stranger in (office.li, office.zhao):
        assert _hits(office, text, stranger) == []
        page = list_customers(office.begin(stranger), page_size=50, sort="", cursor="", text=text, owner_id=office.zhang.user_id)
        assert page.items == []
    release_customer(office.begin(office.zhang), yunfan, "转做其他行业")
    assert len(_hits(office, text, office.zhao)) == 1


def test_a_new_name_is_found_and_the_old_one_no_more(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆网络")
    change_customer(office.begin(office.zhang), customer_id, version=1, name="海鸥贸易")
    assert [_names(office, text) for text in ("云帆", "yunfan", "yf")] == [[], [], []]
    assert [_names(office, text) for text in ("海鸥", "haiou", "homy")] == [["海鸥贸易"]] * 3


def test_a_contact_who_has_left_finds_nothing(office: Office, yunfan: UUID) -> None:
    with office.database.session() as session, session.begin():
        for contact in session.scalars(select(Contact).where(Contact.customer_id == yunfan)):
            contact.has_left = True
    assert _hits(office, "顾晓岚") == _hits(office, "13816008866") == []


def test_every_customer_has_a_row_that_finds_it(office: Office) -> None:
    ids = {office.add(office.zhang, name) for name in ("云帆", "★★", "ABC")}
    with office.database.session() as session:
        assert set(session.scalars(select(CustomerSearch.customer_id))) == ids == set(session.scalars(select(Customer.id)))
