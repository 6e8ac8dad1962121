"""Names that two customers cannot both have, and names that they had better not (spec, customer.md, "Data": "unique after
normalising … a near-duplicate is shown to whoever adds one, with its owner's name, and can be confirmed").
"""

from uuid import UUID

import pytest
from sqlalchemy import event, func, select

from gateway.wording import refusal_message
from services.customer.store.search_rows import near_names
from services.customer.store.tables import Customer, CustomerSearch
from services.customer.usecases.change_customer import change_customer
from services.customer.usecases.search_customers import search_customers
from services.kit.errors import Conflict
from tests.integration.customer.office import Office, outcomes_of


def _add(office: Office, name: str, *, confirmed: bool = False) -> UUID:
    return office.add(office.li, name, confirm_near_duplicates=confirmed)


def _count(office: Office) -> tuple[int, int]:
    with office.database.session() as session:
        customers = session.scalars(select(func.count()).select_from(Customer)).one()
        return customers, session.scalars(select(func.count()).select_from(CustomerSearch)).one()


def test_a_near_duplicate_is_shown_with_its_owner_and_can_be_confirmed(office: Office) -> None:
    office.add(office.zhang, "北京云通")
    with pytest.raises(Conflict, match="customer_name_near") as refused:
        _add(office, "北京云信")
    assert refused.value.params["near"] == [{"name": "北京云通", "owner": "张伟", "tier": "intent"}]
    assert "“北京云通”（张伟）" in refusal_message("customer_name_near", refused.value.params, "zh")
    assert "“北京云通”（张伟）" in refusal_message("customer_name_near", refused.value.params, "en")
    assert _count(office) == (1, 1)
    _add(office, "北京云信", confirmed=True)
    assert _count(office) == (2, 2)


def test_a_near_duplicate_in_the_pool_is_shown_as_the_pools(office: Office) -> None:
    office.pooled("云帆网络科技有限公司")
    with pytest.raises(Conflict) as refused:
        _add(office, "云帆网络科技上海分公司")
    assert refused.value.params["near"] == [{"name": "云帆网络科技有限公司", "owner": "公共池", "tier": "pool"}]


def test_five_near_duplicates_are_shown_at_most_the_nearest_first(office: Office) -> None:
    for name in (
        "上海云凡网络",
        "云帆网络信",
        "北京云帆网络集团",
        "上海云帆网络",
        "云航网络",
        "云帆网洛",
        "重庆云帆网络有限公司",
    ):
        office.add(office.zhang, name)
    with pytest.raises(Conflict) as refused:
        _add(office, "云帆网络有限公司")
    shown = [near["name"] for near in refused.value.params["near"]]
    assert shown[:3] == ["上海云帆网络", "北京云帆网络集团", "重庆云帆网络有限公司"], "the same core before a mistyped one"
    assert len(shown) == 5


def test_the_same_name_cannot_be_confirmed(office: Office) -> None:
    office.add(office.zhang, "云帆（上海）网络")
    for name in ("云帆(上海) 网络", "云帆【上海】网络"):
        with pytest.raises(Conflict, match="customer_name_taken") as refused:
            _add(office, name, confirmed=True)
        assert refused.value.params == {"name": "云帆（上海）网络", "owner": "张伟"}


def test_a_new_name_near_anothers_is_shown_too_and_one_near_its_own_is_not(office: Office) -> None:
    office.add(office.zhang, "云帆网络科技")
    mine = office.add(office.li, "海鸥贸易")
    with pytest.raises(Conflict, match="customer_name_near") as refused:
        change_customer(office.begin(office.li), mine, version=1, name="云凡网络科技")
    assert refused.value.params["near"] == [{"name": "云帆网络科技", "owner": "张伟", "tier": "intent"}]
    assert (office.row(mine).name, office.row(mine).version) == ("海鸥贸易", 1)
    changed = change_customer(office.begin(office.li), mine, version=1, name="海鸥贸易有限公司")
    changed = change_customer(office.begin(office.li), mine, version=changed["version"], name="海鸥 贸易有限公司", region="上海")
    change_customer(office.begin(office.li), mine, version=changed["version"], name="云凡网络科技", confirm_near_duplicates=True)
    changed = change_customer(office.begin(office.li), mine, version=4, name="云凡 网络科技", region="北京")
    assert changed["region"] == "北京", "the same name written otherwise was confirmed already"


def test_the_near_names_of_a_whole_import_are_found_in_one_query(office: Office) -> None:
    for name in ("上海云帆网络科技有限公司", "海鸥贸易", "北京云通"):
        office.add(office.zhang, name)
    office.pooled("北京云图")
    names = ["云帆网络科技", "海鸥贸易", "海鸥贸意", "北京云信", "蓝鲸湾物流", "★★"]
    statements: list[str] = []
    with office.database.session() as session:
        event.listen(session.connection(), "before_cursor_execute", lambda _1, _2, statement, *_3: statements.append(statement))
        near = near_names(session, names)
    assert len(statements) == 1
    assert {name: [(each.name, each.owner, each.tier) for each in found] for name, found in near.items()} == {
        "云帆网络科技": [("上海云帆网络科技有限公司", "张伟", "intent")],
        "海鸥贸意": [("海鸥贸易", "张伟", "intent")],
        "北京云信": [("北京云图", None, "pool"), ("北京云通", "张伟", "intent")],
    }


def test_of_many_who_add_one_name_in_different_forms_at_once_one_does(office: Office) -> None:
    forms = ["云帆（上海）网络", "云帆(上海)网络", "云帆【上海】 网络", "云帆〔上海〕网络"] * 10
    outcomes = outcomes_of(lambda name: _add(office, name, confirmed=True), forms)
    assert sorted(outcomes) == ["customer_name_taken"] * 39 + ["ok"]
    assert _count(office) == (1, 1)


def test_of_adds_and_renames_to_one_name_at_once_one_wins(office: Office) -> None:
    mine = [office.add(office.li, f"海鸥{number}号贸易") for number in range(12)]

    def give_name(number: int) -> None:
        if number % 2:
            _add(office, "云帆网络", confirmed=True)
        else:
            change_customer(office.begin(office.li), mine[number // 2], version=1, name="云帆 网络", confirm_near_duplicates=True)

    outcomes = outcomes_of(give_name, list(range(24)))
    assert sorted(outcomes) == ["customer_name_taken"] * 23 + ["ok"]
    found = search_customers(office.begin(office.li), "云帆网络")["items"]
    assert len(found) == 1
    assert _count(office)[0] == _count(office)[1]
