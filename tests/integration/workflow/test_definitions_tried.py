"""Definitions looked at before they are published (spec, workflow.md, "Administration"): as a picture, and dry-run against sample
forms."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from services.contracts.workflow_admin_calls import DefinitionPicture
from services.kit.ids import new_id
from services.kit.schema import dump
from services.kit.tables import audit_entries
from services.workflow.store import tables
from services.workflow.usecases.draw_definition import draw_definition, draw_definition_draft
from services.workflow.usecases.dry_run_definition import dry_run_definition
from services.workflow.usecases.save_definition_draft import save_definition_draft
from tests.integration.workflow.conftest import Company
from tests.integration.workflow.editions import CLAIM, CODE, LEGAL, edition, refused_places


def test_a_picture_says_who_acts_what_passes_by_itself_and_what_is_entered(company: Company) -> None:
    shown = dump(DefinitionPicture, draw_definition(company.begin("legal"), "contract_review", version=None))
    nodes = {node["code"]: node for node in shown["nodes"]}
    assert list(nodes) == ["start", "lead", "legal", "finance", "operations_vp", "sales_director", "scan"]
    assert (shown["version"], shown["starters_zh"]) == (1, ["销售", "销售部门领导"])
    assert nodes["lead"]["actors_zh"] == "发起人部门或其上级部门的领导"
    assert (nodes["legal"]["actors_zh"], nodes["legal"]["agree"], nodes["legal"]["asks_many"]) == ("法务", "any_one", True)
    assert nodes["legal"]["passes_when_zh"] == "满足条件: 自动续签且条款不变 等于 是 系统自动通过"
    assert (nodes["scan"]["enters_zh"], nodes["scan"]["asks_many"]) == (["双方盖章扫描件"], False)


def test_a_picture_of_a_draft_names_the_people_that_it_asks(company: Company) -> None:
    named = {**LEGAL, "actors": {"kind": "users", "user_ids": [company.people["legal"].user_id]}}
    definition = edition(CODE, named)
    save_definition_draft(company.begin("admin"), CODE, definition=definition, version=0, based_on=None)
    picture = draw_definition_draft(company.begin("admin"), CODE)
    assert (picture["version"], picture["nodes"][3]["actors_zh"]) == (None, "legal 员")


def dry_run(company: Company, **wanted: Any) -> dict[str, Any]:
    everything: dict[str, Any] = {"definition": None, "code": None, "version": None, "form": {}, "facts": {}}
    initiator_id = UUID(company.people["sales"].user_id)
    return dry_run_definition(company.begin("admin"), **{**everything, "initiator_id": initiator_id, **wanted})


PRICES = {"valid_from": "2026-03-01", "kind": "unified", "prices": [{"tiers": [{"unit_price": "0.03"}]}]}


def test_a_dry_run_shows_the_whole_way_by_names(company: Company) -> None:
    result = dry_run(company, code="price_adjustment", form=PRICES, facts={"below_floor": False})
    way = [(node["code"], node["state"], [person["name"] for person in node["people"]]) for node in result["nodes"]]
    assert way == [
        ("start", "starts", ["张伟"]),
        ("lead", "asks", ["李娜"]),
        ("sales_director", "passes", []),
        ("sales_admin", "asks", ["admin 员"]),
    ]
    assert result["nodes"][2]["words_zh"] == "满足条件: 低于底价 等于 否 系统自动通过"
    assert (result["may_start"], result["errors"], result["can_finish"], result["version"]) == (True, [], True, 1)


def test_a_dry_run_says_who_is_missing(company: Company) -> None:
    company.hear_user("director", (), version=2)
    result = dry_run(company, code="price_adjustment", form=PRICES, facts={"below_floor": True})
    stuck = result["nodes"][2]
    assert (stuck["state"], stuck["missing_zh"], stuck["missing_en"]) == ("stuck", "销售事业部总", "Sales director")
    assert not result["can_finish"]


def test_a_dry_run_checks_a_form_as_a_start_does_and_facts_by_their_types(company: Company) -> None:
    result = dry_run(
        company, code="price_adjustment", form={**PRICES, "kind": "gift", "colour": "red"}, facts={"below_floor": "who knows"}
    )
    assert {(error["field"], error["code"]) for error in result["errors"]} == {
        ("form.kind", "one_of|unified, stage, tiered"),
        ("form.colour", "unknown"),
        ("facts.below_floor", "invalid"),
    }
    assert (result["nodes"], result["can_finish"]) == ([], False)


def test_a_value_that_a_condition_cannot_compare_is_told_of_where_it_stands(company: Company) -> None:
    condition = {"field": "valid_months", "operator": "greater", "value": 3}
    months = {"code": "valid_months", "name_zh": "月数", "name_en": "Months", "type": "integer"}
    definition = edition(CODE, {**LEGAL, "pass_when": condition})
    definition["fields"] = [*definition["fields"], months]
    result = dry_run(company, definition=definition, form={**CLAIM, "valid_months": "many"})
    assert [(error["field"], error["code"]) for error in result["errors"]] == [("form.valid_months", "invalid")]
    assert (result["nodes"], result["can_finish"]) == ([], False)


def test_a_dry_run_takes_what_is_entered_later_without_asking_for_it(company: Company) -> None:
    form = {"signature": "云帆", "interface": "http", "template": "码{code}", "industry": "互联网"}
    assert dry_run(company, code="test_account", form=form)["errors"] == []
    later = dry_run(company, code="test_account", form={**form, "account_identifiers": 7})
    assert [error["field"] for error in later["errors"]] == ["form.account_identifiers"]


def test_a_dry_run_of_an_edition_shows_where_people_are_passed_by_and_time_limits(company: Company) -> None:
    again = {
        **LEGAL,
        "code": "again",
        "passes": ["earlier_handler", "initiator"],
        "time_limit_hours": 48,
        "remind_before_hours": 4,
    }
    definition = edition(CODE, LEGAL, again)
    before = _count(company)
    result = dry_run(company, definition=definition, form=CLAIM)
    node = result["nodes"][4]
    assert [(person["name"], person["passed_as"]) for person in node["people"]] == [("legal 员", "earlier_handler")]
    assert (node["time_limit_hours"], node["remind_before_hours"], result["version"]) == (48, 4, None)
    assert _count(company) == before, "nothing is stored"
    assert company.owner.requests == [], "and no owner is asked"


def test_a_dry_run_by_somebody_who_may_not_start_says_so(company: Company) -> None:
    result = dry_run(company, code=CODE, form=CLAIM, initiator_id=UUID(company.people["finance"].user_id))
    assert (result["may_start"], result["errors"], result["can_finish"]) == (False, [], False)


def test_a_dry_run_of_a_faulty_definition_or_none_or_by_nobody_is_refused_by_place(company: Company) -> None:
    faulty = edition(CODE, {**LEGAL, "actors": {"kind": "role"}})
    assert refused_places(lambda: dry_run(company, definition=faulty)) == {"definition.nodes.3.actors.roles": ["required"]}
    assert refused_places(lambda: dry_run(company)) == {"code": ["required"]}
    assert refused_places(lambda: dry_run(company, code=CODE, initiator_id=new_id())) == {"initiator_id": ["user_not_found"]}


def _count(company: Company) -> list[int]:
    with company.database.session() as session:
        kinds = (tables.Process, tables.Definition, tables.DefinitionDraft, tables.Entry)
        counts = [session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds]
        return [*counts, session.scalar(select(func.count()).select_from(audit_entries)) or 0]
