"""Payloads of events: one pass that answers as marshmallow's two do."""

from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from marshmallow import ValidationError, fields, pre_dump, validate

from services.kit.clock import SHANGHAI
from services.kit.outbox import EventContracts
from services.kit.payloads import checked_payload
from services.kit.schema import Id, Instant, Money, Schema, field_errors, instance_of
from services.kit.settings import SERVICES

ID = UUID("0190a000-0000-7000-8000-000000000001")


class Inner(Schema):
    name = fields.String(required=True, validate=validate.Length(max=3))


class Told(Schema):
    id = Id(required=True)
    name = fields.String(required=True, validate=validate.Length(min=1, max=5))
    kind = fields.String(required=True, validate=validate.OneOf(("a", "b")))
    on = fields.Date(required=True, allow_none=True)
    at = Instant(required=True)
    amount = Money(required=True)
    count = fields.Integer(required=True)
    yes = fields.Boolean(required=True)
    inner = fields.Nested(Inner, required=True)
    inners = fields.List(fields.Nested(Inner), required=True, validate=validate.Length(min=1))
    facts = fields.Dict(keys=fields.String(), required=True)
    renamed = fields.String(attribute="kept_as", data_key="shown_as")


RIGHT: dict[str, Any] = {
    "id": ID,
    "name": "云帆",
    "kind": "a",
    "on": date(2026, 3, 1),
    "at": datetime(2026, 3, 1, tzinfo=UTC),
    "amount": Decimal("1.50"),
    "count": 3,
    "yes": True,
    "inner": {"name": "一"},
    "inners": [{"name": "二"}],
    "facts": {"a": 1},
    "kept_as": "x",
    "beside": "left out",
}


def _by_marshmallow(payload: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    schema = instance_of(Told)
    data = schema.dump(payload)
    try:
        schema.load(data)
    except ValidationError as error:
        return data, sorted(field_errors(error))
    return data, []


def test_a_right_payload_is_dumped_as_marshmallow_dumps_it() -> None:
    data, problems = checked_payload(Told, RIGHT)
    assert (data, problems) == (_by_marshmallow(RIGHT)[0], {})
    assert data["shown_as"] == "x"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": "no id"}, "id"),
        ({"id": None}, "id"),
        ({"name": ""}, "name"),
        ({"name": "六个字的名字"}, "name"),
        ({"kind": "c"}, "kind"),
        ({"kind": None}, "kind"),
        ({"at": None}, "at"),
        ({"inner": {"name": "四个字的"}}, "inner.name"),
        ({"inner": {}}, "inner.name"),
        ({"inners": [{"name": "一"}, {"name": "四个字的"}]}, "inners.1.name"),
        ({"inners": [{"name": "一"}, None]}, "inners.1"),
        ({"inners": []}, "inners"),
        ({"amount": Decimal(10**16).quantize(Decimal("0.01"))}, "amount"),
        ({"amount": None}, "amount"),
        ({"count": None}, "count"),
    ],
)
def test_what_the_schema_refuses_is_named_by_its_field(change: dict[str, Any], field: str) -> None:
    payload = {**RIGHT, **change}
    _, problems = checked_payload(Told, payload)
    assert list(problems) == [field]
    assert list(problems) == _by_marshmallow(payload)[1]


@pytest.mark.parametrize("name", ["id", "name", "on", "inner", "facts"])
def test_what_is_missing_is_named(name: str) -> None:
    payload = {key: value for key, value in RIGHT.items() if key != name}
    assert checked_payload(Told, payload)[1] == {name: ["required"]}


def test_values_of_kindred_types_travel_as_they_do_in_marshmallow() -> None:
    shanghai = datetime(2026, 3, 1, 8, 30, 1, 250, tzinfo=SHANGHAI)
    payload = {**RIGHT, "id": str(ID), "count": "7", "yes": 1, "on": None, "name": 12, "amount": Decimal(7), "at": shanghai}
    assert checked_payload(Told, payload) == (_by_marshmallow(payload)[0], {})


@pytest.mark.parametrize("service", [*SERVICES, "gateway"])
def test_every_event_can_be_written_so(service: str) -> None:
    contracts: EventContracts = import_module(f"services.contracts.{service}").EVENTS
    for contract in contracts.values():
        instance_of(contract.schema).dump({})  # marshmallow keeps an empty entry for every kind of hook it has looked for
        _, problems = checked_payload(contract.schema, {})
        assert problems
        assert all(codes == ["required"] for codes in problems.values())


@pytest.mark.parametrize(
    "field",
    [
        fields.String(dump_default="x"),
        fields.String(dump_only=True),
        fields.String(load_only=True),
        fields.Integer(as_string=True),
        fields.Date(format="%Y"),
        fields.Nested(Inner, only=("name",)),
        fields.Nested(Inner, validate=lambda _: None),
    ],
)
def test_a_schema_whose_field_has_ways_of_its_own_is_no_event_s(field: fields.Field[Any]) -> None:
    with pytest.raises(TypeError, match="cannot keep"):
        checked_payload(Schema.from_dict({"told": field}, name="Odd"), {})


def test_a_schema_with_hooks_is_no_event_s() -> None:
    class Hooked(Schema):
        @pre_dump
        def change(self, value: Any, **_: Any) -> Any:
            return value

    with pytest.raises(TypeError, match="Hooked has hooks"):
        checked_payload(Hooked, {})


@pytest.mark.parametrize("amount", ["0.00", "-0.01", "1234567890123.45", "7", "0.5", "1E+3"])
@pytest.mark.parametrize("microsecond", [0, 250])
def test_amounts_and_instants_travel_as_they_do_in_marshmallow(amount: str, microsecond: int) -> None:
    payload = {**RIGHT, "amount": Decimal(amount), "at": datetime(2026, 3, 1, 8, 30, 1, microsecond, tzinfo=UTC)}
    assert checked_payload(Told, payload) == (_by_marshmallow(payload)[0], {})
