"""Named views of lists (spec, gateway.md, "Console": "every list keeps its filters in the address, saves them by name")."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest

from tests.integration.gateway.company import Client, RunningGateway

OPEN = {"name": "未对账", "search": "state=open&sort=-amount", "hidden": ["created_at", "month"]}


def _save(client: Client, list_name: str = "bills", **view: Any) -> Any:
    return client.request("PUT", "/list-views", json={"list": list_name, **OPEN, **view})


def _views(client: Client, list_name: str = "bills") -> list[dict[str, Any]]:
    answer = client.get(f"/list-views?list={list_name}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def _delete(client: Client, list_name: str, name: str) -> int:
    status: int = client.request("DELETE", f"/list-views?list={list_name}&name={quote(name)}").status_code
    return status


@pytest.fixture
def sales(gateway: RunningGateway) -> Client:
    """With no view of the lists that tests are about."""
    client = gateway.client("sales")
    for list_name in ("bills", "receipts"):
        for view in _views(client, list_name):
            assert _delete(client, list_name, view["name"]) == 204
    return client


def test_a_view_is_kept_by_its_list_and_name_wherever_one_signs_in(gateway: RunningGateway, sales: Client) -> None:
    answer = _save(sales)
    assert (answer.status_code, answer.json()) == (200, OPEN)
    _save(sales, name="已关闭", search="state=closed", hidden=[])
    assert [each["name"] for each in _views(gateway.client("sales"))] == ["未对账", "已关闭"]
    assert _views(sales, "receipts") == []


def test_saving_again_under_a_name_replaces_and_the_order_stays(sales: Client) -> None:
    _save(sales)
    _save(sales, name="已关闭")
    for _ in range(2):
        assert _save(sales, name=" 未对账 ", search="", hidden=["a", "b", "a"]).status_code == 200
    assert _views(sales) == [{"name": "未对账", "search": "", "hidden": ["a", "b"]}, {**OPEN, "name": "已关闭"}]


def test_deleting_twice_is_deleting_once(sales: Client) -> None:
    _save(sales, name="本月/全部 & 其他")
    assert [_delete(sales, "bills", "本月/全部 & 其他") for _ in range(2)] == [204, 204]
    assert _views(sales) == []


def test_nobody_sees_or_deletes_anothers(gateway: RunningGateway, sales: Client) -> None:
    _save(sales)
    for login in ("lead", "admin", "care"):
        other = gateway.client(login)
        assert _views(other) == []
        assert _save(other, search="other").status_code == 200
        assert _delete(other, "bills", "未对账") == 204
    assert _views(sales) == [OPEN]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "长" * 51}, "name"),
        ({"search": "x" * 2001}, "search"),
        ({"hidden": ["c"] * 101}, "hidden"),
        ({"hidden": [""]}, "hidden.0"),
        ({"list": "Bills/x"}, "list"),
        ({"list": ""}, "list"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_kept_has_bounds(sales: Client, wrong: dict[str, Any], field: str) -> None:
    answer = sales.request("PUT", "/list-views", json={"list": "bills", **OPEN, **wrong})
    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, [field])
    assert _views(sales) == []


def test_without_a_list_none_is_shown(sales: Client) -> None:
    assert sales.get("/list-views").status_code == 422


def test_of_many_saved_at_once_a_list_keeps_fifty(gateway: RunningGateway, sales: Client) -> None:
    clients = [gateway.client("sales") for _ in range(6)]

    def save(number: int) -> int:
        status: int = _save(clients[number % 6], name=f"视图 {number}").status_code
        return status

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(save, range(54)))
    assert (outcomes.count(200), outcomes.count(409)) == (50, 4)
    refused = _save(sales, name="又一个").json()
    assert (refused["code"], refused["params"]) == ("too_many_list_views", {"max": 50})
    kept = _views(sales)[0]
    assert _save(sales, name=kept["name"], search="").status_code == 200, "there is room for what is there"
    assert _save(sales, "receipts").status_code == 200, "and in other lists"


def test_a_user_has_views_of_a_hundred_lists(gateway: RunningGateway) -> None:
    director = gateway.client("director")
    outcomes = [_save(director, f"list-{number}").status_code for number in range(101)]
    assert outcomes == [200] * 100 + [409]
    assert _save(director, "list-7", name="又一个").status_code == 200
