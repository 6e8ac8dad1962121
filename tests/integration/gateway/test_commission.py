"""Commission through the door: statements, what is missing, the file, costs and rates."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest

from services.kit.caller import Caller
from services.kit.database import Database
from tests.integration.gateway.company import Client, RunningGateway, StartGateway
from tests.integration.gateway.conftest import SERVICES_PROGRAM
from tests.integration.payments.commission import settled, told_bill
from tests.integration.payments.story import Story
from tests.workbooks import rows_of

APRIL = {"L2C-As-Of": "2026-04-10T02:00:00Z"}


@pytest.fixture(scope="module")
def door(start_gateway: StartGateway) -> RunningGateway:
    """With payments behind it."""
    return start_gateway(SERVICES_PROGRAM, BEHIND="payments", L2C_RPC_TIMEOUT_SECONDS="10", L2C_HEALTH_PORT_BASE="0")


@pytest.fixture(scope="module")
def earned(door: RunningGateway) -> Iterator[None]:
    """张伟 has a customer who paid a bill of March, and one whose bill is not reconciled."""
    database = Database(door.database_url.format(service="payments"), pool_size=4)
    story = Story(database)
    owner = Caller(str(door.users["sales"]), "张伟", str(door.departments["销售一部"]))
    story.customer("甲", owner=owner)
    settled(story)
    told_bill(story, story.customer("乙", owner=owner), "120.00")
    yield
    database.close()


@pytest.mark.usefixtures("earned")
def test_sales_and_their_lead_see_what_was_earned_and_what_is_missing(door: RunningGateway) -> None:
    for login in ("sales", "lead", "director", "admin"):
        client = door.client(login)
        statement = client.get("/commission-statements?month=2026-04", headers=APRIL).json()
        assert (statement["totals"]["commission"], statement["entries"][0]["kind"]) == ("70.00", "write_off"), login
        (missing,) = client.get("/commission-statements/missing?month=2026-04", headers=APRIL).json()["items"]
        assert (missing["reason"]["code"], missing["next_step"]["code"]) == ("not_reconciled", "start_reconciliation")
        assert statement["missing"] == [missing]
        owners = client.get("/commission-statements/owners?month=2026-04", headers=APRIL)
        if login == "sales":
            assert owners.status_code == 403, "who earned how much beside others is for those who lead and who pay"
        else:
            (owner,) = owners.json()["items"]
            assert (owner["owner_name"], owner["commission"]) == ("张伟", "70.00")
        curve = client.get("/dashboard", headers=APRIL).json()["profit_and_commission"]["month"]
        assert curve["commission"] == "70.00"
    assert door.client("care").get("/commission-statements?month=2026-04").status_code == 403


@pytest.mark.usefixtures("earned")
def test_the_statement_is_a_file_too_and_nothing_is_left_of_it_in_the_store(door: RunningGateway) -> None:
    answer = door.client("sales").get("/commission-statements.xlsx?month=2026-04", headers=APRIL)
    assert answer.status_code == 200, answer.text
    assert "提成明细-2026-04.xlsx" in unquote(answer.headers["Content-Disposition"])
    headers, row = rows_of(answer.content)
    cells = dict(zip(headers, row, strict=True))
    assert (cells["类型"], cells["客户"], cells["提成"], cells["产品类型"]) == ("销账", "甲", 70.0, "行业短信")
    english = door.client("sales").get("/commission-statements.xlsx?month=2026-04", headers={**APRIL, "Accept-Language": "en"})
    assert rows_of(english.content)[0][:3] == ["Day", "Salesperson", "Kind"]


@pytest.mark.parametrize(
    ("path", "value", "by"),
    [
        pytest.param(
            "/unit-costs", {"unit_cost": "0.03"}, ("admin", "director"), id="who knows what it costs, and not who sells"
        ),
        pytest.param("/commission-rates", {"rate": "0.12"}, ("director", "lead"), id="who leads all sales, and no one below"),
    ],
)
def test_costs_and_rates_are_set_by_the_tag_that_was_seen(
    door: RunningGateway, path: str, value: dict[str, Any], by: tuple[str, str]
) -> None:
    setter, reader = door.client(by[0]), door.client(by[1])
    seen = setter.get(path, headers=APRIL)
    change = {"product_type": "voice", "valid_from": "2026-05-01", "reason": "年度调整", **value}
    tagged = {**APRIL, "If-Match": seen.headers["ETag"]}
    refused = reader.request("PUT", path, json=change, headers=tagged)
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_missing")
    changed = setter.request("PUT", path, json=change, headers=tagged)
    assert changed.status_code == 200, changed.text
    assert changed.headers["ETag"] != seen.headers["ETag"]
    late = setter.request("PUT", path, json=change, headers=tagged)
    assert (late.status_code, late.json()["code"]) == (412, "dated_value_changed_meanwhile")
    rows = reader.get(path, headers=APRIL).json()["items"]
    assert [row["in_force"] for row in rows if row["product_type"] == "voice"] == [True, False]
    assert reader.get(f"{path}/versions").json()["items"][0]["reason"] == "年度调整"
    past = setter.request("PUT", path, json={**change, "valid_from": "2026-04-09", "version": 1}, headers=APRIL)
    assert (past.status_code, [each["field"] for each in past.json()["errors"]]) == (422, ["valid_from"])


def test_what_is_wrong_with_a_question_is_said(door: RunningGateway) -> None:
    client: Client = door.client("sales")
    for query, field in (("month=2026-13", "month"), ("", "month"), ("month=2026-04&cursor=x", "cursor")):
        answer = client.get(f"/commission-statements?{query}")
        assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, [field]), query
    assert door.client("lead").get("/commission-statements/owners?month=2026-04&sort=name").status_code == 422
