"""The policy of funnel and pool over real HTTP (spec, customer.md: "policy that admin edits, with a preview")."""

from typing import Any

import pytest

from tests.integration.gateway.company import Client, RunningGateway


@pytest.fixture(scope="module")
def admin(house: RunningGateway) -> Client:
    return house.client("admin")


@pytest.fixture
def policy(admin: Client) -> dict[str, Any]:
    """The policy in force, with no more than one may set."""
    shown = admin.get("/policies/funnel").json()
    return {name: value for name, value in shown.items() if name not in ("reason", "set_by_id", "set_by_name", "set_at")}


def test_an_administrator_sets_it_by_the_tag_that_was_seen_and_everybody_in_sales_reads_it(
    house: RunningGateway, admin: Client, policy: dict[str, Any]
) -> None:
    seen = admin.get("/policies/funnel").headers["ETag"]
    wanted = {**policy, "warning_days": 5, "reason": "试行一季度"}
    del wanted["version"]
    changed = admin.request("PUT", "/policies/funnel", json=wanted, headers={"If-Match": seen})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["warning_days"], changed.json()["set_by_name"]) == (5, "管理员")
    late = admin.request("PUT", "/policies/funnel", json=wanted, headers={"If-Match": seen})
    assert (late.status_code, late.json()["code"]) == (412, "policy_changed_meanwhile")
    sales = house.client("sales")
    assert sales.get("/policies").json()["funnel"]["warning_days"] == 5
    assert sales.get("/policies/funnel/versions").json()["items"][0]["reason"] == "试行一季度"
    assert house.client("care").get("/policies/funnel").status_code == 403


def test_nobody_but_an_administrator_sets_or_previews_it(house: RunningGateway, policy: dict[str, Any]) -> None:
    for login in ("sales", "lead", "director", "care"):
        client = house.client(login)
        assert client.request("PUT", "/policies/funnel", json={**policy, "reason": "试行"}).status_code == 403, login
        assert client.post("/policies/funnel/preview", policy).status_code == 403, login


def _with(policy: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The policy with another value at a dotted path; without the field for ``...``."""
    name, _, rest = path.partition(".")
    if rest:
        return {**policy, name: _with(policy[name], rest, value)}
    return {key: each for key, each in {**policy, name: value}.items() if each is not ...}


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("quiet.intent", {"months": 0, "days": 0}, "quiet.intent.days"),
        ("quiet.trial.months", -1, "quiet.trial.months"),
        ("quiet.silent", ..., "quiet.silent"),
        ("quiet.pool", {"days": 3}, "quiet.pool"),
        ("completeness", "1.2", "completeness"),
        ("completeness", "NaN", "completeness"),
        ("completeness", "0.666", "completeness"),
        ("renewal_notice.days", 100_000, "renewal_notice.days"),
        ("warning_days", ..., "warning_days"),
        ("warning_days", "soon", "warning_days"),
        ("claimed_tier", "trial", "claimed_tier"),
        ("rules.intent_quiet", ..., "rules.intent_quiet"),
        ("rules.be_nice", True, "rules.be_nice"),
        ("holding_limits.intent", -1, "holding_limits.intent"),
        ("holding_limits.pool", 5, "holding_limits.pool"),
        ("claims_per_day", 1.5, "claims_per_day"),
        ("reclaim_wait_days", None, "reclaim_wait_days"),
        ("colour", "red", "colour"),
    ],
)
def test_a_wrong_policy_is_refused_by_its_field_set_and_previewed_alike(
    admin: Client, policy: dict[str, Any], path: str, value: Any, field: str
) -> None:
    wrong = _with(policy, path, value)
    previewed = {name: each for name, each in wrong.items() if name != "version"}
    for answer in (
        admin.request("PUT", "/policies/funnel", json={**wrong, "reason": "试行"}),
        admin.post("/policies/funnel/preview", previewed),
    ):
        assert answer.status_code == 422, answer.text
        assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_preview_says_how_many_would_move_tonight_under_the_proposed_policy_and_under_the_one_in_force(
    house: RunningGateway, admin: Client, policy: dict[str, Any]
) -> None:
    added = {"L2C-As-Of": "2026-03-10T10:00:00+08:00"}
    assert house.client("sales").post("/customers", {"name": "云帆网络"}, headers=added).status_code == 201
    proposed = _with(policy, "quiet.intent", {"months": 0, "days": 7})
    del proposed["version"]
    answer = admin.post("/policies/funnel/preview", proposed, headers={"L2C-As-Of": "2026-03-16T10:00:00+08:00"})
    assert (answer.status_code, answer.json()["as_of"]) == (200, "2026-03-17")
    moves = {move["rule"]: (move["proposed"], move["in_force"]) for move in answer.json()["moves"]}
    assert moves["intent_quiet"] == (1, 0)
    assert admin.get("/policies/funnel").json()["quiet"]["intent"] == {"months": 0, "days": 15}, "asked, not set"
