"""Forms held against their fields."""

from typing import Any
from uuid import UUID

import pytest

from services.kit.errors import InvalidInput
from services.workflow.domain.definitions import Field
from services.workflow.domain.forms import (
    Form,
    attachment_ids,
    changes_between,
    check_form,
    enter,
    hidden_fields,
    with_kept,
    without_completions,
)
from tests.unit.workflow.examples import definition, form_field

FILE = {"id": "01890000-0000-7000-8000-000000000001", "name": "合同.pdf"}
CHOICES = [{"code": "http", "name_zh": "HTTP", "name_en": "HTTP"}]
TIERS = form_field(
    "tiers",
    "grid",
    required=True,
    columns=[form_field("up_to", "integer", minimum="1"), form_field("unit_price", "decimal", places=6, required=True)],
)


def checked(fields: tuple[Field, ...], entered: Form) -> Form:
    return check_form(fields, entered, operands={}, known={})


@pytest.mark.parametrize(
    ("field", "value", "errors"),
    [
        pytest.param(form_field("f", required=True), None, {"form.f": ["required"]}, id="required"),
        pytest.param(form_field("f", required=True), "  ", {"form.f": ["required"]}, id="required: only white space"),
        pytest.param(form_field("f", "list", required=True), [], {"form.f": ["required"]}, id="required: empty list"),
        pytest.param(form_field("f", "boolean", required=True), False, {}, id="required: 否 is an answer"),
        pytest.param(form_field("f", "integer", required=True), 0, {}, id="required: 0 is an answer"),
        pytest.param(form_field("f"), 5, {"form.f": ["invalid"]}, id="text"),
        pytest.param(form_field("f", max_length=2), "云帆网", {"form.f": ["length|0|2"]}, id="text: too long"),
        pytest.param(form_field("f", "integer"), True, {"form.f": ["invalid"]}, id="integer: 是 is no number"),
        pytest.param(form_field("f", "integer"), 1.5, {"form.f": ["invalid"]}, id="integer: never a float"),
        pytest.param(form_field("f", "integer", minimum="0"), -1, {"form.f": ["range|0|"]}, id="integer: bound"),
        pytest.param(form_field("f", "decimal", places=6), "0.034500", {}, id="decimal: six places"),
        pytest.param(form_field("f", "decimal", places=6), "0.0345001", {"form.f": ["too_many_places|6"]}, id="decimal: seven"),
        pytest.param(form_field("f", "decimal"), 0.1, {"form.f": ["invalid"]}, id="decimal: never a float"),
        pytest.param(form_field("f", "money"), "1.005", {"form.f": ["too_many_places|2"]}, id="money"),
        pytest.param(form_field("f", "money"), "1e3", {"form.f": ["invalid"]}, id="money: no exponent"),
        pytest.param(form_field("f", "date"), "2026-02-29", {"form.f": ["invalid"]}, id="date: no such day"),
        pytest.param(form_field("f", "date"), "20260228", {"form.f": ["invalid"]}, id="date: another form"),
        pytest.param(form_field("f", "choice", choices=CHOICES), "ftp", {"form.f": ["one_of|http"]}, id="choice"),
        pytest.param(form_field("f", "list"), ["a", ""], {"form.f.1": ["invalid"]}, id="list: an empty entry"),
        pytest.param(form_field("f", "list", max_length=1), ["a", "b"], {"form.f": ["length|0|1"]}, id="list: too many"),
        pytest.param(form_field("f", "attachments"), [FILE], {}, id="attachments"),
        pytest.param(form_field("f", "attachments"), [FILE, {"id": "x", "name": "y"}], {"form.f.1": ["invalid"]}, id="no file"),
        pytest.param(form_field("f", "object", columns=[form_field("a")]), {"b": 1}, {"form.f.b": ["unknown"]}, id="object"),
        pytest.param(form_field("f", "object", is_open=True), {"b": 1}, {}, id="open object"),
        pytest.param(
            form_field("prices", "grid", columns=[TIERS]),
            [{"tiers": [{"up_to": 100, "unit_price": "0.03"}, {"up_to": None, "unit_price": "0.1234567"}]}, {"tiers": []}],
            {"form.prices.0.tiers.1.unit_price": ["too_many_places|6"], "form.prices.1.tiers": ["required"]},
            id="grid in a grid",
        ),
    ],
)
def test_an_entry_is_checked(field: dict[str, Any], value: Any, errors: dict[str, list[str]]) -> None:
    fields = definition(fields=[field]).fields
    entered = {field["code"]: value}
    if not errors:
        assert checked(fields, entered) == entered
        return
    with pytest.raises(InvalidInput) as refused:
        checked(fields, entered)
    assert refused.value.fields == errors


def test_what_no_field_asks_for_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        checked(definition().fields, {"reason": "x", "colour": "red"})
    assert refused.value.fields == {"form.colour": ["unknown"]}


