"""What people paste as numbers, and what is kept of it."""

import pytest

from services.contracts import customer_parts_calls as parts
from services.kit.errors import InvalidInput
from services.kit.schema import Schema, load


def _kept(field: str, text: str) -> object:
    return load(parts.AddContact, {"name": "顾晓岚", field: text})[field]


@pytest.mark.parametrize(
    ("field", "pasted", "kept"),
    [
        ("mobile", "13816008866", "13816008866"),
        ("mobile", " 138 1600 8866 ", "13816008866"),
        ("mobile", "138-1600-8866\n", "13816008866"),
        ("mobile", "１３８１６００８８６６", "13816008866"),
        ("mobile", "\u3000１３８　１６００　８８６６", "13816008866"),
        ("mobile", "+86 138 1600 8866", "13816008866"),
        ("mobile", "008613816008866", "13816008866"),
        ("mobile", "\u202d13816008866\u202c", "13816008866"),
        ("mobile", "138–1600—8866", "13816008866"),
        ("mobile", "+852 6123 4567", "+85261234567"),
        ("mobile", "  ", ""),
        ("telephone", "021-50800188", "021-50800188"),
        ("telephone", "（０２１）５０８０　０１８８", "(021)5080 0188"),
        ("telephone", "+86 (21) 5080-0188", "+86 (21) 5080-0188"),
        ("telephone", "021-50800188 转 802", "021-50800188 转 802"),
        ("telephone", "021-50800188转802", "021-50800188转802"),
        ("telephone", "021-50800188 ext. 802", "021-50800188 ext. 802"),
        ("telephone", "021-50800188#802", "021-50800188#802"),
        ("telephone", "400-820-8820", "400-820-8820"),
        ("telephone", "95588", "95588"),
        ("telephone", "", ""),
        ("qq", "10001", "10001"),
        ("qq", " １０００１ ", "10001"),
        ("qq", "2 885 661 234", "2885661234"),
        ("qq", "", ""),
        ("email", " gu@yunfan.example ", "gu@yunfan.example"),
        ("name", " 顾晓岚\u3000", "顾晓岚"),
        ("title", " 采购经理 ", "采购经理"),
        ("wechat", " guxl ", "guxl"),
    ],
)
def test_full_width_digits_and_spaces_are_taken_and_tidied(field: str, pasted: str, kept: str) -> None:
    assert _kept(field, pasted) == kept


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("mobile", "12816008866", "format"),
        ("mobile", "1381600886", "format"),
        ("mobile", "138160088660", "format"),
        ("mobile", "1381600886x", "format"),
        ("mobile", "+12345", "format"),
        ("mobile", "一三八", "format"),
        ("telephone", "call me", "format"),
        ("telephone", "021", "format"),
        ("telephone", "021-5080转", "format"),
        ("telephone", "021-50800188 转 80255551", "format"),
        ("telephone", "--------", "format"),
        ("telephone", "5" * 60, "format"),
        ("qq", "1001", "format"),
        ("qq", "01234", "format"),
        ("qq", "1234567890123", "format"),
        ("qq", "gu@qq.com", "format"),
        ("email", "gu@yunfan", "format"),
        ("email", "gu yunfan@example.cn", "format"),
        ("email", "gu@@example.cn", "format"),
        ("name", " \u3000 ", "required"),
        ("name", "", "required"),
        ("title", "总" * 101, "length||100"),
        ("wechat", "w" * 51, "length||50"),
        ("mobile", 13816008866, "invalid"),
        ("qq", None, "null"),
    ],
)
@pytest.mark.parametrize("schema", [parts.AddContact, parts.ChangeContact])
def test_what_cannot_be_is_refused_by_field(schema: type[Schema], field: str, text: object, code: str) -> None:
    rest = {"name": "顾晓岚"} if schema is parts.AddContact else {"version": 1}
    with pytest.raises(InvalidInput) as refused:
        load(schema, {**rest, field: text})
    assert refused.value.fields == {field: [code]}


@pytest.mark.parametrize("schema", [parts.AddContactLog, parts.ChangeContactLog, parts.AddToContactLog])
def test_a_log_and_what_is_added_to_it_say_something(schema: type[Schema]) -> None:
    rest: dict[str, object] = {"version": 1} if schema is parts.ChangeContactLog else {}
    if schema is parts.AddContactLog:
        rest = {"channel": "call"}
    with pytest.raises(InvalidInput) as refused:
        load(schema, {**rest, "content": " \n "})
    assert refused.value.fields == {"content": ["required"]}


def test_a_change_names_the_version_it_is_of() -> None:
    for schema in (
        parts.ChangeCustomerDepartment,
        parts.ChangeContact,
        parts.ChangeContactLog,
        parts.ChangeProduct,
        parts.ChangeAccount,
    ):
        with pytest.raises(InvalidInput) as refused:
            load(schema, {})
        assert refused.value.fields == {"version": ["required"]}
        assert load(schema, {"version": 3}) == {"version": 3}, "what is left out stays"
