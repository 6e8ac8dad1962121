"""Definitions: refused with the place, unless they can be finished and name only what is there."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from services.contracts.customer import INDUSTRY_NAMES, PAYMENT_MODES, PRODUCT_TYPE_NAMES
from services.contracts.customer_account_calls import SIGNATURE_TYPE_NAMES
from services.contracts.customer_forms import REGISTRATION_RESULTS, REQUEST_KIND_NAMES
from services.contracts.people import OPERATIONS_ROLES
from services.kit.errors import InvalidInput
from services.workflow.store.definition_files import checked_content, read_files
from tests.unit.workflow.examples import content, form_field, node

REQUIRED_AT_FINANCE = form_field("number", required=True, entered_at="finance")
CHOICES = [{"code": "a", "name_zh": "甲", "name_en": "A"}]


def passing(**condition: Any) -> list[dict[str, Any]]:
    return [node("start"), node("finance", "finance", pass_when=condition), node("legal", "legal")]


@pytest.mark.parametrize(
    ("changes", "place", "code"),
    [
        pytest.param({"nodes": [node("start"), node("boss", "boss")]}, "nodes.1.actors.roles.0", "unknown_role|boss", id="role"),
        pytest.param({"starters": ["everyone"]}, "starters.0", "unknown_role|everyone", id="starter"),
        pytest.param({"starters": []}, "starters", "length|1|", id="nobody may start"),
        pytest.param(
            {"nodes": [node("start"), {**node("x"), "actors": {"kind": "department_role"}}]},
            "nodes.1.actors.roles",
            "required",
            id="no role of the department",
        ),
        pytest.param(
            {"nodes": [node("start"), node("finance", "finance", passes=["initiator"])], "fields": [REQUIRED_AT_FINANCE]},
            "nodes.1.passes",
            "passed_where_something_is_entered|number",
            id="passed by where something is entered",
        ),
        pytest.param(
            {"nodes": [node("start"), node("finance", "finance", bulk_approve=True)], "fields": [REQUIRED_AT_FINANCE]},
            "nodes.1.bulk_approve",
            "passed_where_something_is_entered|number",
            id="in bulk where something is entered",
        ),
        pytest.param(
            {"nodes": [node("start"), node("finance", "finance", time_limit_hours=4, remind_before_hours=4)]},
            "nodes.1.remind_before_hours",
            "reminder_not_within_time_limit",
            id="reminder at once",
        ),
        pytest.param(
            {"fields": [form_field("a", edited_at=["finance", "boss"])]},
            "fields.0.edited_at.1",
            "unknown_node|boss",
            id="changed at no node",
        ),
        pytest.param(
            {"fields": [form_field("a", seen_at=["legal"])]},
            "fields.0.seen_at",
            "entered_where_unseen|start",
            id="entered where it is not seen",
        ),
        pytest.param(
            {"fields": [form_field("a", required_when={"fact": "days", "operator": "equals", "value": 1})]},
            "fields.0.required_when.fact",
            "one_of|field",
            id="required by a fact, which nobody knows when it is entered",
        ),
        pytest.param({"fields": [form_field("a", pattern="[")]}, "fields.0.pattern", "no_regular_expression", id="pattern"),
        pytest.param(
            {"owner_by": {"field": "kind", "services": {"a": "payments"}}},
            "owner_by.field",
            "unknown_field|kind",
            id="owner by a field that is not there",
        ),
        pytest.param(
            {"owner_by": {"field": "kind", "services": {}}, "fields": [form_field("kind", "choice", choices=CHOICES)]},
            "owner_by.field",
            "not_a_required_choice_of_the_start|kind",
            id="owner by what may be left out",
        ),
        pytest.param(
            {
                "owner_by": {"field": "kind", "services": {"b": "payments"}},
                "fields": [form_field("kind", "choice", choices=CHOICES, required=True)],
            },
            "owner_by.services.b",
            "one_of|a",
            id="owner by no choice",
        ),
        pytest.param({"nodes": [node("start")]}, "nodes", "no_node_after_the_start", id="no node"),
        pytest.param({"nodes": []}, "nodes", "length|1|", id="no node at all"),
        pytest.param(
            {"nodes": [node("finance", "finance"), node("start")]},
            "nodes.0",
            "first_node_is_not_the_initiators_start",
            id="start not first",
        ),
        pytest.param({"nodes": [node("start"), node("x", "legal"), node("x", "legal")]}, "nodes", "duplicate|x", id="node twice"),
        pytest.param(
            {"nodes": [node("start"), {**node("x"), "actors": {"kind": "role"}}]},
            "nodes.1.actors.roles",
            "required",
            id="no role",
        ),
        pytest.param(
            {"nodes": [node("start"), {**node("x"), "actors": {"kind": "users"}}]},
            "nodes.1.actors.user_ids",
            "required",
            id="no user",
        ),
        pytest.param(
            {"nodes": [node("start"), {**node("x"), "actors": {"kind": "robot"}}]},
            "nodes.1.actors.kind",
            "one_of|initiator, role, department_role, lead, users, chosen",
            id="kind of actors",
        ),
        pytest.param(
            {"nodes": [node("start"), node("x", "legal", agree="most")]},
            "nodes.1.agree",
            "one_of|any_one, all, in_turn",
            id="how many agree",
        ),
        pytest.param(
            {"nodes": passing(fact="weather", operator="equals", value=1)},
            "nodes.1.pass_when.fact",
            "unknown_fact|weather",
            id="fact",
        ),
        pytest.param(
            {"nodes": passing(field="colour", operator="equals", value="red")},
            "nodes.1.pass_when.field",
            "unknown_field|colour",
            id="field",
        ),
        pytest.param(
            {"nodes": passing(fact="days", operator="like", value=1)},
            "nodes.1.pass_when.operator",
            "unknown_operator|like",
            id="operator",
        ),
        pytest.param(
            {"nodes": passing(**{"and": [{"or": [{"fact": "days", "operator": "like", "value": 1}]}]})},
            "nodes.1.pass_when.and.0.or.0.operator",
            "unknown_operator|like",
            id="operator deep inside",
        ),
        pytest.param(
            {"nodes": passing(field="reason", operator="greater", value="a")},
            "nodes.1.pass_when.operator",
            "operator_does_not_fit|text",
            id="operator of another type",
        ),
        pytest.param(
            {"nodes": passing(fact="days", operator="equals", value="many")},
            "nodes.1.pass_when.value",
            "value_does_not_fit|integer",
            id="value",
        ),
        pytest.param(
            {"nodes": passing(fact="days", operator="in", value=[])},
            "nodes.1.pass_when.value",
            "value_does_not_fit|integer",
            id="in nothing",
        ),
        pytest.param(
            {"nodes": passing(fact="days", operator="in", value=3)},
            "nodes.1.pass_when.value",
            "value_does_not_fit|integer",
            id="in what is no list",
        ),
        pytest.param(
            {"nodes": passing(fact="days", operator="at_most", value="NaN")},
            "nodes.1.pass_when.value",
            "value_does_not_fit|integer",
            id="no number",
        ),
        pytest.param(
            {
                "fields": [form_field("kind", "choice", choices=CHOICES)],
                "nodes": passing(field="kind", operator="equals", value="b"),
            },
            "nodes.1.pass_when.value",
            "one_of|a",
            id="choice",
        ),
        pytest.param(
            {"fields": [form_field("rows", "list")], "nodes": passing(field="rows", operator="equals", value="b")},
            "nodes.1.pass_when.field",
            "not_comparable|list",
            id="a list compared",
        ),
        pytest.param({"nodes": passing(fact="days", value=1)}, "nodes.1.pass_when.operator", "required", id="no operator"),
        pytest.param(
            {"nodes": passing(fact="days", field="reason", operator="equals", value=1)},
            "nodes.1.pass_when",
            "one_of|fact, field, and, or",
            id="two forms of condition",
        ),
        pytest.param(
            {"fields": [form_field("number", entered_at="moon")]}, "fields.0.entered_at", "unknown_node|moon", id="field's node"
        ),
        pytest.param(
            {
                "fields": [form_field("number", required=True, entered_at="finance")],
                "nodes": passing(fact="days", operator="equals", value=1),
            },
            "fields.0.entered_at",
            "required_where_nobody_may_be_asked|finance",
            id="never entered",
        ),
        pytest.param({"fields": [form_field("a"), form_field("a")]}, "fields", "duplicate|a", id="field twice"),
        pytest.param({"fields": [form_field("kind", "choice")]}, "fields.0.choices", "required", id="no choice"),
        pytest.param({"fields": [form_field("rows", "grid")]}, "fields.0.columns", "required", id="no column"),
        pytest.param(
            {"fields": [form_field("rows", "grid", columns=[form_field("kind", "choice")])]},
            "fields.0.columns.0.choices",
            "required",
            id="in a column",
        ),
        pytest.param({"fields": [form_field("a", "picture")]}, "fields.0.type", None, id="field type"),
        pytest.param({"owner_service": "notify"}, "owner_service", "one_of|customer, billing, payments", id="owner"),
        pytest.param({"colour": "red"}, "colour", "unknown", id="unknown key"),
    ],
)
def test_a_definition_is_refused_with_the_place(changes: dict[str, Any], place: str, code: str | None) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_content(content(**changes))
    assert place in refused.value.fields
    assert code is None or code in refused.value.fields[place]


def test_a_small_definition_is_accepted_and_its_defaults_are_written_out() -> None:
    accepted = checked_content(content())
    assert (accepted["nodes"][1]["agree"], accepted["fields"][0]["entered_at"]) == ("any_one", "start")
    assert checked_content(accepted) == accepted


def test_a_faulty_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "holiday.yaml").write_text(yaml.safe_dump(content(starters=["everyone"])), encoding="utf-8")
    with pytest.raises(InvalidInput, match="definition_faulty") as refused:
        read_files(tmp_path)
    assert refused.value.fields == {"holiday.yaml: starters.0": ["unknown_role|everyone"]}


CATALOGUE = {
    "claim_customer": ["start", "lead", "sales_admin"],
    "test_account": ["start", "lead", "risk_expert", "customer_care"],
    "contract_review": ["start", "lead", "legal", "finance", "operations_vp", "sales_director", "scan"],
    "channel_registration": ["start", "lead", "risk_expert", "resource"],
    "special_request": ["start", "risk_expert", "support"],
    "price_adjustment": ["start", "lead", "sales_director", "sales_admin"],
    "reconciliation": ["start", "operations_check", "finance"],
    "bill_invoice": ["start", "lead", "finance"],
    "write_off": ["start", "sales_director", "finance", "confirm"],
    "recharge": ["start", "lead", "finance", "customer_care"],
    "deferred_payment": ["start", "lead", "finance", "sales_director"],
    "no_bill_invoice": ["start", "lead", "finance"],
    "billing_cycle_change": ["start", "lead", "finance", "sales_admin"],
    "ecommerce_order": ["start", "lead", "resource", "finance"],
    "reversal": ["start", "lead", "finance"],
}


def test_the_shipped_definitions_are_the_catalogues() -> None:
    shipped = read_files()
    assert {code: [each["code"] for each in definition["nodes"]] for code, definition in shipped.items()} == CATALOGUE
    check = shipped["reconciliation"]["nodes"][1]
    assert (tuple(check["actors"]["roles"]), check["agree"]) == (OPERATIONS_ROLES, "any_one")
    entered_later = {
        (code, each["entered_at"], each["code"])
        for code, definition in shipped.items()
        for each in definition["fields"]
        if each["entered_at"] != "start"
    }
    assert entered_later == {
        ("test_account", "customer_care", "account_identifiers"),
        ("contract_review", "scan", "stamped_scan"),
        ("channel_registration", "resource", "channel"),
        ("channel_registration", "resource", "result"),
        ("channel_registration", "resource", "result_note"),
        ("special_request", "support", "export"),
        ("special_request", "support", "answer"),
        ("bill_invoice", "finance", "invoice_number"),
        ("bill_invoice", "finance", "issued_on"),
        ("no_bill_invoice", "finance", "invoice_number"),
        ("no_bill_invoice", "finance", "issued_on"),
        ("recharge", "finance", "invoiced_on"),
        ("recharge", "finance", "paid_on"),
        ("reversal", "finance", "red_number"),
        ("reversal", "finance", "red_issued_on"),
    }


def test_a_test_account_offers_the_products_that_take_accounts_and_how_they_are_paid() -> None:
    fields = {each["code"]: each for each in read_files()["test_account"]["fields"]}
    kind, mode = fields["product_type"], fields["payment_mode"]
    named = {each["code"]: (each["name_zh"], each["name_en"]) for each in kind["choices"]}
    assert named == {code: names for code, names in PRODUCT_TYPE_NAMES.items() if code != "software"}
    assert tuple(each["code"] for each in mode["choices"]) == PAYMENT_MODES
    assert not kind["required"], "whoever names a product has no need of them"
    assert not mode["required"]


def _choices(code: str, field: str) -> dict[str, tuple[str, str]]:
    (found,) = [each for each in read_files()[code]["fields"] if each["code"] == field]
    return {choice["code"]: (choice["name_zh"], choice["name_en"]) for choice in found["choices"]}


def test_the_choices_of_customers_processes_are_its_own() -> None:
    assert _choices("channel_registration", "type") == SIGNATURE_TYPE_NAMES
    assert _choices("channel_registration", "industry") == {section.lower(): names for section, names in INDUSTRY_NAMES.items()}
    assert tuple(_choices("channel_registration", "result")) == REGISTRATION_RESULTS
    assert _choices("special_request", "kind") == REQUEST_KIND_NAMES


def test_the_risk_expert_is_asked_about_the_first_three_kinds_of_special_request() -> None:
    (_, risk_expert, _) = read_files()["special_request"]["nodes"]
    condition = risk_expert["pass_when"]
    assert (condition["field"], condition["operator"]) == ("kind", "in")
    assert [kind for kind in REQUEST_KIND_NAMES if kind not in condition["value"]] == list(REQUEST_KIND_NAMES)[:3]