def test_entries_left_empty_are_left_out() -> None:
    fields = definition(fields=[form_field("a"), form_field("b"), form_field("c", "list")]).fields
    assert checked(fields, {"a": " x ", "b": "", "c": []}) == {"a": "x"}


def test_entering_anew_empties_what_was_left_out_and_keeps_everything_else() -> None:
    fields = definition(fields=[form_field("a"), form_field("b")]).fields
    assert enter(fields, {"a": "1", "b": "2", "owners": "3"}, {"a": "4"}) == {"a": "4", "owners": "3"}


def test_what_was_shown_and_sent_back_unchanged_is_no_entry() -> None:
    fields = definition(fields=[form_field("a")]).fields
    shown = {"a": "1", "owners": "3"}
    assert without_completions(fields, {"a": "2", "owners": "3"}, shown) == {"a": "2"}
    assert without_completions(fields, {"a": "2", "owners": "4"}, shown) == {"a": "2", "owners": "4"}


def test_changes_say_from_which_value_to_which() -> None:
    assert changes_between({"a": 1, "b": 2}, {"b": 3, "c": 4}) == {"a": [1, None], "b": [2, 3], "c": [None, 4]}


def test_attachments_are_found_in_a_form() -> None:
    fields = definition(fields=[form_field("f", "attachments"), form_field("g", "list")]).fields
    assert attachment_ids(fields, {"f": [FILE], "g": ["x"]}) == [UUID(FILE["id"])]


KIND = form_field("kind", "choice", required=True, choices=[*CHOICES, {"code": "cmpp", "name_zh": "CMPP", "name_en": "CMPP"}])
FOR_CMPP = form_field("port", "integer", required_when={"field": "kind", "operator": "equals", "value": "cmpp"})


@pytest.mark.parametrize(
    ("entered", "known", "errors"),
    [
        pytest.param({"kind": "http"}, {}, {}, id="the condition is not met"),
        pytest.param({"kind": "cmpp"}, {}, {"form.port": ["required"]}, id="it is met"),
        pytest.param({"kind": "cmpp", "port": 7890}, {}, {}, id="it is met and the field is filled"),
        pytest.param({"kind": "ftp"}, {}, {"form.kind": ["one_of|http, cmpp"]}, id="what decides it is wrong itself"),
    ],
)
def test_a_field_is_required_when_another_says_so(entered: Form, known: Form, errors: dict[str, list[str]]) -> None:
    kind = definition(fields=[KIND, FOR_CMPP])
    if not errors:
        assert check_form(kind.fields, entered, operands=kind.operands, known=known) == entered
        return
    with pytest.raises(InvalidInput) as refused:
        check_form(kind.fields, entered, operands=kind.operands, known=known)
    assert refused.value.fields == errors


def test_a_field_of_a_later_node_is_required_by_what_was_entered_at_the_start() -> None:
    kind = definition(fields=[KIND, {**FOR_CMPP, "entered_at": "finance"}])
    with pytest.raises(InvalidInput) as refused:
        check_form(kind.fields_at("finance"), {}, operands=kind.operands, known={"kind": "cmpp"})
    assert refused.value.fields == {"form.port": ["required"]}


def test_a_text_keeps_to_its_pattern() -> None:
    fields = definition(fields=[form_field("sub_number", pattern="[0-9]{1,6}")]).fields
    assert checked(fields, {"sub_number": " 0123 "}) == {"sub_number": "0123"}
    with pytest.raises(InvalidInput) as refused:
        checked(fields, {"sub_number": "0123x"})
    assert refused.value.fields == {"form.sub_number": ["format"]}


def test_what_the_owner_computes_nobody_enters() -> None:
    fields = definition(fields=[form_field("a"), form_field("balance", "money", required=True, is_computed=True)])
    assert [field.code for field in fields.fields_at("start")] == ["a"]


def test_a_field_that_may_be_changed_at_a_node_stays_as_it_is_unless_it_is_sent() -> None:
    kind = definition(fields=[form_field("draft", edited_at=["finance"]), form_field("number", entered_at="finance")])
    fields = kind.fields_at("finance")
    known = {"draft": "v1"}
    assert with_kept(fields, "finance", {"number": "1"}, known) == {"draft": "v1", "number": "1"}
    assert with_kept(fields, "finance", {"number": "1", "draft": "v2"}, known) == {"draft": "v2", "number": "1"}
    assert with_kept(fields, "finance", {"draft": ""}, known) == {"draft": ""}


@pytest.mark.parametrize(
    ("nodes", "hidden"),
    [
        pytest.param(set(), {"cost"}, id="somebody else who sees the process"),
        pytest.param({"start"}, {"cost"}, id="its initiator"),
        pytest.param({"start", "finance"}, set(), id="a handler of the node"),
    ],
)
def test_a_field_is_seen_by_the_handlers_of_its_nodes_alone(nodes: set[str], hidden: set[str]) -> None:
    fields = definition(fields=[form_field("reason"), form_field("cost", entered_at="finance", seen_at=["finance"])]).fields
    assert hidden_fields(fields, nodes) == hidden
