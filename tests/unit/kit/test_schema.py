"""Schemas: codes for errors, and the fields the business counts in."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError, fields, validate, validates_schema
from openapi_spec_validator import validate as validate_openapi

from services.kit.clock import Month
from services.kit.errors import InvalidInput
from services.kit.openapi_fields import register_openapi_fields
from services.kit.schema import (
    Id,
    Instant,
    Money,
    MonthField,
    Schema,
    UnitPrice,
    field_errors,
    load,
    load_told,
)

AN_ID = "0197a2f0-5a5e-7cc0-8000-000000000001"


class Tier(Schema):
    up_to = fields.Integer(required=True, allow_none=True, strict=True, validate=validate.Range(min=0))
    price = UnitPrice(required=True)


class Product(Schema):
    name = fields.String(required=True, validate=validate.Length(min=1, max=5))
    type = fields.String(validate=validate.OneOf(("sms", "mms")))
    code = fields.String(validate=validate.Regexp(r"^[A-Z]{2}$"))
    share = fields.Integer(validate=validate.Range(min=0, max=100))
    fee = Money(validate=validate.Range(min=0, min_inclusive=False))
    limit = Money(validate=validate.Range(max=Decimal(10)))
    since = MonthField()
    added_at = Instant()
    owner = Id()
    tags = fields.List(fields.String(validate=validate.Length(max=3)), validate=validate.Length(max=2))
    tiers = fields.List(fields.Nested(Tier))
    names = fields.Dict(keys=fields.String(validate=validate.Length(equal=2)), values=fields.String())
    day = fields.Date()
    note = fields.String(validate=validate.Length(max=1, error="note_too_long"))


def errors_of(**data: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidInput) as caught:
        load(Product, {"name": "a", **data})
    return caught.value.fields


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ({"name": None}, {"name": ["null"]}),
        ({"name": 5}, {"name": ["invalid"]}),
        ({"name": ""}, {"name": ["length|1|5"]}),
        ({"colour": "red"}, {"colour": ["unknown"]}),
        ({"type": "fax"}, {"type": ["one_of|sms, mms"]}),
        ({"code": "x"}, {"code": ["format"]}),
        ({"share": 101}, {"share": ["range|0|100"]}),
        ({"name": "a\0"}, {"name": ["invalid"]}),
        ({"names": {"zh": "\ud800"}}, {"names.zh": ["invalid"]}),
        ({"names": {"a\0": "x"}}, {"names": ["invalid"]}),
        ({"tags": ["a", "\0"]}, {"tags.1": ["invalid"]}),
        ({"day": "9999-12-31"}, {"day": ["range|1900-01-01|2999-12-31"]}),
        ({"since": "0000-05"}, {"since": ["invalid"]}),
        ({"added_at": "0001-01-01T00:00:00+08:00"}, {"added_at": ["invalid"]}),
        ({"share": "many"}, {"share": ["invalid"]}),
        ({"share": 1.5}, {"share": ["invalid"]}),
        ({"share": "1.5"}, {"share": ["invalid"]}),
        ({"fee": "0.00"}, {"fee": ["above|0"]}),
        ({"limit": "10.01"}, {"limit": ["range||10"]}),
        ({"tags": ["ab", "abcd"]}, {"tags.1": ["length||3"]}),
        ({"tags": ["a", "b", "c"]}, {"tags": ["length||2"]}),
        ({"tags": "ab"}, {"tags": ["invalid"]}),
        ({"tiers": [{"up_to": None, "price": "1"}, {}]}, {"tiers.1.up_to": ["required"], "tiers.1.price": ["required"]}),
        ({"tiers": [{"up_to": -1, "price": "1", "z": 1}]}, {"tiers.0.up_to": ["range|0|"], "tiers.0.z": ["unknown"]}),
        ({"names": {"zhs": "x", "en": 1}}, {"names.zhs": ["length|2|2"], "names.en": ["invalid"]}),
        ({"day": "31 March"}, {"day": ["invalid"]}),
        ({"note": "long"}, {"note": ["note_too_long"]}),
    ],
)
def test_errors_are_codes_by_field_path(data: dict[str, Any], errors: dict[str, list[str]]) -> None:
    assert errors_of(**data) == errors


@pytest.mark.parametrize("data", [None, [], "text", 5])
def test_what_is_no_object_at_all_is_invalid_as_a_whole(data: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        load(Product, data)
    assert caught.value.fields == {"": ["invalid"]}


def test_errors_of_a_rule_over_several_fields_keep_their_field() -> None:
    class Period(Schema):
        start = fields.Date()
        end = fields.Date()

        @validates_schema
        def in_order(self, data: dict[str, Any], **_: Any) -> None:
            if data["end"] < data["start"]:
                raise ValidationError("before_start", "end")

    with pytest.raises(InvalidInput) as caught:
        load(Period, {"start": "2026-03-02", "end": "2026-03-01"})
    assert caught.value.fields == {"end": ["before_start"]}


def test_schemas_that_share_a_validator_do_not_change_it() -> None:
    shared = validate.Length(max=1)

    class One(Schema):
        text = fields.String(validate=shared)

    One()
    assert shared.error is None
    assert field_errors(ValidationError(One().validate({"text": "ab"}))) == {"text": ["length||1"]}


@pytest.mark.parametrize(
    ("field", "wire", "value"),
    [
        ("fee", "1234.5", Decimal("1234.50")),
        ("fee", "0.010", Decimal("0.01")),
        ("since", "2026-03", Month(2026, 3)),
        ("added_at", "2026-03-01T08:00:00+08:00", datetime(2026, 3, 1, tzinfo=UTC)),
        ("added_at", "2026-03-01T00:00:00Z", datetime(2026, 3, 1, tzinfo=UTC)),
        ("owner", AN_ID, UUID(AN_ID)),
    ],
)
def test_fields_load_what_the_wire_may_say(field: str, wire: str, value: object) -> None:
    assert load(Product, {"name": "a", field: wire})[field] == value


@pytest.mark.parametrize(
    ("field", "value", "wire"),
    [
        ("fee", Decimal("1234.5"), "1234.50"),
        ("fee", 3, "3.00"),
        ("fee", Decimal("1E+2"), "100.00"),
        ("since", Month(2026, 12), "2026-12"),
        ("added_at", datetime(2026, 3, 1, 1, 2, 3, 4000, tzinfo=UTC), "2026-03-01T01:02:03.004000Z"),
        ("owner", UUID(AN_ID), AN_ID),
        ("owner", None, None),
        ("fee", None, None),
    ],
)
def test_fields_say_it_one_way(field: str, value: object, wire: str | None) -> None:
    assert Product(only=[field]).dump({field: value}) == {field: wire}


@pytest.mark.parametrize("wire", [1.5, 1, True, "1e3", "NaN", "Infinity", "１２", "1,5", " 1", "", "--1", "1" * 16, None])
def test_money_is_a_plain_decimal_string_or_nothing(wire: object) -> None:
    assert errors_of(fee=wire)["fee"] in (["invalid"], ["null"])


@pytest.mark.parametrize(("field", "wire", "places"), [("fee", "1.005", 2), ("fee", "-0.001", 2)])
def test_money_is_never_rounded_on_the_way_in(field: str, wire: str, places: int) -> None:
    assert errors_of(**{field: wire}) == {field: [f"too_many_places|{places}"]}


def test_money_is_never_rounded_on_the_way_out() -> None:
    with pytest.raises(ValueError, match="at most 2 places"):
        Product(only=["fee"]).dump({"fee": Decimal("1.005")})
    with pytest.raises(ValueError, match="at most 2 places"):
        Product(only=["fee"]).dump({"fee": 1.5})


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        ("0.035000", Decimal("0.035")),
        ("0", Decimal(0)),
        ("0.0000001", ["too_many_places|6"]),
        ("-0.01", ["range|0|"]),
        (0.035, ["invalid"]),
    ],
)
def test_a_unit_price_has_six_decimals_and_is_not_negative(wire: object, expected: object) -> None:
    if isinstance(expected, Decimal):
        assert load(Tier, {"up_to": None, "price": wire})["price"] == expected
        return
    with pytest.raises(InvalidInput) as caught:
        load(Tier, {"up_to": None, "price": wire})
    assert caught.value.fields == {"price": expected}


@pytest.mark.parametrize("wire", ["2026-3", "2026-13", "202603", "+026-03", "2026-03-01", 202603, "２０２６-０３"])
def test_a_month_is_written_one_way(wire: object) -> None:
    assert errors_of(since=wire) == {"since": ["invalid"]}


@pytest.mark.parametrize("wire", ["2026-03-01T00:00:00", "2026-03-01", "yesterday", 5])
def test_an_instant_needs_its_offset(wire: object) -> None:
    assert errors_of(added_at=wire) == {"added_at": ["invalid"]}


@pytest.mark.parametrize("wire", ["1", 1, "g" * 32, ["x"]])
def test_an_id_is_a_uuid(wire: object) -> None:
    assert errors_of(owner=wire) == {"owner": ["invalid"]}


@given(st.decimals(min_value=-(10**13), max_value=10**13, places=2))
def test_money_comes_back_as_it_went(amount: Decimal) -> None:
    (text,) = Product(only=["fee"]).dump({"fee": amount}).values()
    assert Money().deserialize(text) == amount


@given(st.decimals(min_value=0, max_value=10**6, places=6))
def test_a_unit_price_comes_back_as_it_went(price: Decimal) -> None:
    (text,) = Tier(only=["price"]).dump({"price": price}).values()
    assert UnitPrice().deserialize(text) == price
    assert not (text.endswith("0") and "." in text)


MONEY_PATTERN = r"^-?[0-9]{1,15}(\.[0-9]{1,2})?$"


def test_the_fields_are_what_they_are_in_openapi() -> None:
    plugin = MarshmallowPlugin()
    specification = APISpec("L2C", "1", "3.1.0", plugins=[plugin])
    register_openapi_fields(plugin)
    specification.components.schema("Product", schema=Product)
    document = specification.to_dict()
    validate_openapi({**document, "info": {"title": "L2C", "version": "1"}, "paths": {}})
    properties = document["components"]["schemas"]["Product"]["properties"]
    assert properties["fee"] == {"type": "string", "format": "decimal", "x-minimum": "0.00", "pattern": MONEY_PATTERN}
    assert properties["since"] == {"type": "string", "format": "year-month", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}
    assert properties["added_at"] == {"type": "string", "format": "date-time"}
    assert properties["owner"] == {"type": "string", "format": "uuid"}
    assert properties["name"] == {"type": "string", "minLength": 1, "maxLength": 5}
    assert properties["type"] == {"type": "string", "enum": ["sms", "mms"]}
    assert properties["code"]["pattern"] == "^[A-Z]{2}$"


def test_a_pattern_and_a_decimal_are_in_openapi_what_they_are_on_the_wire() -> None:
    class Share(Schema):
        part = fields.Decimal(as_string=True, allow_none=True)
        letters = fields.String(validate=validate.Regexp(r"^[A-Z]*\Z"))

    plugin = MarshmallowPlugin()
    specification = APISpec("L2C", "1", "3.1.0", plugins=[plugin])
    register_openapi_fields(plugin)
    specification.components.schema("Share", schema=Share)
    properties = specification.to_dict()["components"]["schemas"]["Share"]["properties"]
    assert (properties["part"]["type"], properties["part"]["format"]) == (["string", "null"], "decimal")
    assert properties["letters"]["pattern"] == "^[A-Z]*$"


class Order(Schema):
    product = fields.Nested(Product, required=True)
    by_month = fields.Dict(keys=MonthField(), values=fields.Nested(Tier))


def test_what_a_later_version_adds_is_left_out_at_every_depth() -> None:
    tier = {"up_to": 5, "price": "0.1"}
    told = {"product": {"name": "短信", "tiers": [tier]}, "by_month": {"2026-01": tier}}
    later = {
        "product": {"name": "短信", "tiers": [{**tier, "currency": "CNY"}], "colour": "red"},
        "by_month": {"2026-01": {**tier, "until": None}},
        "channel": {"name": "web"},
    }
    assert load_told(Order, later) == load_told(Order, told) == load(Order, told)
    with pytest.raises(InvalidInput):
        load(Order, later)


@pytest.mark.parametrize(
    "data", [None, [], "text", {}, {"product": None}, {"product": []}, {"product": {"name": "短信", "tiers": {}}}]
)
def test_what_another_service_says_is_checked_as_everything_else(data: Any) -> None:
    with pytest.raises(InvalidInput):
        load_told(Order, data)
