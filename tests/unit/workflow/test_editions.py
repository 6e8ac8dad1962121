"""What a company may change of a shipped definition, and what it must leave as the product has it."""

from typing import Any

import pytest

from services.workflow.domain.editions import faults_of_edition
from services.workflow.domain.faults import Fault
from tests.unit.workflow.examples import definition, form_field, node

CHOICES = [{"code": code, "name_zh": code, "name_en": code} for code in ("a", "b")]
FACT = {"code": "days", "name_zh": "天数", "name_en": "Days", "type": "integer"}
COLUMN = form_field("amount", "money", required=True)
SHIPPED: dict[str, Any] = {
    "fields": [
        form_field("reason", required=True),
        form_field("kind", "choice", choices=CHOICES),
        form_field("rows", "grid", columns=[COLUMN]),
        form_field("open", "grid", columns=[COLUMN], is_open=True),
        form_field("number", entered_at="finance"),
        form_field("total", "money", is_computed=True),
    ],
    "facts": [FACT],
}


def changed(position: int, **more: Any) -> dict[str, Any]:
    """The shipped fields, one of them changed."""
    fields = list(SHIPPED["fields"])
    fields[position] = {**fields[position], **more}
    return {"fields": fields}


@pytest.mark.parametrize(
    ("changes", "place", "code"),
    [
        pytest.param({"owner_service": "billing"}, "owner_service", "set_by_product|customer", id="owner"),
        pytest.param(
            {"owner_by": {"field": "kind", "services": {"a": "billing"}}}, "owner_by", "set_by_product|null", id="owner by choice"
        ),
        pytest.param({"subject_type": "product"}, "subject_type", "set_by_product|customer", id="subject"),
        pytest.param({"code": "vacation"}, "code", "set_by_product|holiday", id="code"),
        pytest.param({"fields": SHIPPED["fields"][1:]}, "fields", "needed_by_product|reason", id="field gone"),
        pytest.param(changed(0, type="long_text"), "fields.0.type", "set_by_product|text", id="type"),
        pytest.param(changed(0, required=False), "fields.0.required", "set_by_product|true", id="required no more"),
        pytest.param(changed(0, entered_at="finance"), "fields.0.entered_at", "set_by_product|start", id="entered later"),
        pytest.param(changed(4, entered_at="legal"), "fields.4.entered_at", "set_by_product|finance", id="entered elsewhere"),
        pytest.param(changed(5, is_computed=False), "fields.5.is_computed", "set_by_product|true", id="entered by hand"),
        pytest.param(
            changed(1, choices=[*CHOICES, {"code": "c", "name_zh": "丙", "name_en": "C"}]),
            "fields.1.choices.2.code",
            "one_of|a, b",
            id="choice that the owner does not know",
        ),
        pytest.param(
            changed(2, columns=[COLUMN, form_field("more")]), "fields.2.columns.1.code", "unknown_field|more", id="column"
        ),
        pytest.param(changed(2, columns=[]), "fields.2.columns", "needed_by_product|amount", id="column gone"),
        pytest.param(
            changed(2, columns=[{**COLUMN, "type": "text"}]),
            "fields.2.columns.0.type",
            "set_by_product|money",
            id="column's type",
        ),
        pytest.param(changed(2, is_open=True), "fields.2.is_open", "set_by_product|false", id="grid opened"),
        pytest.param(
            {"fields": [*SHIPPED["fields"], form_field("more", is_computed=True)]},
            "fields.6.is_computed",
            "set_by_product|false",
            id="computed by nobody",
        ),
        pytest.param({"facts": [FACT, {**FACT, "code": "mood"}]}, "facts.1.code", "unknown_fact|mood", id="fact"),
        pytest.param({"facts": [{**FACT, "type": "text"}]}, "facts.0.type", "set_by_product|integer", id="fact's type"),
    ],
)
def test_what_the_owner_stands_on_stays(changes: dict[str, Any], place: str, code: str) -> None:
    edition = definition(**{**SHIPPED, **changes})
    assert faults_of_edition(edition, definition(**SHIPPED)) == [Fault(place, code)]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"name_zh": "休假", "starters": ["finance"]}, id="names and starters"),
        pytest.param(
            {"nodes": [node("start"), node("finance", "legal", "finance", agree="all"), node("more", "legal")]}, id="nodes"
        ),
        pytest.param({"fields": [*SHIPPED["fields"], form_field("more", required=True)]}, id="a further field"),
        pytest.param({"fields": SHIPPED["fields"][::-1]}, id="their order"),
        pytest.param(changed(1, choices=CHOICES[:1], required=True), id="fewer choices, and one is required"),
        pytest.param(changed(0, max_length=20, name_zh="事由", seen_at=["finance"]), id="bounds, names, who sees it"),
        pytest.param(changed(3, columns=[COLUMN, form_field("more")]), id="a column of an open grid"),
        pytest.param({"facts": []}, id="no fact used"),
    ],
)
def test_the_rest_is_the_companys_to_change(changes: dict[str, Any]) -> None:
    assert faults_of_edition(definition(**{**SHIPPED, **changes}), definition(**SHIPPED)) == []
